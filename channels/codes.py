"""The six digits with which a customer goes on by telephone with what the screen shows: ten minutes, one use."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from pathlib import Path

from channels import keys
from channels.errors import Refusal
from channels.limits import Limits, TooFast
from stores import AsyncRedis

SECONDS = 600
TRIES = 5  # of one call
_DIGITS = 6
_FRESH = 50  # numbers drawn until one is free
_A_MINUTE = 30  # tries of all callers together: nobody shall find a code by many calls
_CALL_SECONDS = 4 * 3600
_FORGET = Path(__file__).with_name("forget_code.lua").read_text()


class Spent(Exception):
    """No more tries in this call."""


class Codes:
    """Redis holds keyed hashes only. Right and wrong take the same steps: one count, one hash, one look-up."""

    def __init__(self, redis: AsyncRedis, limits: Limits, secret: str) -> None:
        self._redis, self._limits, self._secret = redis, limits, secret.encode()
        self._forget = redis.register_script(_FORGET)

    async def issue(self, conversation_id: str) -> str:
        """A code that no other conversation has; the one before is void. Raises Refusal."""
        for _ in range(_FRESH):
            code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}"
            name = self._name(code)
            if await self._redis.set(keys.code(name), conversation_id, nx=True, ex=SECONDS):
                await self._replace(conversation_id, name)
                return code
        raise Refusal("unavailable", retry_after=SECONDS)

    async def _replace(self, conversation_id: str, name: str) -> None:
        before = await self._redis.set(keys.code_of(conversation_id), name, ex=SECONDS, get=True)
        if before and before != name:
            await self._forget(keys=[keys.code(before)], args=[conversation_id])
        await self._redis.set(keys.CODES, "1", ex=SECONDS)

    async def redeem(self, code: str, call: str) -> str | None:
        """The conversation that the code was shown in, once; None: there is none. Raises Spent."""
        tries = keys.code_tries(call)
        async with self._redis.pipeline(transaction=False) as pipe:
            count, _ = await pipe.incr(tries).expire(tries, _CALL_SECONDS).execute()
        if count > TRIES or await self._crowded():
            raise Spent
        found = await self._redis.getdel(keys.code(self._name(code)))
        return str(found) if found else None

    async def any(self) -> bool:
        """Whether some screen may show a code now, so that callers need hear of it."""
        return bool(await self._redis.exists(keys.CODES))

    async def _crowded(self) -> bool:
        try:
            await self._limits.count("codes", "all", _A_MINUTE)
        except TooFast:
            return True
        return False

    def _name(self, code: str) -> str:
        return hmac.new(self._secret, f"code:{code}".encode(), hashlib.sha256).hexdigest()
