"""Who is put to whom: laws over any agents and tickets, and cases one by one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.agents import Agent, Work
from handoff.offering import AGAIN_SECONDS, COLLEAGUE_SECONDS, GRACE_SECONDS, pairs
from handoff.ticket import URGENT, Reason, State, Ticket

NOW = 10_000.0
READY = Agent("a1", "山田", Work.READY, here=True)
WAITING = Ticket("10000000", "c1", "web", Reason.CUSTOMER_REQUEST, State.WAITING, NOW, "x1", waits_since=NOW)

AGENTS = st.lists(
    st.builds(
        Agent,
        id=st.sampled_from(["a1", "a2", "a3", "a4"]),
        name=st.just("山田"),
        work=st.sampled_from(list(Work)),
        queues=st.sampled_from([(), ("general",), ("repair",)]),
        chats=st.integers(1, 3),
        supervises=st.booleans(),
        here=st.booleans(),
        busy=st.integers(0, 3),
        free_since=st.floats(0, NOW),
    ),
    unique_by=lambda agent: agent.id,
)
TICKETS = st.lists(
    st.builds(
        Ticket,
        number=st.integers(10_000_000, 99_999_999).map(str),
        conversation_id=st.just("c"),
        channel=st.just("web"),
        reason=st.sampled_from([Reason.CUSTOMER_REQUEST, Reason.ABUSE]),
        state=st.sampled_from([State.WAITING, State.OFFERED, State.ASSIGNED]),
        opened_at=st.floats(0, NOW),
        exchange_id=st.just("x"),
        queue=st.sampled_from(["general", "repair"]),
        passed=st.dictionaries(st.sampled_from(["a1", "a2", "a3"]), st.floats(0, NOW)),
        for_agent=st.sampled_from([None, "a1", "a4"]),
        offered_to=st.sampled_from(["a1", "a2", "a3"]),
        waits_since=st.floats(0, NOW),
    ),
    unique_by=lambda ticket: ticket.number,
)


@pytest.mark.slow
@given(TICKETS, AGENTS)
def test_nobody_is_asked_who_should_not_be(tickets: list[Ticket], agents: list[Agent]) -> None:
    found = pairs(tickets, agents, NOW)
    asked = [agent.id for _, agent in found]
    assert len(asked) == len(set(asked))
    assert not set(asked) & {ticket.offered_to for ticket in tickets if ticket.state is State.OFFERED}
    for ticket, agent in found:
        assert ticket.state is State.WAITING and agent.free and agent.takes(ticket)
        assert NOW - ticket.passed.get(agent.id, 0.0) >= AGAIN_SECONDS
        assert agent.supervises or ticket.reason is not Reason.ABUSE


@pytest.mark.slow
@given(TICKETS, AGENTS)
def test_nobody_waits_while_somebody_could_be_asked(tickets: list[Ticket], agents: list[Agent]) -> None:
    found = pairs(tickets, agents, NOW)
    taken = {ticket.number for ticket, _ in found}
    busy = {agent.id for _, agent in found} | {one.offered_to for one in tickets if one.state is State.OFFERED}
    for ticket in tickets:
        if ticket.state is State.WAITING and ticket.number not in taken and not ticket.for_agent:
            assert not [
                one
                for one in agents
                if one.free
                and one.id not in busy
                and one.takes(ticket)
                and NOW - ticket.passed.get(one.id, 0.0) >= AGAIN_SECONDS
            ]


def test_the_last_one_who_talked_is_asked_again_then_the_least_busy_then_the_longest_idle() -> None:
    last = replace(READY, id="a2", busy=2)
    busy, idle = replace(READY, busy=1, free_since=1.0), replace(READY, id="a3", free_since=9.0)
    longer = replace(READY, id="a4", free_since=3.0)
    assert pairs([replace(WAITING, last_owner="a2")], [busy, idle, last], NOW)[0][1].id == "a2"
    assert pairs([WAITING], [busy, idle, last], NOW)[0][1].id == "a3"
    assert pairs([WAITING], [busy, idle, longer], NOW)[0][1].id == "a4"


def test_a_transferred_customer_waits_a_while_for_the_colleague() -> None:
    meant = replace(READY, id="a2", busy=3)  # has no hand free
    handed = replace(WAITING, for_agent="a2")
    assert pairs([handed], [READY, meant], NOW) == []
    late = replace(handed, waits_since=NOW - COLLEAGUE_SECONDS)
    assert pairs([late], [READY, meant], NOW)[0][1].id == "a1"
    assert pairs([handed], [READY, replace(meant, here=False)], NOW)[0][1].id == "a1"
    assert pairs([handed], [READY, replace(meant, busy=0)], NOW)[0][1].id == "a2"


def test_who_has_just_taken_a_talk_is_left_alone_for_a_while() -> None:
    talk = replace(WAITING, number="20000000", state=State.ASSIGNED, owner="a1", taken_at=NOW)
    assert pairs([WAITING, talk], [READY], NOW + GRACE_SECONDS - 1) == []
    other = replace(READY, id="a2", busy=2)
    assert pairs([WAITING, talk], [READY, other], NOW) == [(WAITING, other)]
    assert pairs([WAITING, talk], [READY], NOW + GRACE_SECONDS) == [(WAITING, READY)]
    life = replace(WAITING, priority=URGENT)
    assert pairs([life, talk], [READY], NOW) == [(life, READY)]


def test_who_is_choosing_a_callback_is_put_to_nobody() -> None:
    assert pairs([WAITING], [READY], NOW, {WAITING.number}) == []


def test_who_handed_it_on_is_asked_after_all_others() -> None:
    sender, other = replace(READY, id="a3"), replace(READY, busy=2)
    away = replace(READY, id="a2", work=Work.MISSED)
    handed = replace(WAITING, for_agent="a2", last_owner="a3", passed={"a3": NOW})
    later = NOW + AGAIN_SECONDS
    assert pairs([handed], [sender, other, away], NOW) == []
    assert pairs([handed], [sender, other, away], later)[0][1].id == "a1"
    assert pairs([handed], [sender, away], later)[0][1].id == "a3"


def test_of_a_sleeping_ticket_nobody_is_told_and_of_a_message_left_somebody_is() -> None:
    night = replace(WAITING, after_hours=True, holding=False)
    assert pairs([night], [READY], NOW) == []
    woken = replace(night, woken_at=NOW)
    assert pairs([woken], [READY], NOW) == []
    assert pairs([replace(woken, message_left=True)], [READY], NOW)


def test_who_is_named_is_asked_although_the_queue_is_not_theirs() -> None:
    stranger = replace(READY, id="a2", queues=("repair",))
    assert pairs([WAITING], [stranger], NOW) == []
    meant = replace(WAITING, for_agent="a2")
    assert pairs([meant], [READY, stranger], NOW) == [(meant, stranger)]
    abuse = replace(meant, reason=Reason.ABUSE)
    assert pairs([abuse], [stranger], NOW) == []


def test_a_caller_is_put_only_to_who_has_a_telephone_and_what_they_left_to_anybody() -> None:
    caller, reached = replace(WAITING, channel="voice"), replace(READY, id="a2", phone="+819012345678")
    assert pairs([caller], [READY], NOW) == []
    assert pairs([caller], [READY, reached], NOW) == [(caller, reached)]
    left = replace(caller, message_left=True, holding=False)
    due = replace(caller, callback_at=NOW - 1, callback_due=True, holding=False)
    assert pairs([left], [READY], NOW) == [(left, READY)] and pairs([due], [READY], NOW) == [(due, READY)]
