"""Following the feed for telephone and SMS from where the last door stopped: nothing said meanwhile is missed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TypeVar

import structlog
from redis.exceptions import RedisError

from channels.outage import Outage
from conversation import keys
from conversation.stream import ConversationStream
from tasks import beside

_RETRY_SECONDS = 0.3
_Seen = TypeVar("_Seen")
_log = structlog.get_logger("door")
Look = Callable[[str], Awaitable[None]]
LookAtAll = Callable[[Sequence[str]], Awaitable[None]]


class Follow:
    """Every look is told each conversation in which something was said, `at_all` those of a batch together; they may
    be told twice."""

    def __init__(self, stream: ConversationStream, looks: tuple[Look, ...], at_all: LookAtAll) -> None:
        self._stream, self._looks, self._at_all = stream, looks, at_all
        self._outage = Outage()

    def running(self) -> AbstractAsyncContextManager[None]:
        return beside(self._follow())

    async def _follow(self) -> None:
        redis = self._stream.redis
        while True:
            try:
                last = await redis.get(keys.TEXTED_FEED) or await self._stream.newest()
                async for place, conversations in self._stream.feed_from(last):
                    await self._each_look(conversations)
                    await redis.set(keys.TEXTED_FEED, place)
            except (RedisError, OSError) as error:
                self._outage.tell("follow", error)
                await asyncio.sleep(_RETRY_SECONDS)

    async def _each_look(self, conversations: Sequence[str]) -> None:
        for conversation_id in conversations:
            for look in self._looks:
                await self._look(look, conversation_id)
        await self._look(self._at_all, conversations)

    async def _look(self, look: Callable[[_Seen], Awaitable[None]], seen: _Seen) -> None:
        try:
            await look(seen)
        except (RedisError, OSError):
            raise
        except Exception:  # one conversation must not keep the others from being told
            _log.exception("look_broke", conversation=seen)
