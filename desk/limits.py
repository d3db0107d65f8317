"""How often one may fail to sign in."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from desk import keys
from stores import AsyncRedis

WINDOW_SECONDS = 15 * 60
OF_A_NAME = 8
OF_AN_ADDRESS = 40  # an office shares one
OF_THE_LOG = {"lines": 20, "all_lines": 200}  # failed sign-ins that the log tells: of an address, of all
COMPANY = {"begun": 200, "unasked": 40}  # sign-ins by the company's account, by address


class Attempts:
    """Counts failed sign-ins by name and by address."""

    def __init__(self, redis: AsyncRedis, clock: Callable[[], float]) -> None:
        self._redis, self._clock = redis, clock

    async def too_many(self, name: str, address: str) -> bool:
        found = await self._redis.mget(_name(name), _address(address))
        return any(int(count or 0) >= most for count, most in zip(found, (OF_A_NAME, OF_AN_ADDRESS), strict=True))

    async def failed(self, name: str, address: str) -> None:
        for key in (_name(name), _address(address)):
            await self._count(key)

    async def once_more(self, what: str, address: str) -> bool:
        """Counts one of `COMPANY`; False: that was one too many."""
        return await self._count(keys.attempts(what, address)) <= COMPANY[what]

    async def worth_a_line(self, address: str) -> bool:
        """Whether the log shall tell of one more that failed: whoever guesses in bulk shall not fill it."""
        counted = await self._count(keys.attempts("lines", address)), await self._count(keys.attempts("lines", ""))
        return counted[0] <= OF_THE_LOG["lines"] and counted[1] <= OF_THE_LOG["all_lines"]

    async def succeeded(self, name: str) -> None:
        await self._redis.delete(_name(name))

    async def _count(self, key: str) -> int:
        count = int(await self._redis.incr(key))
        if count == 1:
            await self._redis.expire(key, WINDOW_SECONDS)
        return count


def _name(name: str) -> str:
    return keys.attempts("name", hashlib.sha256(name.strip().lower().encode()).hexdigest()[:32])


def _address(address: str) -> str:
    return keys.attempts("address", address)
