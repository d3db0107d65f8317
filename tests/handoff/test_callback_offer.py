"""折り返し予約 is offered only where it can be had: by day, by night, to who waits long, after a cancellation."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.engine import Engine

from handoff import callback_store, keys, store
from handoff.agents import Work
from handoff.callbacks import slots
from handoff.queue_settings import QueueSettings
from handoff.ticket import Reason, State
from nihongo.japan_time import TOKYO
from stores import METADATA
from tests.handoff.callback_room import CallbackRoom

BY_DAY, BY_NIGHT = (2026, 11, 24, 10, 0), (2026, 11, 24, 20, 0)
COMMAND = "/callback"


@pytest.fixture
def engine(sql: Engine) -> Engine:
    return sql


def no_places(caller: CallbackRoom) -> None:
    store.save_queue(caller.engine, QueueSettings("general", "総合", patience_seconds=100, callbacks_per_slot=0))
    caller.queues.changed()


async def all_taken(caller: CallbackRoom) -> None:
    """One place in each half hour, and somebody has it."""
    store.save_queue(caller.engine, QueueSettings("general", "総合", patience_seconds=100, callbacks_per_slot=1))
    caller.queues.changed()
    now = datetime.fromtimestamp(caller.room.time.now, TOKYO)
    ahead = list(slots(await caller.calendar.windows("general", "web"), now - timedelta(hours=1)))
    for number, slot in enumerate(ahead):
        assert callback_store.book(caller.engine, f"x{number}", "cx", "general", int(slot.timestamp()), 1, 0.0)


async def commands(caller: CallbackRoom) -> list[str]:
    """What is offered with the ticket."""
    await caller.room.say(caller.cid, "担当者と話したい", f"{caller.cid}-0")
    admission = await caller.reception.admit(caller.cid, "web", f"{caller.cid}-0", Reason.CUSTOMER_REQUEST)
    return [choice.command for choice in admission.choices]


@pytest.mark.parametrize("when", [BY_DAY, BY_NIGHT])
async def test_it_is_offered_where_there_is_a_half_hour(caller: CallbackRoom, when: tuple[int, ...]) -> None:
    caller.room.time.move_to(*when)
    assert COMMAND in await commands(caller)


@pytest.mark.parametrize("when", [BY_DAY, BY_NIGHT])
async def test_a_queue_that_takes_none_offers_none(caller: CallbackRoom, when: tuple[int, ...]) -> None:
    caller.room.time.move_to(*when)
    no_places(caller)
    offered = await commands(caller)
    assert offered == (["/cancel_queue"] if when == BY_DAY else ["/leave_message", "/cancel_queue"])


@pytest.mark.slow
@pytest.mark.parametrize("when", [BY_DAY, BY_NIGHT])
async def test_when_every_half_hour_is_taken_none_is_offered(caller: CallbackRoom, when: tuple[int, ...]) -> None:
    caller.room.time.move_to(*when)
    await all_taken(caller)
    assert COMMAND not in await commands(caller)


async def test_with_sql_away_none_is_offered(caller: CallbackRoom) -> None:
    await caller.calendar.schedule()
    METADATA.drop_all(caller.engine)
    assert await commands(caller) == ["/cancel_queue"]


async def test_who_waits_long_is_offered_the_other_ways(caller: CallbackRoom) -> None:
    no_places(caller)
    await caller.come()
    caller.room.time.now += 100
    await caller.clock.tick()
    assert await caller.titles() == ["このまま待つ", "メッセージを残す", "自動応答に戻る"]


async def test_who_cancels_is_offered_another_only_where_there_is_one(caller: CallbackRoom) -> None:
    await caller.book()
    no_places(caller)
    await caller.say("予約を取り消す", "/callback_cancel")
    cancelled = (await caller.room.stream.since("c1"))[-1]
    assert "取り消しました" in cancelled.text and cancelled.choices == ()


async def test_who_is_choosing_a_half_hour_is_put_to_nobody_for_three_minutes(caller: CallbackRoom) -> None:
    ticket, offers = await caller.come(), caller.room.offers(caller.engine)
    await caller.room.ready("a1")
    await caller.start()
    await offers.make(caller.room.time())
    waiting = await caller.room.queue.get(ticket.number)
    assert waiting and waiting.state is State.WAITING
    assert 0 < await caller.room.redis.ttl(keys.booking(caller.cid, ticket.number)) <= 180
    await caller.press("やめる")
    await offers.make(caller.room.time())
    offered = await caller.room.queue.get(ticket.number)
    assert offered and offered.state is State.OFFERED


async def test_what_rings_already_when_the_booking_begins_rings_no_more(caller: CallbackRoom) -> None:
    ticket, offers = await caller.come(), caller.room.offers(caller.engine)
    await caller.room.ready("a1")
    await offers.make(caller.room.time())
    await caller.start()
    caller.room.time.now += 60  # the clock was slow: it is late too, and still nobody has missed it
    await offers.make(caller.room.time())
    waiting = await caller.room.queue.get(ticket.number)
    assert waiting and (waiting.state, waiting.offered_to, waiting.passed) == (State.WAITING, None, {})
    agent = await caller.room.agents.get("a1")
    assert agent and agent.work is Work.READY and store.works(caller.engine, 0) == []
    await caller.press("やめる")
    await offers.make(caller.room.time())  # at once to the same agent
    assert (await caller.room.queue.get(ticket.number)).offered_to == "a1"  # type: ignore[union-attr]


async def test_a_button_of_the_booking_does_nothing_once_an_agent_talks(caller: CallbackRoom) -> None:
    ticket = await caller.come()
    await caller.start()
    slot = (await caller.offered())[0]
    talking = await caller.room.queue.claim(ticket.number, "a1", "山田")
    told = await caller.heard()
    assert await caller.say(slot.title, slot.command)  # the agent reads it, and nobody else answers
    assert await caller.room.queue.get(ticket.number) == talking and await caller.heard() == told
    assert await caller.callbacks.of(ticket.number) is None
