"""Whose turn it is: which customer words are unanswered, and the lease of the one who answers them.

Any door may take up a conversation whose lease ran out, so a word is answered whichever process dies.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from conversation import keys
from conversation.stream import ConversationStream
from conversation.words import Word

LEASE_SECONDS = 5  # how long an unanswered word waits for another door after ours was killed
_KEEP = "if redis.call('GET',KEYS[1])==ARGV[1] then return redis.call('EXPIRE',KEYS[1],ARGV[2]) end return 0"
_RELEASE = "if redis.call('GET',KEYS[1])==ARGV[1] then return redis.call('DEL',KEYS[1]) end return 0"
_FINISH = """
local was = tonumber(redis.call('HGET', KEYS[1], 'answered') or '0')
if tonumber(ARGV[1]) > was then redis.call('HSET', KEYS[1], 'answered', ARGV[1]) end
return 1
"""


class Turns:
    """The turn book of one door process."""

    def __init__(self, stream: ConversationStream, clock: Callable[[], float] = time.time) -> None:
        self._stream, self._redis, self._clock = stream, stream.redis, clock
        self._keep = self._redis.register_script(_KEEP)
        self._release = self._redis.register_script(_RELEASE)
        self._finish = self._redis.register_script(_FINISH)

    @asynccontextmanager
    async def lease(self, conversation_id: str) -> AsyncIterator[str | None]:
        """Gives a token while we alone may answer this conversation, or None when another has it."""
        token, key = secrets.token_hex(8), keys.turn(conversation_id)
        mine = await self._redis.set(key, token, nx=True, ex=LEASE_SECONDS)
        try:
            yield token if mine else None
        finally:
            if mine:
                await self._release(keys=[key], args=[token])

    async def keep(self, conversation_id: str, token: str) -> bool:
        """Prolongs the lease; False when it was lost."""
        return bool(await self._keep(keys=[keys.turn(conversation_id)], args=[token, LEASE_SECONDS]))

    async def unanswered(self, conversation_id: str) -> list[Word]:
        """Customer words that nobody has answered yet, oldest first."""
        asked, answered = await self._redis.hmget(keys.state(conversation_id), "asked", "answered")
        asked, answered = int(asked or 0), int(answered or 0)
        if asked <= answered:
            return []
        return [word for word in await self._stream.since(conversation_id, answered) if word.asks]

    async def finish(self, word: Word) -> None:
        """This word has been answered or apologised for."""
        await self._finish(keys=[keys.state(word.conversation_id)], args=[word.seq])

    async def due(self, limit: int = 100) -> list[str]:
        """Conversations that should be looked at now; each is put a little further off, so that doors share them."""
        now = self._clock()
        found = await self._redis.zrangebyscore(keys.TURNS, "-inf", now, start=0, num=limit)
        for conversation_id in found:
            await self._redis.zadd(keys.TURNS, {conversation_id: now + 2}, xx=True)
        return list(found)

    async def settle(self, conversation_id: str) -> bool:
        """Takes the conversation off the book. Call it after the lease: True when a word came in between, put back."""
        await self._redis.zrem(keys.TURNS, conversation_id)
        if not await self.unanswered(conversation_id):
            return False
        await self._redis.zadd(keys.TURNS, {conversation_id: self._clock()}, nx=True)
        return True
