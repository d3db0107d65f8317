"""The two stores everyone shares: opens Redis and SQL from their URLs. Nothing is opened at import."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import redis
import redis.asyncio
import sqlalchemy as sa
import yaml
from redis.backoff import ExponentialBackoff
from redis.retry import Retry
from sqlalchemy.engine import Engine

# Every room's `tables.py` declares its tables here; alembic compares this with the migrations.
METADATA = sa.MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# redis-py types every answer as a union of RESP2 and RESP3 shapes, which says nothing; we speak RESP2.
AsyncRedis: TypeAlias = Any


def open_redis(url: str) -> AsyncRedis:
    """A client for an event loop: make it inside that loop, `await client.aclose()` at the end."""
    return redis.asyncio.from_url(
        url,
        protocol=2,
        decode_responses=True,
        max_connections=2000,  # redis-py's 100 are not waited for: with 500 turns at once the 101st command fails
        socket_connect_timeout=2,
        health_check_interval=30,
        retry=redis.asyncio.retry.Retry(ExponentialBackoff(cap=0.2, base=0.02), retries=3),
        retry_on_error=[redis.ConnectionError, redis.TimeoutError],
    )


def open_redis_sync(url: str) -> Any:
    """A client for commands that have no loop (`python -m kb publish`)."""
    retry = Retry(ExponentialBackoff(cap=0.2), retries=3)
    return redis.from_url(url, protocol=2, decode_responses=True, socket_connect_timeout=2, retry=retry)


def open_sql(url: str) -> Engine:
    """An engine for SQLite (WAL, foreign keys, 5 s busy wait) or PostgreSQL. Call it from threads, never on a loop."""
    engine = sa.create_engine(url, pool_pre_ping=True, future=True, **_options(url))
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _tune_sqlite)
    return engine


@contextmanager
def told_when_away() -> Iterator[None]:
    """For commands at a terminal: a store that cannot be used ends the program with a sentence (exit code 1)."""
    try:
        yield
    except (redis.RedisError, sa.exc.OperationalError, sa.exc.ProgrammingError) as error:
        words = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
        sys.exit(words[_which(error)].format(detail=first_line(error)))


def _which(error: Exception) -> str:
    if isinstance(error, redis.RedisError):
        return "redis"
    return "no_table" if isinstance(error, sa.exc.ProgrammingError) or "no such table" in str(error) else "sql"


def first_line(error: Exception) -> str:
    """What a store says is wrong, without SQL and advice of its own."""
    return str(getattr(error, "orig", None) or error).strip().partition("\n")[0]


def _options(url: str) -> dict[str, Any]:
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": 5, "check_same_thread": False}, **_kept_open(url)}
    return {"connect_args": {"connect_timeout": 3}, "pool_size": 5, "max_overflow": 5}


def _kept_open(url: str) -> dict[str, Any]:
    """Whoever closes the last connection to a file folds in and deletes SQLite's log: at every deed, if none stayed."""
    in_memory = sa.engine.make_url(url).database in (None, "", ":memory:")
    return {} if in_memory else {"poolclass": sa.pool.QueuePool}


def _tune_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    pragmas = ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=5000", "secure_delete=ON")
    for pragma in pragmas:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
