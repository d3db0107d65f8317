"""Asking for a person again soon after a talk goes on from its ticket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from handoff.calendar import Calendar
from handoff.reception import PRIORITY, Reception
from handoff.ticket import Reason, Ticket
from stores import open_sql
from tests.handoff.room import Room


@pytest.fixture
async def reception(room: Room, tmp_path: Path) -> AsyncIterator[Reception]:
    engine = open_sql(f"sqlite:///{tmp_path}/calendar.db")  # empty: the seed file counts
    yield Reception(room.queue, Calendar(engine), room.stream, room.time, reopen_hours=2)
    engine.dispose()


async def talked(room: Room, solved: str | None) -> Ticket:
    """A talk that is being written up, and what the customer said of it."""
    ticket = await room.ask()
    await room.queue.claim(ticket.number, "a1", "山田")
    await room.queue.end_talk(ticket.number, "a1")
    if solved:
        word = await room.say("c1", solved, "m1")
        assert await room.queue.surveys.hear(word, await room.stream.state("c1"))
    return ticket


async def again(room: Room, reception: Reception, reason: Reason = Reason.CUSTOMER_REQUEST) -> Ticket:
    await room.say("c1", "担当者をお願いします", "x9")
    return (await reception.admit("c1", "web", "x9", reason)).ticket


@pytest.mark.parametrize(
    ("solved", "reason"),
    [("いいえ", Reason.REPEAT_CONTACT), ("はい", Reason.CUSTOMER_REQUEST), (None, Reason.CUSTOMER_REQUEST)],
)
async def test_the_new_ticket_follows_and_repeats_only_what_was_not_solved(
    room: Room, reception: Reception, solved: str | None, reason: Reason
) -> None:
    first = await talked(room, solved)
    room.time.now += 3600
    ticket = await again(room, reception)
    assert (ticket.follows, ticket.reason) == (first.number, reason)
    assert ticket.priority == PRIORITY.get(reason, 0)
    assert await again(room, reception) == ticket  # carried out again


@pytest.mark.parametrize("reason", [Reason.ABUSE, Reason.COMPLAINT_RECOVERY, Reason.NEGATIVE_EMOTION])
async def test_what_weighs_more_stays_the_reason(room: Room, reception: Reception, reason: Reason) -> None:
    first = await talked(room, "いいえ")
    ticket = await again(room, reception, reason)
    assert (ticket.follows, ticket.reason, ticket.priority) == (first.number, reason, PRIORITY.get(reason, 0))


async def test_later_it_is_a_new_matter(room: Room, reception: Reception) -> None:
    first = await talked(room, "いいえ")
    room.time.now += 2 * 3600 + 1
    await room.queue.close(first.number, "a1", "resolved")  # written up late: the talk ended before
    ticket = await again(room, reception)
    assert (ticket.follows, ticket.reason) == (None, Reason.CUSTOMER_REQUEST)
