"""Earlier tickets of the same person: proven by the conversation or the shop, or only by the number to call back."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import Engine

from handoff import keys
from handoff.calendar import Calendar
from handoff.clock import Clock
from handoff.contact import Contact
from handoff.ledger import Ledger
from handoff.persons import Persons
from handoff.ticket import Ticket
from tests.handoff.room import Room

PHONE = "+819012345678"


@pytest.fixture
def persons(room: Room) -> Persons:
    return Persons(room.queue, "a secret of tests", 30)


async def came(room: Room, persons: Persons, cid: str, phone: str = "", signed: str = "") -> Ticket:
    """Somebody asks for a person, and the clock has looked."""
    ticket = await room.ask(cid=cid, exchange=f"{cid}-{room.time.now}")
    if phone:
        await room.redis.set(keys.contact(cid, ticket.number), Contact("ヤマダ", phone).to_json())
    if signed:
        await room.stream.set_state(cid, contact=signed)
    await persons.note([ticket])
    return ticket


async def over(room: Room, ticket: Ticket) -> None:
    room.time.now += 60
    await room.queue.cancel(ticket.number)


async def told(persons: Persons, ticket: Ticket) -> list[tuple[str, bool]]:
    return [(one.ticket.number, one.proven) for one in await persons.earlier(ticket)]


async def test_the_same_conversation_is_the_same_person(room: Room, persons: Persons) -> None:
    first = await came(room, persons, "c1")
    await over(room, first)
    again = await came(room, persons, "c1")
    assert await told(persons, again) == [(first.number, True)]


async def test_the_shop_says_who_it_is_and_the_newest_stands_first(room: Room, persons: Persons) -> None:
    first = await came(room, persons, "c1", signed="shop:7")
    await over(room, first)
    second = await came(room, persons, "c2", signed="shop:7")
    await over(room, second)
    other = await came(room, persons, "c3", signed="shop:8")
    await over(room, other)
    again = await came(room, persons, "c4", signed="shop:7")
    assert await told(persons, again) == [(second.number, True), (first.number, True)]


async def test_the_same_number_proves_nothing_and_stands_nowhere_in_plain(room: Room, persons: Persons) -> None:
    first = await came(room, persons, "c1", phone=PHONE)
    await over(room, first)
    again = await came(room, persons, "c2", phone=PHONE)
    assert await told(persons, again) == [(first.number, False)]
    index = [key async for key in room.redis.scan_iter(match="person:*")]
    assert len(index) == 1 and PHONE[1:] not in index[0]
    elsewhere = Persons(room.queue, "another secret", 30)
    assert await told(elsewhere, again) == []


async def test_one_that_is_still_open_is_no_earlier_one(room: Room, persons: Persons) -> None:
    await came(room, persons, "c1", phone=PHONE)
    assert await told(persons, await came(room, persons, "c2", phone=PHONE)) == []


async def test_what_is_erased_is_not_known_again(room: Room, persons: Persons) -> None:
    first = await came(room, persons, "c1", phone=PHONE)
    await over(room, first)
    await room.queue.forget("c1")
    assert await told(persons, await came(room, persons, "c2", phone=PHONE)) == []
    (index,) = [key async for key in room.redis.scan_iter(match="person:*")]
    assert first.number not in await room.redis.zrange(index, 0, -1)
    assert not await room.redis.exists(keys.persons_of("c1"))


async def test_a_number_given_later_is_noted_at_the_next_change(room: Room, persons: Persons) -> None:
    first = await came(room, persons, "c1")
    await room.redis.set(keys.contact("c1", first.number), Contact("ヤマダ", PHONE).to_json())
    booked = await room.queue.book_callback(first.number, room.time.now + 3600)
    await persons.note([booked])
    await over(room, first)
    again = await came(room, persons, "c2", phone=PHONE)
    assert await told(persons, again) == [(first.number, False)]


async def test_the_clock_keeps_the_index(room: Room, persons: Persons, sql: Engine) -> None:
    ledger = Ledger(room.redis, sql)
    await ledger.prepare()
    clock = Clock(room.queue, Calendar(sql), ledger, room.offers(sql), room.time, persons=persons)
    first = await room.ask(cid="c1")
    await room.redis.set(keys.contact("c1", first.number), Contact("ヤマダ", PHONE).to_json())
    await clock.tick()
    await over(room, first)
    again = await came(room, persons, "c2", phone=PHONE)
    assert await told(persons, again) == [(first.number, False)]
