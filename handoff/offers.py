"""Carrying out what offering.py says: who waits is put to an agent, and to the next when nobody answers in time."""

from __future__ import annotations

from sqlalchemy.engine import Engine

from handoff import keys
from handoff.agents import Agent, Agents, Work, record
from handoff.offering import pairs
from handoff.queue import Queue
from handoff.queues import Queues
from handoff.ticket import State, Ticket


class Offers:
    """For the clock."""

    def __init__(self, queue: Queue, agents: Agents, queues: Queues, engine: Engine) -> None:
        self._queue, self._agents, self._queues, self._engine = queue, agents, queues, engine

    async def make(self, now: float) -> None:
        tickets = await self._queue.open_tickets()
        agents = await self._agents.all(tickets)
        known = {agent.id: agent for agent in agents}
        offered = [ticket for ticket in tickets if ticket.state is State.OFFERED]
        booking = await self._booking(tickets) if offered or any(agent.free for agent in agents) else set()
        if any([await self._ended(one, known.get(str(one.offered_to)), now, one.number in booking) for one in offered]):
            tickets = await self._queue.open_tickets()
            agents = await self._agents.all(tickets)
        for ticket, agent in pairs(tickets, agents, now, booking):
            limit = (await self._queues.get(ticket.queue)).offer_seconds
            await self._queue.offer(ticket.number, agent.id, limit)

    async def _booking(self, tickets: list[Ticket]) -> set[str]:
        """Whose customers fill in the callback just now: an agent would cut them short."""
        waiting = [ticket for ticket in tickets if ticket.waits]
        async with self._queue.redis.pipeline(transaction=False) as pipe:
            for ticket in waiting:
                pipe.exists(keys.booking(ticket.conversation_id, ticket.number))
            found = await pipe.execute()
        return {ticket.number for ticket, there in zip(waiting, found, strict=True) if there}

    async def _ended(self, ticket: Ticket, agent: Agent | None, now: float, booking: bool) -> bool:
        """Whether it rings no more: the customer chooses to be called later (nobody has missed it), or it is late."""
        if booking:
            await self._queue.withdraw(ticket.number)
            return True
        gone = agent is None or not agent.here or agent.work is not Work.READY
        if not gone and now < ticket.offered_until:
            return False
        await self._lapse(ticket, agent)
        return True

    async def _lapse(self, ticket: Ticket, agent: Agent | None) -> None:
        """The next one is asked, and this one no more until they say that they are back."""
        lapsed = await self._queue.lapse(ticket.number, str(ticket.offered_to))
        if agent and agent.work is Work.READY and lapsed.state is State.WAITING:
            await record(self._engine, await self._agents.set(agent, Work.MISSED))
