"""What time does to tickets, and the ledger in SQL."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from conversation.keys import presence
from handoff import keys, store
from handoff.calendar import Calendar
from handoff.clock import AWAY_SECONDS, POSITIONS_EVERY, Clock
from handoff.ledger import Ledger
from handoff.tables import TICKET_EVENTS, TICKETS
from handoff.ticket import State
from tests.handoff.room import Room


@dataclass
class Clockwork:
    clock: Clock
    ledger: Ledger
    engine: Engine

    def rows(self, table: sa.Table) -> list[dict[str, object]]:
        with self.engine.connect() as connection:
            return [dict(row) for row in connection.execute(sa.select(table)).mappings()]


@pytest.fixture
async def work(room: Room, sql: Engine) -> Clockwork:
    ledger = Ledger(room.redis, sql)
    await ledger.prepare()
    return Clockwork(Clock(room.queue, Calendar(sql), ledger, room.offers(sql), room.time), ledger, sql)


async def test_at_opening_messages_of_the_night_wait_first(room: Room, work: Clockwork) -> None:
    room.time.move_to(2026, 11, 24, 8, 59, 30)
    night = await room.ask(cid="night", exchange="n", channel="sms", after_hours=True, opens_at=room.time() + 30)
    await room.queue.leave_message(night.number, 1)
    early = await room.ask(cid="early", exchange="e")
    await work.clock.tick()
    assert await room.queue.position(night.number) is None  # nobody is asked for it yet
    room.time.move_to(2026, 11, 24, 9, 0)
    await work.clock.tick()
    assert await room.queue.position(night.number) == 1
    await work.clock.tick()
    assert await room.queue.position(early.number) == 2
    assert [event.event for event in await room.queue.events(night.number)] == ["opened", "message_left", "woken"]


async def test_whose_browser_is_gone_or_telephone_hung_up_leaves_the_queue(room: Room, work: Clockwork) -> None:
    gone, here = await room.ask(), await room.ask(cid="c2", exchange="x2")
    message = await room.ask(cid="c3", exchange="x3")
    await room.queue.leave_message(message.number, 1)
    phone = await room.ask(cid="c4", exchange="x4", channel="voice")
    hung_up = await room.ask(cid="c5", exchange="x5", channel="voice")
    spoken = await room.ask(cid="c6", exchange="x6", channel="voice")
    await room.queue.leave_message(spoken.number, 1)
    for there in ("c2", "c4"):
        await room.redis.set(presence(there), "1")
    await work.clock.tick()
    room.time.now += AWAY_SECONDS - 1
    await work.clock.tick()
    assert len(await room.queue.waiting()) == 6
    room.time.now += 1
    await work.clock.tick()
    left = {ticket.number for ticket in await room.queue.waiting()}
    assert left == {here.number, message.number, phone.number, spoken.number}
    for one in (gone, hung_up):
        ended = await room.queue.get(one.number)
        assert ended and ended.state is State.ABANDONED


async def test_a_browser_that_comes_back_starts_the_wait_anew(room: Room, work: Clockwork) -> None:
    ticket = await room.ask()
    await work.clock.tick()
    room.time.now += AWAY_SECONDS - 1
    await room.redis.set(presence("c1"), "1")
    await work.clock.tick()
    await room.redis.delete(presence("c1"))
    room.time.now += 2
    await work.clock.tick()
    assert [waiting.number for waiting in await room.queue.waiting()] == [ticket.number]


async def test_who_moves_up_is_told_once(room: Room, work: Clockwork) -> None:
    first, second = await room.ask(), await room.ask(cid="c2", exchange="x2", priority=-1)
    for cid in ("c1", "c2"):
        await room.redis.set(presence(cid), "1")
    await room.queue.claim(first.number, "a1", "山田")
    for _ in range(2):
        room.time.now += POSITIONS_EVERY
        await work.clock.tick()
    queue = [meta["queue"] for meta in await room.states("c2")]
    assert [each["position"] for each in queue] == [2, 1]  # type: ignore[index]
    assert await room.redis.hget(keys.POSITIONS, second.number) == "1"


async def test_the_ledger_writes_each_event_once_and_the_ended_ticket(room: Room, work: Clockwork) -> None:
    ticket = await room.ask()
    await room.queue.claim(ticket.number, "a1", "山田")
    room.time.now += 60
    await room.queue.close(ticket.number, "a1", "resolved", "送料を案内した")
    for _, fields in await room.redis.xrange(keys.EVENTS):  # told again, as after a crash
        await room.redis.xadd(keys.EVENTS, fields)
    assert await work.ledger.write() == 7  # and the survey
    events = work.rows(TICKET_EVENTS)
    assert [(row["version"], row["event"], row["actor"]) for row in events] == [
        (1, "opened", "bot"),
        (2, "claimed", "a1"),
        (3, "closed", "a1"),
    ]
    (row,) = work.rows(TICKETS)
    assert (row["state"], row["disposition"], row["owner"]) == ("closed", "resolved", "a1")
    assert row["ended_at"] - row["claimed_at"] == 60  # type: ignore[operator]
    assert "送料は" not in json.dumps(events, ensure_ascii=False, default=str)  # the packet stays in Redis
    assert await work.ledger.backlog() == 0
    assert await asyncio.to_thread(store.forget, work.engine, "c1") == 4


async def test_events_wait_while_sql_is_away(room: Room, work: Clockwork, monkeypatch: pytest.MonkeyPatch) -> None:
    away = sa.create_engine("sqlite:////absent/none.db", future=True)
    ticket = await room.ask()
    lost = Ledger(room.redis, away)
    with pytest.raises(sa.exc.SQLAlchemyError):
        await lost.write()
    assert await lost.backlog() == 1
    await room.queue.cancel(ticket.number)
    assert await work.ledger.write() == 2
    assert [row["event"] for row in work.rows(TICKET_EVENTS)] == ["opened", "cancelled"]


async def test_one_clock_is_active_and_another_takes_over(room: Room, work: Clockwork) -> None:
    other = Clock(room.queue, Calendar(work.engine), work.ledger, room.offers(work.engine), room.time)
    assert await work.clock._hold() and await work.clock._hold()
    assert not await other._hold()
    await room.redis.delete(keys.CLOCK)  # the lease ran out
    assert await other._hold() and other.active
    assert not await work.clock._hold() and not work.clock.active


def test_who_is_far_back_is_told_by_tenths() -> None:
    from handoff.clock import _worth_telling

    assert [at for at in range(1, 13) if _worth_telling(at + 1, at)] == list(range(1, 11))
    assert not _worth_telling(7, 7) and _worth_telling(0, 300)
    assert not _worth_telling(120, 111) and _worth_telling(120, 109)
