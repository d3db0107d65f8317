"""A queue on the real Redis, with a clock that tests may turn."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy.engine import Engine

from conversation.keys import presence
from stores import METADATA, open_redis, open_sql
from tests.handoff.callback_room import CallbackRoom
from tests.handoff.room import Room, Time, make_room


@pytest.fixture
async def room(redis_url: str) -> AsyncIterator[Room]:
    connection = open_redis(redis_url)
    yield make_room(connection, Time())
    await connection.aclose()


@pytest.fixture
def engine(sqlite_url: str) -> Iterator[Engine]:
    """What `caller` keeps its callbacks in; a module may give another one."""
    engine = open_sql(sqlite_url)
    METADATA.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
async def caller(room: Room, engine: Engine) -> CallbackRoom:
    """A customer whose page is open, with the clock that serves them."""
    caller = CallbackRoom(room, engine)
    await caller.clock._ledger.prepare()
    await room.redis.set(presence("c1"), "1")
    return caller
