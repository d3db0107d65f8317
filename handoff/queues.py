"""The queues and what is promised of each."""

from __future__ import annotations

from functools import partial

from sqlalchemy.engine import Engine

from handoff import store
from handoff.fresh import Fresh
from handoff.queue_settings import GENERAL, QueueSettings
from handoff.ticket import Reason


class Queues:
    def __init__(self, engine: Engine) -> None:
        self._known = Fresh("queues", partial(store.load_queues, engine), store.seed_queues)
        self.changed = self._known.changed

    async def all(self) -> tuple[QueueSettings, ...]:
        """In the order of their names, the general one first."""
        return await self._known.get()

    async def get(self, name: str) -> QueueSettings:
        """One that nobody knows (any more) is served like any other."""
        return next((one for one in await self.all() if one.name == name), QueueSettings(name, name))

    async def of(self, reason: Reason) -> str:
        """The name of the queue for this reason."""
        return next((one.name for one in await self.all() if reason.value in one.reasons), GENERAL)
