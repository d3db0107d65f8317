"""Who wants no SMS from us (配信停止): kept until the same number asks for them again."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from functools import cache

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from channels.links import Links
from channels.tables import STOPS
from channels.twilio.phones import hashed
from channels.twilio.words import listed
from nihongo.normalise import compare_key

_LINK_DAYS = 180


class Stops:
    """`key` makes the names under which numbers are kept."""

    def __init__(self, engine: Engine, key: str, clock: Callable[[], float] = time.time) -> None:
        self._engine, self._key, self._clock = engine, key, clock
        self.links = Links(key, "sms-stop-link", _LINK_DAYS, clock)

    def link(self, number: str) -> str:
        """What a link says of this number: nobody can read it out of it."""
        return self.links.token(named(self._key, number))

    async def has(self, number: str) -> bool:
        return await asyncio.to_thread(self._has, named(self._key, number))

    async def add(self, number: str) -> None:
        await self.stop(named(self._key, number))

    async def stop(self, name: str) -> None:
        """The same for who is known by the name of the number alone."""
        await asyncio.to_thread(self._write, name, True)

    async def remove(self, number: str) -> None:
        await asyncio.to_thread(self._write, named(self._key, number), False)

    def _has(self, name: str) -> bool:
        with self._engine.connect() as connection:
            return connection.execute(sa.select(STOPS.c.at).where(STOPS.c.number == name)).first() is not None

    def _write(self, name: str, stops: bool) -> None:
        with self._engine.begin() as connection:
            connection.execute(STOPS.delete().where(STOPS.c.number == name))
            if stops:
                connection.execute(STOPS.insert().values(number=name, at=self._clock()))


def named(key: str, number: str) -> str:
    return hashed(key, "sms-stop", number)


def keyword(text: str) -> str | None:
    """`stop`, `start` or `help` where the message is that word and nothing else."""
    return _keywords().get(re.sub(r"[\s。、.!！]+", "", compare_key(text)))


@cache
def _keywords() -> dict[str, str]:
    return {compare_key(word): name for name in ("stop", "start", "help") for word in listed(f"keywords.{name}")}
