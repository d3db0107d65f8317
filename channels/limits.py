"""How often one conversation or one address may call, counted in Redis for all doors together."""

from __future__ import annotations

import time
from collections.abc import Callable

from channels import keys
from channels.errors import Refusal
from stores import AsyncRedis

_WINDOW = 60


class Limits:
    def __init__(self, redis: AsyncRedis, clock: Callable[[], float] = time.time) -> None:
        self._redis, self._clock = redis, clock

    async def count(self, what: str, who: str, limit: int) -> int:
        """Counts one call in this minute and gives how many there were. Raises Refusal above `limit`."""
        async with self._redis.pipeline(transaction=False) as pipe:
            self.enter(pipe, what, who)
            calls, _ = await pipe.execute()
        self.check(calls, limit)
        return int(calls)

    def enter(self, pipe: AsyncRedis, what: str, who: str) -> None:
        """Counts in a journey to Redis that is made anyway; its next two answers are the number and nothing."""
        key = keys.rate(what, who, int(self._clock()) // _WINDOW)
        pipe.incr(key).expire(key, 2 * _WINDOW)

    def check(self, calls: int, limit: int) -> None:
        """Raises Refusal above `limit`."""
        if calls > limit:
            raise TooFast(calls == limit + 1, _WINDOW - int(self._clock()) % _WINDOW)


class TooFast(Refusal):
    """`first`: this is the first refusal of this minute, worth noting once."""

    def __init__(self, first: bool, retry_after: int) -> None:
        super().__init__("too_fast", retry_after=retry_after)
        self.first = first
