"""Who is put to whom: waiting tickets in serving order, each to the agent who fits best. The clock carries it out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from handoff.agents import Agent
from handoff.ticket import State, Ticket

AGAIN_SECONDS = 120.0  # an agent who declined is not asked again for so long
GRACE_SECONDS = 15.0  # for who has just taken a talk: to read it and to greet the customer
COLLEAGUE_SECONDS = 60.0  # how long a transferred ticket waits for the one it is meant for, while they are there


def pairs(
    tickets: Sequence[Ticket], agents: Sequence[Agent], now: float, booking: Collection[str] = ()
) -> list[tuple[Ticket, Agent]]:
    """tickets: in serving order. Each agent is asked one thing at a time. `booking`: numbers of those whose customers
    are just choosing to be called later."""
    free = {agent.id: agent for agent in agents if agent.free}
    there = {agent.id for agent in agents if agent.here}
    asked = {ticket.offered_to for ticket in tickets if ticket.state is State.OFFERED}
    begun = {one.owner for one in tickets if one.state is State.ASSIGNED and now - one.taken_at < GRACE_SECONDS}
    found = []
    for ticket in tickets:
        if ticket.state is not State.WAITING or not ticket.wanted or ticket.number in booking:
            continue
        unasked = [one for one in free.values() if one.id not in asked and (one.id not in begun or ticket.urgent)]
        fitting = [one for one in unasked if one.takes(ticket) and _rested(ticket, one, now)]
        if best := _best(ticket, fitting, there, now):
            found.append((ticket, best))
            asked.add(best.id)
            free[best.id] = replace(best, busy=best.busy + 1)
    return found


def _rested(ticket: Ticket, agent: Agent, now: float) -> bool:
    return now - ticket.passed.get(agent.id, 0.0) >= AGAIN_SECONDS


def _best(ticket: Ticket, fitting: list[Agent], there: set[str], now: float) -> Agent | None:
    """The colleague it was handed to; who talked with the customer last; the least busy, then the longest idle. Who
    handed it on or passed comes after all others."""
    if ticket.for_agent:
        meant = next((one for one in fitting if one.id == ticket.for_agent), None)
        waits = ticket.for_agent in there and now - ticket.waits_since < COLLEAGUE_SECONDS
        if meant or waits:
            return meant
    passed, last = ticket.passed, ticket.last_owner
    return min(fitting, key=lambda one: (one.id in passed, one.id != last, one.busy, one.free_since), default=None)
