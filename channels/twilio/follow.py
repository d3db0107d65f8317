"""Following the feed for telephone and SMS from where the last door stopped: nothing said meanwhile is missed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog
from redis.exceptions import RedisError

from channels.outage import Outage
from conversation import keys
from conversation.stream import ConversationStream
from tasks import end

_RETRY_SECONDS = 0.3
_log = structlog.get_logger("door")
Look = Callable[[str], Awaitable[None]]


class Follow:
    """Every look is told each conversation in which something was said; it may be told twice."""

    def __init__(self, stream: ConversationStream, looks: tuple[Look, ...]) -> None:
        self._stream, self._looks = stream, looks
        self._outage = Outage()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self._follow())
        try:
            yield
        finally:
            await end(task)

    async def _follow(self) -> None:
        redis = self._stream.redis
        while True:
            try:
                last = await redis.get(keys.TEXTED_FEED) or await self._stream.newest()
                async for place, conversations in self._stream.feed_from(last):
                    for conversation_id in conversations:
                        await self._look(conversation_id)
                    await redis.set(keys.TEXTED_FEED, place)
            except (RedisError, OSError) as error:
                self._outage.tell("follow", error)
                await asyncio.sleep(_RETRY_SECONDS)

    async def _look(self, conversation_id: str) -> None:
        for look in self._looks:
            try:
                await look(conversation_id)
            except (RedisError, OSError):
                raise
            except Exception:  # one conversation must not keep the others from being told
                _log.exception("look_broke", conversation=conversation_id)
