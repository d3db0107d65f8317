"""Whose turn it is: which customer words are unanswered, and the lease of the one who answers them.

Any door may take up a conversation whose lease ran out, so a word is answered whichever process dies.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from conversation import keys
from conversation.stream import ConversationStream
from conversation.words import Word
from stores import AsyncRedis

LEASE_SECONDS = 5  # how long an unanswered word waits for another door after ours was killed
_KEEP = "if redis.call('GET',KEYS[1])==ARGV[1] then return redis.call('EXPIRE',KEYS[1],ARGV[2]) end return 0"
_RELEASE = "if redis.call('GET',KEYS[1])==ARGV[1] then return redis.call('DEL',KEYS[1]) end return 0"
# KEYS: state, stream. Gives the state and the words since the last answered one; nothing when all are answered.
_LOOK = """
local numbers = redis.call('HMGET', KEYS[1], 'asked', 'answered')
local asked, answered = tonumber(numbers[1] or '0'), tonumber(numbers[2] or '0')
if asked <= answered then return {} end
return {redis.call('HGETALL', KEYS[1]), redis.call('XRANGE', KEYS[2], '(' .. answered .. '-0', '+')}
"""
_FINISH = """
local was = tonumber(redis.call('HGET', KEYS[1], 'answered') or '0')
if tonumber(ARGV[1]) > was then redis.call('HSET', KEYS[1], 'answered', ARGV[1]) end
if ARGV[2] ~= '0' then redis.call('HSET', KEYS[1], 'synced', ARGV[2]) end
return 1
"""


@asynccontextmanager
async def lease(redis: AsyncRedis, key: str, seconds: int) -> AsyncIterator[str | None]:
    """Gives a token while nobody else holds this key, or None; given back at the end, or when the seconds are over."""
    token = secrets.token_hex(8)
    mine = await redis.set(key, token, nx=True, ex=seconds)
    try:
        yield token if mine else None
    finally:
        if mine:
            await redis.eval(_RELEASE, 1, key, token)


class Turns:
    """The turn book of one door process."""

    def __init__(self, stream: ConversationStream, clock: Callable[[], float] = time.time) -> None:
        self._stream, self._redis, self._clock = stream, stream.redis, clock
        self._keep = self._redis.register_script(_KEEP)
        self._look = self._redis.register_script(_LOOK)
        self._finish = self._redis.register_script(_FINISH)

    @asynccontextmanager
    async def lease(self, conversation_id: str) -> AsyncIterator[str | None]:
        """Gives a token while we alone may answer this conversation, or None when another has it."""
        async with lease(self._redis, keys.turn(conversation_id), LEASE_SECONDS) as token:
            yield token

    async def keep(self, conversation_id: str, token: str) -> bool:
        """Prolongs the lease; False when it was lost."""
        return bool(await self._keep(keys=[keys.turn(conversation_id)], args=[token, LEASE_SECONDS]))

    async def unanswered(self, conversation_id: str) -> list[Word]:
        """Customer words that nobody has answered yet, oldest first."""
        return (await self.look(conversation_id))[1]

    async def look(self, conversation_id: str) -> tuple[dict[str, str], list[Word]]:
        """The unanswered words with the conversation's state, which is empty when there are none."""
        return _looked(conversation_id, await self._look(keys=_of(conversation_id)))

    async def finish(self, word: Word, synced: int = 0) -> None:
        """This word has been answered or apologised for; `synced`: up to this word Rasa knows them all."""
        await self._finish(keys=[keys.state(word.conversation_id)], args=[word.seq, synced])

    async def due(self, limit: int = 100) -> list[str]:
        """Conversations that should be looked at now; each is put a little further off, so that doors share them."""
        now = self._clock()
        found = await self._redis.zrangebyscore(keys.TURNS, "-inf", now, start=0, num=limit)
        for conversation_id in found:
            await self._redis.zadd(keys.TURNS, {conversation_id: now + 2}, xx=True)
        return list(found)

    async def settle(self, conversation_id: str) -> bool:
        """Takes the conversation off the book. Call it after the lease: True when a word came in between, put back."""
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.zrem(keys.TURNS, conversation_id)
            pipe.evalsha(self._look.sha, 2, *_of(conversation_id))
            _, found = await pipe.execute(raise_on_error=False)
        if isinstance(found, Exception):  # a new Redis that does not know the script
            found = await self._look(keys=_of(conversation_id))
        if not _looked(conversation_id, found)[1]:
            return False
        await self._redis.zadd(keys.TURNS, {conversation_id: self._clock()}, nx=True)
        return True


def _of(conversation_id: str) -> list[str]:
    return [keys.state(conversation_id), keys.stream(conversation_id)]


def _looked(conversation_id: str, found: list[Any]) -> tuple[dict[str, str], list[Word]]:
    """What the script gave: flat lists, as a script knows no others."""
    if not found:
        return {}, []
    state, entries = found
    words = (Word.from_fields(conversation_id, entry_id, _paired(fields)) for entry_id, fields in entries)
    return _paired(state), [word for word in words if word.asks]


def _paired(flat: list[str]) -> dict[str, str]:
    return dict(zip(flat[::2], flat[1::2], strict=True))
