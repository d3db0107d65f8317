"""What happens to one ticket, step by step."""

from __future__ import annotations

import asyncio
import json

import pytest

from conversation.keys import ids, state, stream
from handoff import keys
from handoff.events import replay
from handoff.queue import UnknownTicket
from handoff.ticket import Packet, Reason, State
from tests.handoff.room import Room, make_room


async def test_a_ticket_carries_the_packet_and_the_numbers_of_the_talk(room: Room) -> None:
    await room.say("c1", "送料はいくら", "x0")
    packet = Packet("送料は", ("二度",), ({"article_id": "a", "title": "送料", "probability": 0.4},), page="/cart")
    ticket = await room.ask(packet=packet, reason=Reason.REPEATED_MISS)
    assert (ticket.first_seq, ticket.last_seq) == (1, 2)
    assert await room.queue.get(ticket.number) == ticket == await room.queue.of_conversation("c1")
    assert ticket.packet == packet


async def test_a_person_with_redis_cli_can_read_a_ticket(room: Room) -> None:
    ticket = await room.ask()
    text = await room.redis.get(keys.ticket("c1", ticket.number))
    assert "送料は" in text and json.loads(text)["reason"] == "customer_request"


async def test_asking_twice_at_once_gives_one_ticket(room: Room) -> None:
    numbers = {ticket.number for ticket in await asyncio.gather(*[room.ask(exchange="x1") for _ in range(8)])}
    assert len(numbers) == 1
    assert len(await room.queue.waiting()) == 1


async def test_of_agents_who_claim_at_once_one_wins_and_the_others_see_who(room: Room) -> None:
    ticket = await room.ask()
    claims = [room.queue.claim(ticket.number, f"a{n}", f"山田{n}") for n in range(8)]
    owners = {(claimed.owner, claimed.state) for claimed in await asyncio.gather(*claims)}
    assert len(owners) == 1
    assert [event.event for event in await room.queue.events(ticket.number)] == ["opened", "claimed"]
    assert len([line for line in await room.lines() if "が承ります" in line]) == 1


async def test_the_bot_is_silent_while_a_person_has_the_talk(room: Room) -> None:
    ticket = await room.ask(exchange="x1")
    assert await room.bot_may_speak("c1", "x1", "b1")  # the exchange that opened the ticket is finished
    await room.say("c1", "まだですか", "x2")
    assert not await room.bot_may_speak("c1", "x2", "b2")
    await room.queue.claim(ticket.number, "a1", "山田")
    assert not await room.bot_may_speak("c1", "x1", "b3")
    await room.queue.return_to_bot(ticket.number, "a1")
    assert await room.bot_may_speak("c1", "x2", "b4")
    told, asked = (await room.lines())[-2:]
    assert told.startswith("担当者との会話を終了し、自動応答に戻りました。") and "解決しましたか" in asked


async def test_state_words_tell_who_is_talking(room: Room) -> None:
    await room.ask(cid="c0", exchange="x0")
    ticket = await room.ask()
    await room.queue.claim(ticket.number, "a1", "山田")
    await room.queue.close(ticket.number, "a1", "resolved", "解決")
    told = await room.states()
    assert [meta["talking_to"] for meta in told] == ["queue", "agent", "bot"]
    assert told[0]["queue"] == {
        "ticket": f"{ticket.number[:4]}-{ticket.number[4:]}",
        "position": 2,
        "minutes": None,
        "opens_at": None,
        "message_left": False,
    }
    assert [meta["agent"] for meta in told] == [None, "山田", None]


async def test_only_the_owner_ends_a_talk(room: Room) -> None:
    ticket = await room.ask()
    assert (await room.queue.close(ticket.number, "a1", "resolved")).state is State.WAITING
    await room.queue.claim(ticket.number, "a1", "山田")
    for change in (room.queue.return_to_bot, room.queue.release):
        assert (await change(ticket.number, "a2")).owner == "a1"
    assert (await room.queue.cancel(ticket.number)).state is State.ASSIGNED
    closed = await room.queue.close(ticket.number, "a1", "resolved", "送料を案内")
    assert (closed.state, closed.disposition, closed.note) == (State.CLOSED, "resolved", "送料を案内")
    assert await room.queue.of_conversation("c1") is None


async def test_after_the_end_a_new_ticket_has_its_own_number_and_talk(room: Room) -> None:
    first = await room.ask()
    ended = await room.queue.cancel(first.number)
    second = await room.ask(exchange="x2")
    assert second.number != first.number
    assert second.first_seq == ended.last_seq + 1
    assert [ticket.number for ticket in await room.queue.open_tickets()] == [second.number]


async def test_released_tickets_wait_again(room: Room) -> None:
    ticket = await room.ask()
    await room.queue.claim(ticket.number, "a1", "山田")
    released = await room.queue.release(ticket.number, "a1")
    assert (released.state, released.owner) == (State.WAITING, None)
    assert (await room.queue.claim(ticket.number, "a2", "鈴木")).owner == "a2"


