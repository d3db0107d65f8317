"""Recordings of conversations lie at Twilio. Those of erased ones are listed here until a door has had them deleted."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from conversation import keys
from conversation.words import Word
from stores import AsyncRedis

_KINDS = ("recording", "transcription")  # meta of words that name one


def named(words: Iterable[Word]) -> set[str]:
    """The SIDs of the recordings that these words tell of."""
    told = (word.meta.get(kind) for word in words for kind in _KINDS)
    return {str(about["sid"]) for about in told if isinstance(about, dict) and about.get("sid")}


class Unwanted:
    def __init__(self, redis: AsyncRedis) -> None:
        self._redis = redis

    async def add(self, sids: Collection[str]) -> None:
        if sids:
            await self._redis.zadd(keys.UNWANTED, dict.fromkeys(sids, 0.0))

    async def due(self, now: float, most: int) -> list[str]:
        return [str(sid) for sid in await self._redis.zrangebyscore(keys.UNWANTED, 0, now, start=0, num=most)]

    async def later(self, sid: str, when: float) -> None:
        await self._redis.zadd(keys.UNWANTED, {sid: when}, xx=True)

    async def gone(self, sid: str) -> None:
        await self._redis.zrem(keys.UNWANTED, sid)
