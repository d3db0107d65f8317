"""Offers, transfers, write-ups, and what supervisors may do."""

from __future__ import annotations

import pytest

from handoff.ticket import State
from tests.handoff.room import Room


async def test_an_offered_ticket_is_for_the_one_who_is_asked(room: Room) -> None:
    ticket = await room.ask()
    await room.queue.offer(ticket.number, "a1")
    assert (await room.queue.claim(ticket.number, "a2", "鈴木")).state is State.OFFERED
    claimed = await room.queue.claim(ticket.number, "a1", "山田")
    assert (claimed.state, claimed.owner, claimed.offered_to) == (State.ASSIGNED, "a1", None)


async def test_who_declines_gives_it_back(room: Room) -> None:
    ticket = await room.ask()
    await room.queue.offer(ticket.number, "a1")
    assert (await room.queue.decline(ticket.number, "a2")).state is State.OFFERED
    declined = await room.queue.decline(ticket.number, "a1")
    assert (declined.state, declined.offered_to, declined.passed) == (State.WAITING, None, {"a1": room.time()})


async def test_the_customer_hears_nothing_of_offers(room: Room) -> None:
    ticket = await room.ask()
    before = await room.lines()
    await room.queue.offer(ticket.number, "a1")
    await room.queue.lapse(ticket.number, "a1")
    assert await room.lines() == before
    assert {meta["talking_to"] for meta in await room.states()} == {"queue"}


async def test_a_transfer_goes_to_a_queue_and_there_to_a_colleague_first(room: Room) -> None:
    ticket = await room.ask()
    await room.queue.claim(ticket.number, "a1", "山田")
    assert (await room.queue.transfer(ticket.number, "a2", "repair")).state is State.ASSIGNED
    room.time.now += 5
    passed = await room.queue.transfer(ticket.number, "a1", "repair", "a2")
    assert (passed.state, passed.queue, passed.for_agent, passed.owner) == (State.WAITING, "repair", "a2", None)
    assert passed.waits_since == room.time()
    assert "交代" in (await room.lines())[-1]


async def test_while_it_is_written_up_the_customer_is_back_with_the_bot(room: Room) -> None:
    ticket = await room.ask()
    await room.queue.claim(ticket.number, "a1", "山田")
    room.time.now += 60
    written = await room.queue.end_talk(ticket.number, "a1")
    assert (written.state, written.owner, written.talk_ended_at) == (State.WRAP_UP, "a1", room.time())
    assert (await room.states())[-1]["talking_to"] == "bot"
    assert await room.queue.of_conversation("c1") is None
    assert [one.number for one in await room.queue.open_tickets()] == [ticket.number]


async def test_who_asks_again_during_the_write_up_gets_a_new_ticket_and_keeps_it(room: Room) -> None:
    first = await room.ask()
    await room.queue.claim(first.number, "a1", "山田")
    await room.queue.end_talk(first.number, "a1")
    second = await room.ask(exchange="x2")
    assert second.number != first.number and second.last_owner == "a1"
    told = len(await room.states()), len(await room.lines())
    closed = await room.queue.close(first.number, "a1", "resolved", "送料を案内", resolved=True)
    assert (closed.state, closed.resolved) == (State.CLOSED, True)
    assert await room.queue.of_conversation("c1") == second
    assert (len(await room.states()), len(await room.lines())) == told
    assert await room.redis.ttl("conv:{c1}") == -1


async def test_the_end_is_told_once(room: Room) -> None:
    ticket = await room.ask()
    await room.queue.claim(ticket.number, "a1", "山田")
    await room.queue.end_talk(ticket.number, "a1")
    await room.queue.close(ticket.number, "a1", "resolved")
    assert len([line for line in await room.lines() if line.startswith("担当者との会話を終了しました")]) == 1


async def test_a_supervisor_takes_over_and_gives_away(room: Room) -> None:
    ticket = await room.ask()
    await room.queue.claim(ticket.number, "a1", "山田")
    taken = await room.queue.assign(ticket.number, "boss", "boss", "部長")
    assert (taken.state, taken.owner) == (State.ASSIGNED, "boss")
    assert (await room.lines())[-1].startswith("担当の部長が承ります")
    given = await room.queue.assign(ticket.number, "boss", "a2", "鈴木")
    assert given.owner == "a2"
    assert (await room.queue.release(ticket.number, "a1")).owner == "a2"


async def test_moved_forward_it_is_served_before_who_came_earlier(room: Room) -> None:
    early = await room.ask(cid="early", exchange="e")
    room.time.now += 30
    late = await room.ask(cid="late", exchange="l")
    await room.queue.move(late.number, "boss", 1)
    assert [one.number for one in await room.queue.waiting()] == [late.number, early.number]


async def test_nobody_waits_for_ever_behind_those_with_priority(room: Room) -> None:
    plain = await room.ask(cid="plain", exchange="p")
    room.time.now += 20 * 60
    angry = await room.ask(cid="angry", exchange="a", priority=8)
    life = await room.ask(cid="life", exchange="i", priority=9)
    assert [one.number for one in await room.queue.waiting()] == [life.number, plain.number, angry.number]


async def test_notes_are_among_staff_and_masked(room: Room) -> None:
    ticket = await room.ask()
    before = await room.lines()
    noted = await room.queue.note(ticket.number, "boss", "部長", "090-1234-5678に確認", whisper=True)
    (note,) = noted.notes
    assert (note["by"], note["name"], note["whisper"], note["at"]) == ("boss", "部長", True, room.time())
    assert "090" not in note["text"]
    assert await room.lines() == before
    assert await room.queue.get(ticket.number) == noted


async def test_only_the_owner_calls_a_supervisor(room: Room) -> None:
    ticket = await room.ask()
    await room.queue.claim(ticket.number, "a1", "山田")
    assert not (await room.queue.raise_hand(ticket.number, "a2", True)).hand_up
    assert (await room.queue.raise_hand(ticket.number, "a1", True)).hand_up
    assert not (await room.queue.raise_hand(ticket.number, "a1", False)).hand_up


@pytest.mark.parametrize("over", ["transfer", "release", "return_to_bot", "end_talk", "assign"])
async def test_a_call_for_a_supervisor_ends_with_the_talk_of_who_called(room: Room, over: str) -> None:
    ticket = await room.ask()
    await room.queue.claim(ticket.number, "a1", "山田")
    assert (await room.queue.raise_hand(ticket.number, "a1", True)).hand_up
    assert (await room.queue.note(ticket.number, "boss", "部長", "すぐ行きます")).hand_up
    more = {"transfer": ("repair", "a2"), "assign": ("a2", "鈴木")}.get(over, ())
    changed = await getattr(room.queue, over)(ticket.number, "a1", *more)
    assert not changed.hand_up and changed.version > ticket.version + 2
