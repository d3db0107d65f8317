"""The queues and what is promised of each: asks SQL at most every half minute, and goes on with what it knows."""

from __future__ import annotations

import asyncio
import logging
import time

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from handoff import store
from handoff.queue_settings import GENERAL, QueueSettings
from handoff.ticket import Reason

log = logging.getLogger(__name__)
FRESH_SECONDS = 30


class Queues:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._known: tuple[QueueSettings, ...] = ()
        self._read_at: float | None = None
        self._lock = asyncio.Lock()

    async def all(self) -> tuple[QueueSettings, ...]:
        """In the order of their names, the general one first."""
        async with self._lock:
            if self._read_at is None or time.monotonic() - self._read_at > FRESH_SECONDS:
                await self._refresh()
        return self._known

    async def get(self, name: str) -> QueueSettings:
        """One that nobody knows (any more) is served like any other."""
        return next((one for one in await self.all() if one.name == name), QueueSettings(name, name))

    async def of(self, reason: Reason) -> str:
        """The name of the queue for this reason."""
        return next((one.name for one in await self.all() if reason.value in one.reasons), GENERAL)

    def changed(self) -> None:
        """Somebody wrote them: the next question reads them again."""
        self._read_at = None

    async def _refresh(self) -> None:
        try:
            known = await asyncio.to_thread(store.load_queues, self._engine)
        except sa.exc.SQLAlchemyError as error:
            log.warning("queues: SQL is away, going on with what is known: %s", type(error).__name__)
            known = ()
        self._known = known or self._known or store.seed_queues()
        self._read_at = time.monotonic()
