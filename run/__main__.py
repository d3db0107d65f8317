"""`python -m run`: everything on one machine. Also `run train`, `run shell`, `run backup FILE.tar.gz`."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import yaml

from run import lock, prepare
from run.backup import NotEmbedded, backup
from run.processes import Process, answers, child_environment, control_socket, processes, supervisor_config
from run.remains import end_remains
from run.supervisor import Supervisor
from settings import ROOT, Settings, read, unknown_lines
from settings_check import told
from stores import told_when_away

WORDS: dict[str, str] = yaml.safe_load((Path(__file__).with_name("words.yml")).read_text())
READY_SECONDS = 120  # after which the operator is told what is still missing


def say(key: str, **fields: object) -> None:
    print(WORDS[key].rstrip("\n").format(**fields), flush=True)


def refuse(key: str, **fields: object) -> int:
    """Says why not; gives the exit code."""
    print(WORDS[key].format(**fields), file=sys.stderr, flush=True)
    return 1


def stopped(problems: list[str]) -> int:
    """Says what stopped the start; gives the exit code."""
    say("failed")
    print("\n".join(f"  {problem}" for problem in problems), file=sys.stderr)
    return 1


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
        with told_when_away():
            backup(settings, target)
    except NotEmbedded:
        return refuse("backup_needs")
    except OSError as error:
        return refuse("backup_failed", path=target, detail=error.strerror or error)
    print(target)
    return 0


def everything(settings: Settings) -> int:
    """Checks, starts, tells the addresses, waits for Ctrl-C. Returns 0 after a clean end, 1 when it could not start."""
    return _alone(settings, lambda: _everything(settings, time.monotonic()))


def _alone(settings: Settings, work: Callable[[], int]) -> int:
    """Does the work when no other `run` has VAR_DIR and nothing of an earlier one is left; else says why not."""
    with ExitStack() as held:
        try:
            held.enter_context(lock.only_run(settings.var_dir))
        except lock.AlreadyRunning as other:
            return refuse("running", pid=other.pid, folder=settings.var_dir)
        except OSError as error:
            return stopped([told("var_dir", settings.var_dir, detail=error)])
        end_remains(settings.var_dir, _left_behind)
        return work()


def _left_behind(names: list[str]) -> None:
    say("left_behind", names=" ".join(names))


def _everything(settings: Settings, began: float) -> int:
    say("checking")
    for line in unknown_lines():
        print(f"  {line}", flush=True)
    if problems := prepare.check(settings, WORDS):
        return stopped(problems)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    try:
        programs = processes(settings, prepare.train(say))
        supervisor = _supervise(settings, programs)
    except RuntimeError as error:
        return refuse("not_started", detail=error)
    try:
        _start(settings, programs, supervisor, stop, began)
        while not stop.is_set() and supervisor.alive():
            stop.wait(1)
        if not stop.is_set():
            return refuse("supervisor_died", log=settings.var_dir / "log" / "supervisord.log")
    finally:
        say("stopping")
        supervisor.stop()
        end_remains(settings.var_dir, _left_behind)
        say("stopped")
    return 0


def _supervise(settings: Settings, programs: list[Process]) -> Supervisor:
    deaths: Counter[str] = Counter()

    def died(name: str, how: str) -> None:
        deaths[name] += 1
        if how == "FATAL" or deaths[name] <= 3 or deaths[name] % 20 == 0:  # a loop of deaths is told now and then
            log = settings.var_dir / "log" / f"{name}.log"
            say("gave_up" if how == "FATAL" else "died", name=name, how=how, log=log)

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
    """First contents: a release of the articles, the business calendar, the queues, canned replies."""
    import desk.__main__ as desk_commands
    import handoff.__main__ as handoff_commands
    import kb.__main__ as kb_commands

    kb_commands.publish_if_empty(settings)
    handoff_commands.seed(settings)
    desk_commands.seed(settings)


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
    try:
        model = prepare.train(say)
    except RuntimeError as error:
        return refuse("not_started", detail=error)
    if answers(f"http://127.0.0.1:{settings.metrics_port}/readyz"):
        return _shell(model)
    return _alone(settings, lambda: _shell_with_its_own(settings, model))


def _shell_with_its_own(settings: Settings, model: Path) -> int:
    if problems := prepare.unusable(settings):
        return stopped(problems)
    supervisor = _needed_by_shell(settings, model)
    try:
        return _shell(model)
    finally:
        supervisor.stop()


def _shell(model: Path) -> int:
    port = prepare.free_port()  # Rasa's shell serves itself; on loopback, beside a running Rasa
    command = [sys.executable, "-m", "rasa", "shell", "--model", str(model), "--endpoints", "endpoints.yml"]
    command += ["--interface", "127.0.0.1", "--port", str(port)]
    try:
        return subprocess.run(command, cwd=ROOT, env=child_environment()).returncode
    except KeyboardInterrupt:
        return 0


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
