"""What SQL holds and many ask for: read at most every half minute; while SQL is away it goes on as it was known."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sized
from typing import Generic, TypeVar

import sqlalchemy as sa

log = logging.getLogger(__name__)
FRESH_SECONDS = 30
Held = TypeVar("Held", bound=Sized)


class Fresh(Generic[Held]):
    """`load` blocks; where it gives nothing (an empty store) or SQL was never there, `seed` counts."""

    def __init__(self, name: str, load: Callable[[], Held], seed: Callable[[], Held]) -> None:
        self._name, self._load, self._seed = name, load, seed
        self._known: Held | None = None
        self._read_at: float | None = None
        self._lock = asyncio.Lock()

    async def get(self) -> Held:
        async with self._lock:
            if self._known is None or self._read_at is None or time.monotonic() - self._read_at > FRESH_SECONDS:
                self._known = await self._read() or self._known or self._seed()
                self._read_at = time.monotonic()
            return self._known

    def changed(self) -> None:
        """Somebody wrote it: the next question reads it again."""
        self._read_at = None

    async def _read(self) -> Held | None:
        try:
            return await asyncio.to_thread(self._load)
        except sa.exc.SQLAlchemyError as error:
            log.warning("%s: SQL is away, going on with what is known: %s", self._name, type(error).__name__)
            return None
