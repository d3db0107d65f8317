"""The ledger: ticket events from the Redis stream `tickets` into SQL, each once, however often the stream repeats."""

from __future__ import annotations

import asyncio
import logging

import redis
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from handoff import keys, store
from handoff.events import Event
from stores import AsyncRedis

log = logging.getLogger(__name__)
GROUP, READER = "ledger", "clock"
_BATCH = 200


class Ledger:
    """Entries stay pending until SQL has them; while SQL is away they wait in the stream."""

    def __init__(self, connection: AsyncRedis, engine: Engine) -> None:
        self._redis, self._engine = connection, engine

    async def prepare(self) -> None:
        try:
            await self._redis.xgroup_create(keys.EVENTS, GROUP, id="0", mkstream=True)
        except redis.ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise

    async def write(self) -> int:
        """Writes what is there, what an earlier attempt left first. Raises SQLAlchemyError while SQL is away."""
        count = 0
        for start in ("0", ">"):
            while entries := await self._read(start):
                await self._record(entries)
                count += len(entries)
        return count

    async def backlog(self) -> int:
        """Events that SQL does not have yet."""
        groups = await self._redis.xinfo_groups(keys.EVENTS)
        mine = next(group for group in groups if group["name"] == GROUP)
        return int(mine["pending"]) + int(mine["lag"] or 0)

    async def _read(self, start: str) -> list[tuple[str, dict[str, str]]]:
        answer = await self._redis.xreadgroup(GROUP, READER, {keys.EVENTS: start}, count=_BATCH)
        return list(answer[0][1]) if answer else []

    async def _record(self, entries: list[tuple[str, dict[str, str]]]) -> None:
        events = [Event.from_json(fields["event"]) for _, fields in entries if fields]
        try:
            await asyncio.to_thread(store.record, self._engine, events)
        except sa.exc.SQLAlchemyError as error:
            log.warning("ledger: SQL did not take %d events (%s), they wait", len(entries), type(error).__name__)
            raise
        await self._redis.xack(keys.EVENTS, GROUP, *[entry_id for entry_id, _ in entries])