async def test_messages_of_the_night_come_first_then_priority_then_time(room: Room) -> None:
    night = await room.ask(cid="night", exchange="n", after_hours=True, opens_at=room.time() + 60)
    await room.queue.leave_message(night.number, 1)
    early = await room.ask(cid="early", exchange="e")
    room.time.now += 10
    angry = await room.ask(cid="angry", exchange="a", priority=5)
    late = await room.ask(cid="late", exchange="l")
    assert [ticket.number for ticket in await room.queue.waiting()] == [
        angry.number,
        early.number,
        late.number,
        night.number,
    ]
    await room.queue.wake(night.number)
    assert [await room.queue.position(ticket.number) for ticket in (night, angry, early, late)] == [1, 2, 3, 4]
    other = await room.ask(cid="other", exchange="o", queue="repair")
    assert await room.queue.position(other.number) == 1


async def test_an_unknown_number_is_said(room: Room) -> None:
    assert await room.queue.get("12345674") is None
    with pytest.raises(UnknownTicket):
        await room.queue.claim("12345674", "a1", "山田")


async def test_a_crash_after_the_change_loses_nothing(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    async def die(*_: object) -> None:
        raise ConnectionError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(room.queue.telling, "tell", die)
        with pytest.raises(ConnectionError):
            await room.ask()
    assert await room.queue.waiting() == []
    survivor = make_room(room.redis, room.time)
    room.time.now += 3
    assert await survivor.queue.telling.repair(room.time()) == 1
    (ticket,) = await survivor.queue.waiting()
    assert [meta["talking_to"] for meta in await survivor.states()] == ["queue"]
    entries = await room.redis.xrange(keys.EVENTS)
    assert json.loads(entries[0][1]["event"])["number"] == ticket.number
    room.time.now += 60
    await survivor.queue.telling.repair(room.time())
    assert await room.redis.zcard(keys.UNTOLD) == 0
    assert len(await survivor.states()) == 1


async def test_the_index_is_made_again_from_the_tickets(room: Room) -> None:
    tickets = [await room.ask(cid=f"c{n}", exchange=f"x{n}") for n in range(3)]
    await room.queue.cancel(tickets[0].number)
    await room.redis.delete(keys.OPEN)
    assert await room.queue.telling.rebuild() == 2
    assert {ticket.number for ticket in await room.queue.waiting()} == {ticket.number for ticket in tickets[1:]}


async def test_an_ended_ticket_left_on_the_index_is_swept(room: Room) -> None:
    ticket = await room.ask()
    await room.queue.cancel(ticket.number)
    await room.redis.hset(keys.OPEN, ticket.number, "c1")
    assert await room.queue.open_tickets() == []
    await room.queue.telling.sweep()
    assert await room.redis.hlen(keys.OPEN) == 0


async def test_what_was_said_does_not_run_out_while_a_ticket_waits(room: Room) -> None:
    ticket = await room.ask()
    await room.say("c1", "メッセージです", "x9")
    talk = [of("c1") for of in (state, stream, ids)]
    assert [await room.redis.ttl(key) for key in talk] == [-1, -1, -1]
    await room.queue.cancel(ticket.number)
    assert all([await room.redis.ttl(key) > 0 for key in talk])


async def test_ended_tickets_expire_and_open_ones_do_not(room: Room) -> None:
    ticket = await room.ask()
    own = [keys.ticket("c1", ticket.number), keys.events("c1", ticket.number), keys.conversation_of(ticket.number)]
    assert [await room.redis.ttl(key) for key in own] == [-1, -1, -1]
    await room.queue.cancel(ticket.number)
    assert all([await room.redis.ttl(key) > 0 for key in [*own, keys.told("c1", ticket.number)]])


async def test_forgetting_leaves_no_trace(room: Room) -> None:
    ticket = await room.ask()
    assert await room.queue.forget("c1") == [ticket.number]
    assert await room.queue.get(ticket.number) is None
    assert "ticket" not in await room.redis.hgetall(state("c1"))
    left = [key async for key in room.redis.scan_iter(match="*ticket*")]
    assert set(left) <= {keys.EVENTS, keys.POSITIONS}


async def test_what_the_customer_told_stays_with_the_ticket(room: Room) -> None:
    ticket = await room.ask(packet=Packet("090-1234-5678に電話して", facts=({"name": "注文番号", "value": "A-1"},)))
    assert "090" not in ticket.packet.question
    entries = json.dumps(await room.redis.xrange(keys.EVENTS), ensure_ascii=False)
    assert "電話して" not in entries and "A-1" not in entries


async def test_events_replay_to_the_ticket(room: Room) -> None:
    ticket = await room.ask()
    await room.queue.ask_message(ticket.number)
    await room.queue.leave_message(ticket.number, 5)
    await room.queue.claim(ticket.number, "a1", "山田")
    ended = await room.queue.close(ticket.number, "a1", "other", "")
    assert replay(await room.queue.events(ticket.number)) == ended
