"""The clock puts who waits to who is there, on the real Redis."""

from __future__ import annotations

from sqlalchemy.engine import Engine

from handoff import store
from handoff.agents import HERE_SECONDS, Agent, Work
from handoff.keys import here
from handoff.queue_settings import QueueSettings
from handoff.ticket import State
from tests.handoff.room import Room


async def test_who_waits_is_put_to_who_is_ready_and_then_to_the_next(room: Room, sql: Engine) -> None:
    offers, ticket = room.offers(sql), await room.ask()
    await offers.make(room.time())
    assert (await room.queue.waiting())[0].state is State.WAITING  # nobody is there
    await room.ready("a1")
    room.time.now += 1
    await room.ready("a2")
    await offers.make(room.time())
    offered = await room.queue.get(ticket.number)
    assert offered and (offered.state, offered.offered_to) == (State.OFFERED, "a1")
    room.time.now += 19
    await offers.make(room.time())
    assert (await room.queue.get(ticket.number)) == offered
    room.time.now += 1
    await offers.make(room.time())
    fresh = await room.queue.get(ticket.number)
    assert fresh and (fresh.state, fresh.offered_to) == (State.OFFERED, "a2")
    missed = await room.agents.get("a1")
    assert missed and missed.work is Work.MISSED  # nobody else waits for an empty chair
    assert [row["work"] for row in store.works(sql, 0)] == ["missed"]


async def test_after_a_no_the_next_one_is_asked_and_the_first_stays_ready(room: Room, sql: Engine) -> None:
    offers, ticket = room.offers(sql), await room.ask()
    await room.ready("a1")
    await offers.make(room.time())
    await room.queue.decline(ticket.number, "a1")
    await offers.make(room.time())
    assert (await room.queue.waiting())[0].state is State.WAITING
    await room.ready("a2")
    await offers.make(room.time())
    assert (await room.queue.waiting())[0].offered_to == "a2"
    known = await room.agents.get("a1")
    assert known and known.work is Work.READY


async def test_an_agent_whose_pages_are_closed_is_passed_over_at_once(room: Room, sql: Engine) -> None:
    offers, ticket = room.offers(sql), await room.ask()
    await room.ready("a1")
    assert 0 < await room.redis.ttl(here("a1")) <= HERE_SECONDS
    await offers.make(room.time())
    await room.redis.delete(here("a1"))
    await offers.make(room.time())
    assert (await room.queue.get(ticket.number)).state is State.WAITING  # type: ignore[union-attr]


async def test_each_queue_gives_its_own_time(room: Room, sql: Engine) -> None:
    store.save_queue(sql, QueueSettings("repair", "修理", offer_seconds=45))
    offers, ticket = room.offers(sql), await room.ask(queue="repair")
    await room.ready("a1", queues=("repair",))
    await offers.make(room.time())
    room.time.now += 44
    await offers.make(room.time())
    assert (await room.queue.get(ticket.number)).state is State.OFFERED  # type: ignore[union-attr]


async def test_who_has_both_hands_full_is_not_asked(room: Room, sql: Engine) -> None:
    offers = room.offers(sql)
    await room.ready("a1", chats=2)
    for number in range(3):
        ticket = await room.ask(cid=f"c{number}", exchange=f"x{number}")
        await offers.make(room.time())
        await room.queue.claim(ticket.number, "a1", "山田")
    assert [one.busy for one in await room.agents.all(await room.queue.open_tickets())] == [3]
    await room.ask(cid="c9", exchange="x9")
    await offers.make(room.time())
    assert [one.state for one in await room.queue.waiting()] == [State.WAITING]


async def test_the_same_state_again_changes_nothing(room: Room) -> None:
    first = await room.ready("a1")
    room.time.now += 60
    again = await room.agents.set(Agent("a1", "山田", chats=2), Work.READY)
    assert (again.since, again.chats) == (first.since, 2)
    rested = await room.agents.set(again, Work.BREAK, "lunch")
    assert rested.since == room.time()


async def test_a_transfer_reaches_the_colleague_who_has_just_passed(room: Room, sql: Engine) -> None:
    offers, ticket = room.offers(sql), await room.ask()
    await room.ready("a1")
    await offers.make(room.time())
    await room.queue.decline(ticket.number, "a1")
    await room.queue.claim(ticket.number, "a2", "鈴木")
    await room.queue.transfer(ticket.number, "a2", "general", "a1")
    await offers.make(room.time())
    asked = await room.queue.get(ticket.number)
    assert asked and (asked.state, asked.offered_to) == (State.OFFERED, "a1")
