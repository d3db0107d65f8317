"""Half hours and their places: only in the opening hours, and never one place for two."""

from __future__ import annotations

import asyncio
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import Engine

from handoff import callback_store as store
from handoff.callback_store import Attempt, CallbackState, Result
from handoff.callbacks import DAYS_AHEAD, LEAD, SLOT, slots
from handoff.contact import Contact, read_kana, read_phone
from handoff.tables import CALLBACKS
from handoff.ticket import State
from nihongo.japan_time import TOKYO
from tests.handoff.callback_room import CallbackRoom
from tests.handoff.room import Room

SLOT_AT = 1_796_104_800


def test_of_many_who_want_the_same_half_hour_as_many_get_it_as_there_are_places(sql: Engine) -> None:
    def want(number: int) -> bool:
        return store.book(sql, f"{number:08}", f"c{number}", "general", SLOT_AT, 3, 0.0)

    with ThreadPoolExecutor(16) as pool:
        got = list(pool.map(want, range(40)))
    assert sum(got) == 3
    assert store.taken(sql, "general", SLOT_AT, SLOT_AT) == {SLOT_AT: 3}


def test_bookings_changes_and_cancellations_at_once_never_share_a_place(sql: Engine) -> None:
    """Forty customers who each book, change to another half hour and in part cancel, all at the same time."""

    def act(number: int) -> None:
        name = f"{number:08}"
        for turn in range(3):
            store.book(sql, name, f"c{number}", "general", SLOT_AT + 1800 * ((number + turn) % 4), 2, float(turn))
        if number % 3 == 0:
            store.set_state(sql, name, CallbackState.CANCELLED, 9.0)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(act, range(40)))
    with sql.connect() as connection:
        rows = connection.execute(sa.select(CALLBACKS)).mappings().all()
    live = [(row["slot_at"], row["place"]) for row in rows if row["place"] is not None]
    assert live and len(live) == len(set(live)) and {place for _, place in live} <= {0, 1}
    cancelled = [row for row in rows if row["state"] == "cancelled"]
    assert cancelled and not [row for row in cancelled if row["place"] is not None]


def test_the_same_ticket_booked_twice_at_once_has_one_place(sql: Engine) -> None:
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda _: store.book(sql, "1", "c1", "general", SLOT_AT, 2, 0.0), range(16)))
    assert all(got) and store.taken(sql, "general", SLOT_AT, SLOT_AT) == {SLOT_AT: 1}


def test_queues_do_not_share_places(sql: Engine) -> None:
    assert store.book(sql, "1", "c1", "general", SLOT_AT, 1, 0.0)
    assert not store.book(sql, "2", "c2", "general", SLOT_AT, 1, 0.0)
    assert store.book(sql, "3", "c3", "repair", SLOT_AT, 1, 0.0)
    assert store.taken(sql, "general", SLOT_AT, SLOT_AT, besides="1") == {}


@pytest.mark.slow
async def test_customers_who_say_yes_at_once_do_not_get_the_same_place(room: Room, sql: Engine) -> None:
    callers = [CallbackRoom(room, sql, f"c{number}") for number in range(6)]
    for caller in callers:
        await caller.come()
        await caller.start()
        for text in ("明日の15時", "ヤマダ", "090-1234-5678"):
            await caller.say(text)
    await asyncio.gather(*(caller.press("はい") for caller in callers))
    heard = [(await caller.heard())[-1] for caller in callers]
    told = Counter("予約しました" in line for line in heard)
    assert told == {True: 2, False: 4}
    waiting = [ticket for ticket in await room.queue.waiting() if not ticket.booked]
    assert len(waiting) == 4 and all(ticket.holding for ticket in waiting)


async def test_an_agent_who_was_quicker_than_the_booking_keeps_the_customer(room: Room, sql: Engine) -> None:
    caller = CallbackRoom(room, sql)
    ticket = await caller.come()
    slot = (await caller.callbacks.free(ticket))[0]
    await room.queue.claim(ticket.number, "a1", "山田")
    assert not await caller.callbacks.book(ticket, slot, Contact("ヤマダ", "+819012345678"))
    kept, row = await room.queue.get(ticket.number), await caller.callbacks.of(ticket.number)
    assert kept and kept.state is State.ASSIGNED and not kept.callback_at
    assert row and row.state is CallbackState.CANCELLED


