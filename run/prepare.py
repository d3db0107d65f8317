"""What must be in place before the processes serve: checks, the SQL schema, a trained model, a live release."""

from __future__ import annotations

import hashlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import redis
import sqlalchemy as sa

from run.processes import child_environment
from settings import ROOT, Settings, own_socket
from settings_check import told
from stores import first_line, open_redis_sync, open_sql

# What the dialogue model is made of; an article edit is not among it.
_SOURCES = ("config.yml", "domain.yml", "data/**/*.yml", "bot/nlu.py", "bot/policies.py")


# Loopback ports after METRICS_PORT, of processes without a web server.
METRICS = {0: "language", 2: "voc", 3: "clock"}
REDIS_SECONDS = 3.0  # a Redis of the operator's own may start in the same moment as we


def check(settings: Settings, words: dict[str, str]) -> list[str]:
    """Everything that is wrong and would stop the product later, each with file, line and remedy."""
    import bot.check
    import bot.rules_check
    import kb.check

    return [
        *unusable(settings),
        *bot.check.check_class_paths(),
        *bot.rules_check.rule_problems(),
        *kb.check.start_problems(settings.kb_dir),
        *ports_taken(settings, words),
    ]


def unusable(settings: Settings) -> list[str]:
    """Settings that only a try can show to be wrong."""
    import handoff.__main__ as handoff_commands

    tried = [_socket_folder(settings), _redis_away(settings), _sql_away(settings.database_url)]
    return [*(problem for problem in tried if problem), *handoff_commands.calendar_problems(settings)]


def _socket_folder(settings: Settings) -> str:
    folder = Path(settings.language_socket).parent
    if folder == own_socket(settings.var_dir, "language.sock").parent:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if folder.is_dir() and os.access(folder, os.W_OK | os.X_OK):
        return ""
    return told("language_socket", settings.language_socket, "language_socket_folder")


def _redis_away(settings: Settings) -> str:
    if settings.embedded_redis:
        return ""
    try:
        wait_for_redis(settings.redis_url, seconds=REDIS_SECONDS)
    except redis.BusyLoadingError:
        return ""  # it is there, and loads what it has
    except redis.RedisError as error:
        return told("redis_url", settings.redis_url, "redis_url_away", detail=first_line(error))
    return ""


def _sql_away(database_url: str) -> str:
    engine = open_sql(database_url)
    try:
        engine.connect().close()
    except sa.exc.DBAPIError as error:
        return told("database_url", database_url, "database_url_away", detail=first_line(error))
    finally:
        engine.dispose()
    return ""


def ports_taken(settings: Settings, words: dict[str, str]) -> list[str]:
    """Ports that somebody else, or two of our own, would listen on: all are held at once."""
    found = []
    with ExitStack() as held:
        for name, variable, host, port in _listeners(settings):
            probe = held.enter_context(socket.socket())
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
                probe.listen()  # Linux lets two sockets bind, but not listen
            except OSError:
                found.append(words["port_taken"].format(name=name, port=port, variable=variable))
    return found


def _listeners(settings: Settings) -> Iterator[tuple[str, str, str, int]]:
    """Name, variable, host and port of everything that listens."""
    for name in ("door", "desk", "rasa", "actions"):
        yield name, f"{name.upper()}_PORT", getattr(settings, f"{name}_host"), getattr(settings, f"{name}_port")
    for offset, name in METRICS.items():
        yield name, "METRICS_PORT", "127.0.0.1", settings.metrics_port + offset


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_redis(url: str, seconds: float = 15) -> None:
    """Until it answers (loading its append-only file counts as not yet)."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            open_redis_sync(url).ping()
            return
        except redis.RedisError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def migrate(database_url: str) -> None:
    """Brings the SQL schema to the newest version."""
    from alembic import command
    from alembic.config import Config

    engine = open_sql(database_url)
    with engine.connect() as connection:
        config = Config(str(ROOT / "alembic.ini"))
        config.set_main_option("script_location", str(ROOT / "migrations"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
    engine.dispose()


def model_path() -> Path:
    """The file of the dialogue model for today's sources; it exists when it was trained."""
    digest = hashlib.sha256()
    for pattern in _SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return ROOT / "models" / f"dialogue-{digest.hexdigest()[:16]}.tar.gz"


def train(say: Callable[[str], None]) -> Path:
    """Trains the dialogue model unless today's exists. Raises RuntimeError with Rasa's words when it fails."""
    model = model_path()
    if model.exists():
        return model
    say("training")
    command = [sys.executable, "-m", "rasa", "train", "--fixed-model-name", model.name.removesuffix(".tar.gz")]
    done = subprocess.run(
        [*command, "--out", str(model.parent)], cwd=ROOT, env=child_environment(), capture_output=True, text=True
    )
    if done.returncode or not model.exists():
        raise RuntimeError(f"rasa train failed:\n{(done.stdout + done.stderr)[-4000:]}")
    return model
