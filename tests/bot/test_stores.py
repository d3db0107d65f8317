"""Tracker store and lock store on a real Redis: what is written, how it grows, who comes first."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    BotUttered,
    ConversationPaused,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot import keys, process
from bot.lock_store import FifoLockStore
from bot.tracker_store import LONGEST, StreamTrackerStore
from settings import ROOT

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def domain() -> Domain:
    return Domain.load(str(ROOT / "domain.yml"))


@pytest.fixture
async def store(environment: None, domain: Domain) -> Any:
    yield StreamTrackerStore(domain)
    await process.close()


def turn(tracker: DialogueStateTracker, number: int) -> None:
    intent = {"name": "faq_answer", "confidence": 1.0}
    tracker.update(UserUttered(f"質問{number}", intent, [], {"intent": intent}, message_id=f"m{number}"))
    tracker.update(ActionExecuted("utter_article"))
    tracker.update(BotUttered(f"答え{number}"))
    tracker.update(ActionExecuted("action_listen"))


async def started(store: StreamTrackerStore, name: str = "c") -> DialogueStateTracker:
    tracker = await store.get_or_create_tracker(name, append_action_listen=False)
    tracker.update(ActionExecuted("action_session_start"))
    tracker.update(SessionStarted())
    tracker.update(ActionExecuted("action_listen"))
    return tracker


async def test_a_tracker_comes_back_as_it_was(store: StreamTrackerStore) -> None:
    tracker = await started(store)
    turn(tracker, 1)
    await store.save(tracker)
    found = await store.retrieve("c")
    assert found is not None
    assert found.events == tracker.events
    assert list(await store.keys()) == ["c"]
    assert await store.answered("c", ["m1", "m2"]) == {"m1": 1}


async def test_only_what_is_new_is_written(store: StreamTrackerStore) -> None:
    tracker = await started(store)
    await store.save(tracker)
    await store.save(tracker)
    turn(tracker, 1)
    await store.save(tracker)
    assert await process.redis().llen(keys.events("c")) == 7
    assert 0 < await process.redis().ttl(keys.events("c")) <= 30 * 86_400


async def test_a_long_talk_stays_short_and_keeps_slots_and_pause(store: StreamTrackerStore) -> None:
    tracker = await started(store)
    tracker.update(SlotSet("misses_total", 2))
    tracker.update(ConversationPaused())
    await store.save(tracker)
    for number in range(100):
        found = await store.retrieve("c")
        assert found is not None
        turn(found, number)
        await store.save(found)
        assert await process.redis().llen(keys.events("c")) <= LONGEST
    last = await store.retrieve("c")
    assert last is not None
    assert last.get_slot("misses_total") == 2
    assert last.is_paused()
    assert last.latest_message is not None
    assert last.latest_message.text == "質問99"
    assert isinstance(last.events[1], SessionStarted)
    assert await store.answered("c", ["m0", "m99"]) == {"m0": 1, "m99": 1}


async def test_compaction_drops_nothing_that_another_process_wrote(store: StreamTrackerStore) -> None:
    tracker = await started(store)
    for number in range(20):
        turn(tracker, number)
    await store.save(await started(store))  # somebody else was faster
    tracker.stored_events = 0
    await store.save(tracker)
    found = await store.retrieve("c")
    assert found is not None
    assert len(found.events) == 3 + len(tracker.events)


async def test_the_lock_is_first_come_first_served_and_quick(environment: None) -> None:
    stores = [FifoLockStore(), FifoLockStore()]
    order: list[int] = []
    inside = 0

    async def work(number: int) -> None:
        nonlocal inside
        async with stores[number % 2].lock("c"):
            inside += 1
            assert inside == 1
            await process.redis().ping()
            order.append(number)
            inside -= 1

    tasks = []
    for number in range(8):
        tasks.append(asyncio.create_task(work(number)))
        while int(await process.redis().get(keys.lock_number("c")) or 0) <= number:  # noqa: ASYNC110
            await asyncio.sleep(0)
    await asyncio.gather(*tasks)
    assert order == list(range(8))
    assert await process.redis().zcard(keys.lock_line("c")) == 0
    await process.close()


async def test_a_place_of_a_dead_process_runs_out(environment: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.lock_store.ALIVE_MS", 150)
    dead = FifoLockStore().lock("c")
    await dead.__aenter__()
    for task in asyncio.all_tasks():  # as if its process were gone: nobody says any more that it lives
        if "_keep" in repr(task):
            task.cancel()
    async with FifoLockStore().lock("c"):
        assert await process.redis().zcard(keys.lock_line("c")) == 1
    await process.close()
