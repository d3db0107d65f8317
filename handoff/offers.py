"""Carrying out what offering.py says: who waits is put to an agent, and to the next when nobody answers in time."""

from __future__ import annotations

import asyncio
import logging

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from handoff import store
from handoff.agents import Agent, Agents, Work
from handoff.offering import pairs
from handoff.queue import Queue
from handoff.queues import Queues
from handoff.ticket import State, Ticket

log = logging.getLogger(__name__)


class Offers:
    """For the clock."""

    def __init__(self, queue: Queue, agents: Agents, queues: Queues, engine: Engine) -> None:
        self._queue, self._agents, self._queues, self._engine = queue, agents, queues, engine

    async def make(self, now: float) -> None:
        agents = {agent.id: agent for agent in await self._agents.all()}
        for ticket in await self._queue.waiting():
            if ticket.state is State.OFFERED:
                await self._watch(ticket, agents.get(str(ticket.offered_to)), now)
        tickets = await self._queue.open_tickets()
        for ticket, agent in pairs(tickets, await self._agents.all(tickets), now):
            limit = (await self._queues.get(ticket.queue)).offer_seconds
            await self._queue.offer(ticket.number, agent.id, limit)

    async def _watch(self, ticket: Ticket, agent: Agent | None, now: float) -> None:
        """Late: the next one is asked, and this one no more until they say that they are back."""
        gone = agent is None or not agent.here or agent.work is not Work.READY
        if not gone and now < ticket.offered_until:
            return
        lapsed = await self._queue.lapse(ticket.number, str(ticket.offered_to))
        if agent and agent.work is Work.READY and lapsed.state is State.WAITING:
            await self._missed(agent)

    async def _missed(self, agent: Agent) -> None:
        fresh = await self._agents.set(agent, Work.MISSED)
        try:
            await asyncio.to_thread(store.record_work, self._engine, agent.id, fresh.work.value, "", fresh.since)
        except sa.exc.SQLAlchemyError as error:
            log.warning("agents: SQL did not take a state: %s", type(error).__name__)
