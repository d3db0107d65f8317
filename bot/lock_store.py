"""One turn of a conversation at a time, first come first served, over any number of Rasa processes.

Rasa's own Redis lock is not atomic and looks once a second. Here a place in the line is given out and watched by Lua;
whoever waits or works says every second that it lives, so the line moves on five seconds after a process died.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from rasa.core.lock import TicketLock
from rasa.core.lock_store import LockError, LockStore

from bot import keys, process

ALIVE_MS = 5_000
KEEP_SECONDS = 1.0
LOOK_SECONDS = 0.02

# Both KEYS: line, alive, number. Places whose holder is no longer believed alive are dropped; returns the first place.
_FIRST = """
local now = redis.call('TIME')
now = now[1] * 1000 + math.floor(now[2] / 1000)
local function first()
  while true do
    local place = redis.call('ZRANGE', KEYS[1], 0, 0)[1]
    if not place then return 0 end
    if tonumber(redis.call('HGET', KEYS[2], place) or '0') > now then return tonumber(place) end
    redis.call('ZREM', KEYS[1], place)
    redis.call('HDEL', KEYS[2], place)
  end
end
local function live(place)
  redis.call('HSET', KEYS[2], place, now + ARGV[1])
  for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, ARGV[1] * 10) end
end
"""
# ARGV: ms. Returns {my place, first place}.
_QUEUE = (
    _FIRST
    + """
local place = redis.call('INCR', KEYS[3])
redis.call('ZADD', KEYS[1], place, place)
live(place)
return {place, first()}
"""
)
# ARGV: ms, place. Returns the first place, or -1 when mine is gone.
_KEEP = (
    _FIRST
    + """
if not redis.call('ZSCORE', KEYS[1], ARGV[2]) then return -1 end
live(ARGV[2])
return first()
"""
)
_LEAVE = "redis.call('ZREM', KEYS[1], ARGV[1]) return redis.call('HDEL', KEYS[2], ARGV[1])"


class FifoLockStore(LockStore):
    """`lock_store: {type: bot.lock_store.FifoLockStore}`."""

    def __init__(self, endpoint_config: Any = None) -> None:
        self._scripts: dict[Any, Any] = {}

    @asynccontextmanager
    async def lock(
        self, conversation_id: str, lock_lifetime: float = 0, wait_time_in_seconds: float = LOOK_SECONDS
    ) -> AsyncIterator[TicketLock]:
        """Waits for our turn. Raises LockError when we were believed dead meanwhile (our loop stood for 5 s)."""
        place, first = await self._run(_QUEUE, conversation_id, ALIVE_MS)
        keeping = asyncio.create_task(self._keep(conversation_id, place))
        try:
            while first != place:
                if first == -1:
                    raise LockError(f"place {place} of conversation {conversation_id} was lost")
                await asyncio.sleep(LOOK_SECONDS)
                first = await self._run(_KEEP, conversation_id, ALIVE_MS, place)
            yield TicketLock(conversation_id)
        finally:
            keeping.cancel()
            with suppress(Exception):  # a place that cannot be given back runs out by itself
                await asyncio.shield(self._run(_LEAVE, conversation_id, place))

    async def _keep(self, conversation_id: str, place: int) -> None:
        while True:
            await asyncio.sleep(KEEP_SECONDS)
            with suppress(Exception):  # tried again in a second
                await self._run(_KEEP, conversation_id, ALIVE_MS, place)

    async def _run(self, script: str, conversation_id: str, *args: Any) -> Any:
        redis = process.redis()
        known = self._scripts.get((redis, script)) or redis.register_script(script)
        self._scripts[(redis, script)] = known
        names = (keys.lock_line, keys.lock_alive, keys.lock_number)
        try:
            return await known(keys=[name(conversation_id) for name in names], args=args)
        except Exception as error:
            raise LockError(f"no lock for conversation {conversation_id}: {error!r}") from error
