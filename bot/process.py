"""What the Rasa process opens once: settings, one Redis client a loop, the live release. Opened at first use."""

from __future__ import annotations

import asyncio
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from kb.live import LiveRelease
from settings import Settings
from stores import AsyncRedis, open_redis

_redis: WeakKeyDictionary[Any, AsyncRedis] = WeakKeyDictionary()
_live: WeakKeyDictionary[Any, asyncio.Future[LiveRelease]] = WeakKeyDictionary()


@lru_cache(maxsize=1)
def settings() -> Settings:
    """Read once; Rasa constructs our classes from class paths, so that nobody can pass it in."""
    return Settings()


def redis() -> AsyncRedis:
    """The client of the running loop (Rasa creates our stores before the loop that uses them)."""
    loop = asyncio.get_running_loop()
    if loop not in _redis:
        _redis[loop] = open_redis(settings().redis_url)
    return _redis[loop]


async def live() -> LiveRelease:
    """The live release, followed from the first question on."""
    loop = asyncio.get_running_loop()
    if loop not in _live:
        _live[loop] = asyncio.ensure_future(_follow())
    return await asyncio.shield(_live[loop])


async def close() -> None:
    """Closes what this loop opened (tests; Rasa itself just ends)."""
    loop = asyncio.get_running_loop()
    if following := _live.pop(loop, None):
        await (await following).stop()
    if client := _redis.pop(loop, None):
        await client.aclose()


async def _follow() -> LiveRelease:
    following = LiveRelease(redis())
    await following.start()
    return following
