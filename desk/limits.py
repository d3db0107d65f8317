"""How often one may fail to sign in."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from desk import keys
from stores import AsyncRedis

WINDOW_SECONDS = 15 * 60
OF_A_NAME = 8
OF_AN_ADDRESS = 40  # an office shares one
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
            if await self._redis.incr(key) == 1:
                await self._redis.expire(key, WINDOW_SECONDS)

    async def once_more(self, what: str, address: str) -> bool:
        """Counts one of `COMPANY`; False: that was one too many."""
        key = keys.attempts(what, address)
        count = await self._redis.incr(key)
        if count == 1:
            await self._redis.expire(key, WINDOW_SECONDS)
        return bool(count <= COMPANY[what])

    async def succeeded(self, name: str) -> None:
        await self._redis.delete(_name(name))


def _name(name: str) -> str:
    return keys.attempts("name", hashlib.sha256(name.strip().lower().encode()).hexdigest()[:32])


def _address(address: str) -> str:
    return keys.attempts("address", address)
