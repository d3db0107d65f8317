"""The figures of a day, from events as the queue writes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.report import HALF_HOUR, Contact, at_work, by_half_hour, contacts, figures, occupancy
from tests.handoff.room import Room


async def test_a_day_as_the_queue_tells_it(room: Room) -> None:
    began = room.time()
    numbers = []
    for number, wait in enumerate((30, 90)):
        ticket = await room.ask(cid=f"c{number}", exchange=f"x{number}")
        numbers.append(ticket.number)
        room.time.now += wait
        await room.queue.claim(ticket.number, "a1", "山田")
        room.time.now += 100
        await room.queue.end_talk(ticket.number, "a1")
        room.time.now += 20
        await room.queue.close(ticket.number, "a1", "resolved")
    gone = await room.ask(cid="c8", exchange="x8")
    room.time.now += 70
    await room.queue.cancel(gone.number)
    await room.ask(cid="c9", exchange="x9", after_hours=True)
    events = [event for number in (*numbers, gone.number) for event in await room.queue.events(number)]
    day = contacts(events, room.time())
    told = figures(day, {"general": 60.0}, {"a1": [(began, room.time())]})
    assert (told.opened, told.answered, told.gave_up) == (3, 2, 1)
    assert told.answer_rate == pytest.approx(2 / 3) and told.give_up_rate == pytest.approx(1 / 3)
    assert told.service_level == pytest.approx(1 / 3)  # one in time, one late, one who gave up late
    assert (told.asa_seconds, told.aht_seconds) == (60.0, 120.0)
    assert told.occupancy == pytest.approx(240 / 430)


async def test_a_transfer_is_two_stretches_and_one_answer(room: Room) -> None:
    ticket = await room.ask()
    room.time.now += 10
    await room.queue.claim(ticket.number, "a1", "山田")
    room.time.now += 50
    await room.queue.transfer(ticket.number, "a1", "repair")
    room.time.now += 40
    await room.queue.claim(ticket.number, "a2", "鈴木")
    room.time.now += 5
    (contact,) = contacts(await room.queue.events(ticket.number), room.time())
    assert [(who, end - start) for who, start, end in contact.talks] == [("a1", 50.0), ("a2", 5.0)]
    assert contact.waited == 10.0 and not contact.ended


async def test_who_chose_a_callback_did_not_wait_but_was_talked_with(room: Room) -> None:
    ticket = await room.ask()
    room.time.now += 10
    await room.queue.book_callback(ticket.number, room.time() + 3600)
    room.time.now += 3600
    await room.queue.call_now(ticket.number)
    await room.queue.claim(ticket.number, "a1", "山田")
    room.time.now += 300
    await room.queue.close(ticket.number, "a1", "resolved")
    told = figures(contacts(await room.queue.events(ticket.number), room.time()), {})
    assert (told.opened, told.answered, told.asa_seconds, told.aht_seconds) == (0, 0, None, 300.0)


def test_nothing_happened() -> None:
    told = figures([], {})
    assert (told.opened, told.answer_rate, told.service_level, told.asa_seconds, told.occupancy) == (0, *[None] * 4)


def test_half_hours_count_where_the_customer_came() -> None:
    early, late = Contact("1", "general", 100.0, answered_at=120.0), Contact("2", "general", HALF_HOUR + 1)
    slots = by_half_hour([early, late], {}, {"a1": [(0.0, HALF_HOUR / 2)]}, (0.0, 2 * HALF_HOUR))
    assert [(start, told.opened, told.answered) for start, told in slots] == [(0.0, 1, 1), (HALF_HOUR, 1, 0)]
    assert [told.occupancy for _, told in slots] == [0.0, None]


def test_breaks_are_no_time_at_work() -> None:
    rows = [
        {"user_id": "a1", "work": "ready", "at": 10.0},
        {"user_id": "a1", "work": "break", "at": 30.0},
        {"user_id": "a2", "work": "ready", "at": 40.0},
        {"user_id": "a1", "work": "ready", "at": 50.0},
        {"user_id": "a1", "work": "off", "at": 60.0},
    ]
    assert at_work(rows, 100.0) == {"a1": [(10.0, 30.0), (50.0, 60.0)], "a2": [(40.0, 100.0)]}


SPANS = st.tuples(st.sampled_from(["a1", "a2"]), st.integers(0, 100), st.integers(0, 100)).map(
    lambda one: (one[0], float(min(one[1:])), float(max(one[1:])))
)


@given(st.lists(SPANS), st.dictionaries(st.sampled_from(["a1", "a2"]), st.lists(SPANS.map(lambda one: one[1:]))))
def test_nobody_is_busier_than_at_work(
    talks: list[tuple[str, float, float]], works: dict[str, list[tuple[float, float]]]
) -> None:
    share = occupancy(talks, works)
    assert share is None or 0.0 <= share <= 1.0
