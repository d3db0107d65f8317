"""What the action server opens once, at the first action, in its loop."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from conversation.stream import ConversationStream
from handoff.calendar import Calendar
from handoff.callback_dialogue import CallbackDialogue
from handoff.queue import Queue
from handoff.queues import Queues
from handoff.reception import Reception
from kb.live import LiveRelease
from settings import Settings, read
from stores import AsyncRedis, open_redis, open_sql


@dataclass(frozen=True)
class Opened:
    redis: AsyncRedis
    stream: ConversationStream
    queue: Queue
    calendar: Calendar
    reception: Reception
    live: LiveRelease

    async def close(self) -> None:
        await self.live.stop()
        await self.redis.aclose()


_opened: WeakKeyDictionary[Any, asyncio.Future[Opened]] = WeakKeyDictionary()


@lru_cache(maxsize=1)
def settings() -> Settings:
    """Read once: rasa_sdk constructs our actions itself, so that nobody can pass it in."""
    return read()


async def opened() -> Opened:
    """The connections of the running loop."""
    loop = asyncio.get_running_loop()
    if loop not in _opened:
        _opened[loop] = asyncio.ensure_future(_open(settings()))
    return await asyncio.shield(_opened[loop])


async def close() -> None:
    """Closes what this loop opened."""
    if found := _opened.pop(asyncio.get_running_loop(), None):
        await (await found).close()


async def _open(chosen: Settings) -> Opened:
    redis = open_redis(chosen.redis_url)
    stream = ConversationStream(redis, chosen.raw_text_days)
    queue = Queue(redis, stream, keep_days=chosen.raw_text_days)
    engine = open_sql(chosen.database_url)
    calendar = Calendar(engine)
    callbacks = CallbackDialogue.on(engine, queue, calendar, stream)
    reception = Reception(
        queue, calendar, stream, reopen_hours=chosen.reopen_hours, callbacks=callbacks, queues=Queues(engine)
    )
    live = LiveRelease(redis)
    await live.start()
    return Opened(redis, stream, queue, calendar, reception, live)