def test_attempts_are_kept_in_order_and_those_in_vain_counted(sql: Engine) -> None:
    store.book(sql, "1", "c1", "general", SLOT_AT, 1, 0.0)
    counts = [store.attempt(sql, "1", Attempt(at, "a1", result)) for at, result in enumerate(Result)]
    found = store.of_ticket(sql, "1")
    assert found and [one.result for one in found.attempts] == list(Result) and counts == [0, 1, 2, 3]
    assert store.forget(sql, "c1") == 5 and store.of_ticket(sql, "1") is None


_MINUTES = st.integers(0, 24 * 60)
_WINDOWS = st.lists(st.tuples(_MINUTES, _MINUTES).filter(lambda span: span[0] < span[1]), max_size=3)


@given(_WINDOWS, st.integers(0, 24 * 60 - 1))
def test_slots_lie_whole_in_the_hours_on_the_half_hour_and_ahead(windows: list[tuple[int, int]], minute: int) -> None:
    def opens(day: date) -> list[tuple[datetime, datetime]]:
        midnight = datetime.combine(day, time(0), TOKYO)
        return [(midnight + timedelta(minutes=start), midnight + timedelta(minutes=end)) for start, end in windows]

    now = datetime(2026, 11, 24, tzinfo=TOKYO) + timedelta(minutes=minute)
    for slot in slots(opens, now):
        assert slot.minute in (0, 30) and slot.second == 0
        assert now + LEAD <= slot <= now + timedelta(days=DAYS_AHEAD + 1)
        assert any(start <= slot and slot + SLOT <= end for start, end in opens(slot.date()))


def test_the_first_slot_is_half_an_hour_ahead_and_the_last_two_weeks() -> None:
    def opens(day: date) -> list[tuple[datetime, datetime]]:
        nine = datetime.combine(day, time(9), TOKYO)
        return [(nine, nine + timedelta(hours=1))]

    found = list(slots(opens, datetime(2026, 11, 24, 9, 1, tzinfo=TOKYO)))
    assert found[0] == datetime(2026, 11, 25, 9, tzinfo=TOKYO) and found[-1].date() == date(2026, 12, 8)
    assert len(found) == 2 * DAYS_AHEAD


KANA = {
    "ヤマダ タロウ": "ヤマダ タロウ",
    "やまだたろうです": "ヤマダタロウ",
    "ﾔﾏﾀﾞ": "ヤマダ",
    "名前はささき・いちろうと申します。": "ササキ イチロウ",
    "山田": None,
    "John": None,
    "です": None,
    "ア" * 41: None,
    "ヤマダ<b>": None,
}
PHONES = {
    "090-1234-5678": "+819012345678",
    "０９０１２３４５６７８": "+819012345678",
    "〇九〇の一二三四の五六七八です": "+819012345678",
    "電話は03(3211)1234です": "+81332111234",
    "+81 90 1234 5678": "+819012345678",
    "050-1234-5678": "+815012345678",
    "090-1234-567": None,
    "110": None,
    "0990-12-3456": None,  # costs its caller
    "0120-123-456": None,
    "+1 202 555 0123": None,  # abroad
    "080-1111-2222か090-1234-5678": None,  # which?
}


@pytest.mark.parametrize(("text", "kana"), KANA.items())
def test_names(text: str, kana: str | None) -> None:
    assert read_kana(text) == kana


@pytest.mark.parametrize(("text", "phone"), PHONES.items())
def test_numbers(text: str, phone: str | None) -> None:
    assert read_phone(text) == phone


@pytest.mark.slow
@given(st.from_regex(r"\A0[1-9][0-9]{8,9}\Z"))
def test_every_number_that_is_taken_is_shown_whole_and_masked(digits: str) -> None:
    if phone := read_phone(digits):
        contact = Contact("ヤマダ", phone)
        assert contact.national.replace("-", "") == digits
        assert "-****-" in contact.masked and len(contact.masked.replace("-****-", "")) <= 9


@pytest.mark.parametrize(("phone", "shown"), [("+819012345678", "090-****-5678"), ("+81332111234", "03-****-1234")])
def test_a_masked_number_shows_its_ends(phone: str, shown: str) -> None:
    assert Contact("ヤマダ", phone).masked == shown
