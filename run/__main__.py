"""`python -m run`: everything on one machine. Also `run train`, `run shell`, `run backup FILE.tar.gz`."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import yaml

from run import prepare
from run.backup import backup
from run.processes import Process, answers, child_environment, control_socket, processes, supervisor_config
from run.supervisor import Supervisor
from settings import ROOT, Settings, read

WORDS: dict[str, str] = yaml.safe_load((Path(__file__).with_name("words.yml")).read_text())
READY_SECONDS = 120  # after which the operator is told what is still missing


def say(key: str, **fields: object) -> None:
    print(WORDS[key].rstrip("\n").format(**fields), flush=True)


def main() -> int:
    settings = read()
    command = sys.argv[1] if len(sys.argv) > 1 else "all"
    commands = {"all": everything, "train": train, "shell": shell, "backup": save}
    if command not in commands:
        print(f"python -m run [{' | '.join(commands)}]", file=sys.stderr)
        return 2
    return commands[command](settings)


def train(_settings: Settings) -> int:
    print(prepare.train(say))
    return 0


def save(settings: Settings) -> int:
    """Writes a backup to the file named as the second argument."""
    target = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(f"madoguchi-{time.strftime('%Y%m%d-%H%M%S')}.tar.gz")
    try:
        backup(settings, target)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(target)
    return 0


def everything(settings: Settings) -> int:
    """Checks, starts, tells the addresses, waits for Ctrl-C. Returns 0 after a clean end, 1 when it could not start."""
    began = time.monotonic()
    say("checking")
    if problems := prepare.check(settings, WORDS):
        say("failed")
        print("\n".join(f"  {problem}" for problem in problems), file=sys.stderr)
        return 1
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    model = prepare.train(say)
    programs = processes(settings, model)
    supervisor = _supervise(settings, programs)
    try:
        _start(settings, programs, supervisor, stop, began)
        while not stop.is_set() and supervisor.alive():
            stop.wait(1)
    finally:
        say("stopping")
        supervisor.stop()
        say("stopped")
    return 0


def _supervise(settings: Settings, programs: list[Process]) -> Supervisor:
    deaths: Counter[str] = Counter()

    def died(name: str, how: str) -> None:
        deaths[name] += 1
        if how == "FATAL" or deaths[name] <= 3 or deaths[name] % 20 == 0:  # a loop of deaths is told now and then
            log = settings.var_dir / "log" / f"{name}.log"
            say("gave_up" if how == "FATAL" else "died", name=name, how=how, log=log)

    settings.var_dir.mkdir(parents=True, exist_ok=True)
    config = supervisor_config(settings, programs)
    return Supervisor(config, settings.var_dir, control_socket(settings), died)


def _start(
    settings: Settings, programs: list[Process], supervisor: Supervisor, stop: threading.Event, began: float
) -> None:
    if settings.embedded_redis:
        say("redis")
        supervisor.start("redis")
    prepare.wait_for_redis(settings.redis_url)
    early = [process for process in programs if process.first and process.name != "redis"]
    late = [process for process in programs if not process.first]
    for process in early:  # they need Redis only, and take longest
        supervisor.start(process.name)
    say("migrating")
    prepare.migrate(settings.database_url)
    say("publishing")
    _seed(settings)
    for process in late:
        supervisor.start(process.name)
    say("starting", names=" ".join(process.name for process in [*early, *late]))
    if _all_ready(settings, [*early, *late], stop):
        _welcome(settings, time.monotonic() - began)


def _seed(settings: Settings) -> None:
    """First contents: a release of the articles, the business calendar."""
    import handoff.__main__ as handoff_commands
    import kb.__main__ as kb_commands

    kb_commands.publish_if_empty(settings)
    handoff_commands.seed(settings)


def _all_ready(settings: Settings, waiting: list[Process], stop: threading.Event) -> bool:
    began, told, pending = time.monotonic(), False, {process.name: process.ready for process in waiting}
    while pending and not stop.is_set():
        for name in [name for name, url in pending.items() if answers(url)]:
            say("ready", name=name, seconds=time.monotonic() - began)
            del pending[name]
        if pending and not told and time.monotonic() - began > READY_SECONDS:
            told = True  # and go on waiting: a loaded machine is slow, not broken
            for name in pending:
                log = settings.var_dir / "log" / f"{name}.log"
                say("slow", name=name, seconds=time.monotonic() - began, log=log)
        stop.wait(0.1)
    return not stop.is_set()


def _welcome(settings: Settings, seconds: float) -> None:
    desk = f"http://localhost:{settings.desk_port}"
    say("open", seconds=seconds, door=settings.public_url, desk=desk, logs=settings.var_dir / "log")
    import desk.__main__ as desk_commands

    if link := desk_commands.first_admin_link(settings):
        say("first_admin", link=link)


def shell(settings: Settings) -> int:
    """Rasa's own shell with our bot: what it needs is started unless `make run` is up already."""
    model = prepare.train(say)
    supervisor = None
    if not answers(f"http://127.0.0.1:{settings.metrics_port}/readyz"):
        supervisor = _needed_by_shell(settings, model)
    port = prepare.free_port()  # Rasa's shell serves itself; on loopback, beside a running Rasa
    command = [sys.executable, "-m", "rasa", "shell", "--model", str(model), "--endpoints", "endpoints.yml"]
    command += ["--interface", "127.0.0.1", "--port", str(port)]
    try:
        return subprocess.run(command, cwd=ROOT, env=child_environment()).returncode
    except KeyboardInterrupt:
        return 0
    finally:
        if supervisor:
            supervisor.stop()


def _needed_by_shell(settings: Settings, model: Path) -> Supervisor:
    needed = [p for p in processes(settings, model) if p.name in ("redis", "language", "actions")]
    supervisor = _supervise(settings, needed)
    if settings.embedded_redis:
        supervisor.start("redis")
    prepare.wait_for_redis(settings.redis_url)
    prepare.migrate(settings.database_url)
    _seed(settings)
    for name in ("language", "actions"):
        supervisor.start(name)
    _all_ready(settings, [p for p in needed if p.name != "redis"], threading.Event())
    return supervisor


if __name__ == "__main__":
    sys.exit(main())
