"""The place that customers are told: that in which an agent would really be asked for them."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from handoff.agents import Agent, Work
from handoff.clock import POSITIONS_EVERY
from handoff.offering import pairs
from handoff.places import places
from handoff.ticket import URGENT, Reason, State, Ticket
from tests.handoff.room import Room

NOW = 10_000.0
WAITING = Ticket("10000000", "c1", "web", Reason.CUSTOMER_REQUEST, State.WAITING, NOW, "x1")
MESSAGE, NIGHT = {"message_left": True, "holding": False}, {"after_hours": True, "holding": False}
SLEEPING = [NIGHT, NIGHT | MESSAGE, {"callback_at": NOW + 60, "holding": False}]
AWAKE = [{}, MESSAGE, NIGHT | {"woken_at": NOW}, NIGHT | MESSAGE | {"woken_at": NOW}]
AWAKE += [{"callback_at": NOW - 60, "callback_due": True, "holding": False}]

TICKETS = st.lists(
    st.builds(
        lambda how, **more: replace(WAITING, **(more | how)),
        how=st.sampled_from([*SLEEPING, *AWAKE]),
        number=st.integers(10_000_000, 99_999_999).map(str),
        channel=st.sampled_from(["web", "sms", "voice"]),
        queue=st.sampled_from(["general", "repair"]),
        reason=st.sampled_from([Reason.CUSTOMER_REQUEST, Reason.ABUSE]),
        priority=st.sampled_from([0, 3, URGENT]),
        opened_at=st.floats(NOW - 900, NOW, allow_nan=False),
    ),
    unique_by=lambda ticket: ticket.number,
).map(lambda tickets: sorted(tickets, key=lambda ticket: ticket.rank))


@given(TICKETS, st.booleans())
def test_it_is_the_turn_in_which_an_agent_alone_is_asked(tickets: list[Ticket], supervises: bool) -> None:
    agent = Agent(
        "a1", "山田", Work.READY, queues=("general",), phone="+819012345678", here=True, supervises=supervises
    )
    told, left, asked = places(tickets), list(tickets), 0
    while found := pairs(left, [agent], NOW):
        ((ticket, _),) = found
        asked += 1
        left.remove(ticket)
        if supervises is ticket.for_supervisor or not any(one.for_supervisor for one in tickets):
            assert told[ticket.number] == asked
    assert not {one.number for one in left if one.queue == "general" and supervises} & told.keys()


async def test_who_left_nothing_in_the_night_stands_before_nobody(room: Room) -> None:
    night = await room.ask(cid="night", exchange="n", channel="sms", after_hours=True)
    await room.queue.wake(night.number)
    room.time.now += POSITIONS_EVERY
    caller = await room.ask(cid="voice-CA1", exchange="x", channel="voice")
    assert [await room.queue.position(one.number) for one in (night, caller)] == [None, 1]
    await room.queue.leave_message(night.number, 1)  # now an agent is asked for it, and first
    assert [await room.queue.position(one.number) for one in (night, caller)] == [1, 2]


async def test_what_is_for_supervisors_keeps_no_agent_from_the_others(room: Room) -> None:
    await room.ask(cid="c1", exchange="x1", reason=Reason.ABUSE)
    room.time.now += 1
    chat, abuse = await room.ask(cid="c2", exchange="x2"), await room.ask(cid="c3", exchange="x3", reason=Reason.ABUSE)
    assert [await room.queue.position(one.number) for one in (chat, abuse)] == [1, 3]
