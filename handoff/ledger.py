"""The ledger: ticket events (Redis stream `tickets`) and surveys (`surveys`) into SQL, each once, however often the
streams repeat. Of a ticket that has ended comes the task to do after it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from datetime import datetime

import redis
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from handoff import after_store, keys, store
from handoff.calendar import Calendar
from handoff.events import Event
from handoff.survey import Survey
from handoff.ticket import OPEN, State
from nihongo.japan_time import TOKYO
from stores import AsyncRedis

log = logging.getLogger(__name__)
GROUP, READER = "ledger", "clock"
_BATCH = 200


class Ledger:
    """Entries stay pending until SQL has them; while SQL is away they wait in the stream."""

    def __init__(self, connection: AsyncRedis, engine: Engine) -> None:
        self._redis, self._engine, self._calendar = connection, engine, Calendar(engine)
        self._streams = {keys.EVENTS: self._record_events, keys.SURVEYS: self._record_surveys}

    async def prepare(self) -> None:
        for stream in self._streams:
            try:
                await self._redis.xgroup_create(stream, GROUP, id="0", mkstream=True)
            except redis.ResponseError as error:
                if "BUSYGROUP" not in str(error):
                    raise

    async def write(self) -> int:
        """Writes what is there, what an earlier attempt left first. Raises SQLAlchemyError while SQL is away."""
        count = 0
        for stream in self._streams:
            for start in ("0", ">"):
                while entries := await self._read(stream, start):
                    await self._record(stream, entries)
                    count += len(entries)
        return count

    async def backlog(self) -> int:
        """Entries that SQL does not have yet."""
        count = 0
        for stream in self._streams:
            groups = await self._redis.xinfo_groups(stream)
            mine = next(group for group in groups if group["name"] == GROUP)
            count += int(mine["pending"]) + int(mine["lag"] or 0)
        return count

    async def _read(self, stream: str, start: str) -> list[tuple[str, dict[str, str]]]:
        answer = await self._redis.xreadgroup(GROUP, READER, {stream: start}, count=_BATCH)
        return list(answer[0][1]) if answer else []

    async def _record(self, stream: str, entries: list[tuple[str, dict[str, str]]]) -> None:
        try:
            await self._streams[stream]([fields for _, fields in entries if fields])
        except sa.exc.SQLAlchemyError as error:
            log.warning("ledger: SQL did not take %d %s (%s), they wait", len(entries), stream, type(error).__name__)
            raise
        await self._redis.xack(stream, GROUP, *[entry_id for entry_id, _ in entries])

    async def _record_events(self, told: list[dict[str, str]]) -> None:
        events = [Event.from_json(fields["event"]) for fields in told]
        await asyncio.to_thread(store.record, self._engine, events)
        await self._add_tasks({event.number for event in events if State(event.to_state) not in OPEN})

    async def _record_surveys(self, told: list[dict[str, str]]) -> None:
        surveys = [Survey.from_json(fields["survey"]) for fields in told]
        await asyncio.to_thread(after_store.record_surveys, self._engine, surveys)

    async def _add_tasks(self, numbers: Iterable[str]) -> None:
        for asked in await asyncio.to_thread(after_store.without_task, self._engine, list(numbers)):
            at = datetime.fromtimestamp(asked.ended_at, TOKYO)
            due = await self._calendar.next_day_end(at, asked.queue, asked.channel) or at
            await asyncio.to_thread(after_store.add_task, self._engine, asked, due.timestamp())
