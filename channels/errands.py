"""Work that lies with conversations, done for many at once and for each by one task; none is left to a dead door."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog
from redis.exceptions import RedisError

from channels.outage import Outage
from tasks import beside, end

_SWEEP_SECONDS = 0.5
_log = structlog.get_logger("door")


class Errands:
    """`step` does what lies with a conversation (True: there is more); `due` names those that wait, whoever left them.
    `name` is for the log."""

    def __init__(
        self, name: str, step: Callable[[str], Awaitable[bool]], due: Callable[[], Awaitable[list[str]]]
    ) -> None:
        self._name, self._step, self._due = name, step, due
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._outage = Outage()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Sweeps up what other doors left; at the end our own work is left to them."""
        try:
            async with beside(self._sweep()):
                yield
        finally:
            await end(*self._tasks.values())

    def wake(self, conversation_id: str) -> None:
        """Something lies with this conversation; where we are at it, it is looked at once more."""
        if conversation_id in self._tasks:
            self._again.add(conversation_id)
        else:
            self._tasks[conversation_id] = asyncio.create_task(self._run(conversation_id))

    async def _sweep(self) -> None:
        while True:
            try:
                for conversation_id in await self._due():
                    self.wake(conversation_id)
            except (RedisError, OSError) as error:
                self._outage.tell(f"{self._name}s", error)
            await asyncio.sleep(_SWEEP_SECONDS)

    async def _run(self, conversation_id: str) -> None:
        try:
            while await self._step(conversation_id) or conversation_id in self._again:
                self._again.discard(conversation_id)
        except (RedisError, OSError) as error:  # the sweep takes it up again
            self._outage.tell(self._name, error)
        except Exception:
            _log.exception(f"{self._name}_broke", conversation=conversation_id)
        finally:
            self._again.discard(conversation_id)
            del self._tasks[conversation_id]
