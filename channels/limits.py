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
        now = int(self._clock())
        key = keys.rate(what, who, now // _WINDOW)
        async with self._redis.pipeline(transaction=False) as pipe:
            calls, _ = await pipe.incr(key).expire(key, 2 * _WINDOW).execute()
        if calls > limit:
            raise TooFast(calls == limit + 1, _WINDOW - now % _WINDOW)
        return int(calls)


class TooFast(Refusal):
    """`first`: this is the first refusal of this minute, worth noting once."""

    def __init__(self, first: bool, retry_after: int) -> None:
        super().__init__("too_fast", retry_after=retry_after)
        self.first = first
