"""A queue on the real Redis, with a clock that tests may turn."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from stores import open_redis
from tests.handoff.room import Room, Time, make_room


@pytest.fixture
async def room(redis_url: str) -> AsyncIterator[Room]:
    connection = open_redis(redis_url)
    yield make_room(connection, Time())
    await connection.aclose()
