"""The laws of the queue over a store that is killed at any moment and comes back with its append-only file."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test

from handoff import keys
from tests.handoff.test_queue_laws import AGENTS, CHANGES, QueueLaws
from tests.killed import Store

_REPAIRED_SECONDS = 61  # after which the clock has told of every change that nobody is at any more


class KilledStore(QueueLaws):
    """Everything that people do in QueueLaws, with kills between and in the midst of it."""

    store: Store

    @rule()
    def killed_between_two_events(self) -> None:
        before = self.run_async(self._all())
        self._kill()
        assert self.run_async(self._all()) == before

    @rule(
        number=QueueLaws.numbers,
        changes=st.lists(st.tuples(st.sampled_from(CHANGES), st.sampled_from(AGENTS)), min_size=1, max_size=3),
        turns=st.integers(0, 7),
    )
    def killed_in_the_midst(self, number: str, changes: list[tuple[str, str]], turns: int) -> None:
        """What was begun is done once or not at all; the clock tells what nobody could."""
        before = self.run_async(self.room.queue.events(number))
        self.run_async(self._together(number, changes, turns))
        self.time.now += _REPAIRED_SECONDS
        self.run_async(self.room.queue.telling.repair(self.time.now))
        events = self.run_async(self.room.queue.events(number))
        assert events[: len(before)] == before

    async def _together(self, number: str, changes: list[tuple[str, str]], turns: int) -> None:
        tasks = [asyncio.ensure_future(self._one(number, what, who)) for what, who in changes]
        for _ in range(turns):
            await asyncio.wait(tasks, timeout=0)
        self._kill()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _kill(self) -> None:
        self.store.kill()
        self.store.start()

    async def _all(self) -> Any:
        """Tickets in serving order, their events, and what each customer was told."""
        tickets = await self.room.queue.open_tickets()
        events = [await self.room.queue.events(ticket.number) for ticket in tickets]
        words = [await self.room.stream.since(cid) for cid in ("c1", "c2", "c3")]
        told = await self.connection.xrange(keys.EVENTS)
        return tickets, events, words, told, await self.connection.hgetall(keys.OPEN)


@pytest.fixture
def store() -> Iterator[Store]:
    with tempfile.TemporaryDirectory(prefix="mdgk") as folder:
        running = Store(Path(folder))
        yield running
        running.kill()


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_nothing_is_lost_by_kills(store: Store) -> None:
    KilledStore.store, KilledStore.url = store, store.url
    run_state_machine_as_test(
        KilledStore,
        settings=settings(
            max_examples=5,
            stateful_step_count=17,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
