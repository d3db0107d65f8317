"""Of many conversations those are known in which an agent wishes a call; a wish is taken once."""

from __future__ import annotations

from handoff import calling
from tests.handoff.room import Room


async def test_the_wishes_of_many_conversations_are_seen_together_and_taken_once(room: Room) -> None:
    tickets = [await room.ask(cid, f"x-{cid}") for cid in ("c1", "c2", "c3")]
    for ticket in (tickets[0], tickets[2]):
        await room.queue.claim(ticket.number, "a1", "a1さん")
        owned = await room.queue.get(ticket.number)
        assert owned
        await calling.wish(room.stream, owned, "w1")
    conversations = ["c0", "c3", "c2", "c1"]
    assert await calling.wishing(room.stream, conversations) == ["c3", "c1"]
    taken = await calling.wished(room.stream, "c3")
    assert taken and (taken.number, taken.agent) == (tickets[2].number, "a1")
    assert await calling.wishing(room.stream, conversations) == ["c1"]
    assert await calling.wishing(room.stream, []) == []
