"""Who can take a customer now: agents' states as they set them, and whether a page of theirs is open."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from handoff import keys, store
from handoff.ticket import State, Ticket
from stores import AsyncRedis

log = logging.getLogger(__name__)
HERE_SECONDS = 20  # an open page says so more often
CHATS = 3  # talks at once, unless the user's setting says otherwise


class Work(str, Enum):
    """What an agent is at. Only who is ready is offered customers; everyone may still choose one from the list."""

    READY = "ready"
    BREAK = "break"  # with a code: lunch, meeting …
    MISSED = "missed"  # an offer lapsed: nobody is at the screen
    OFF = "off"


@dataclass(frozen=True)
class Agent:
    """`queues`: those whose tickets they can take (none: all). `since`: when the state began, epoch seconds."""

    id: str
    name: str
    work: Work = Work.OFF
    code: str = ""
    since: float = 0.0
    queues: tuple[str, ...] = ()
    chats: int = CHATS
    supervises: bool = False
    phone: str = ""
    """Where callers are put through to them, E.164; none: they take no calls."""
    here: bool = False
    busy: int = 0
    """Talks under way, those being offered and written up too."""
    free_since: float = 0.0
    """When the last talk ended or the state began: who is longest without one is asked first."""

    @property
    def free(self) -> bool:
        return self.work is Work.READY and self.here and self.busy < self.chats

    def serves(self, queue: str) -> bool:
        return not self.queues or queue in self.queues

    def takes(self, ticket: Ticket) -> bool:
        """Whether this ticket may be put to them at all. What is handed to them by name may be of another queue."""
        served = self.serves(ticket.queue) or ticket.for_agent == self.id
        return served and self.can_have(ticket)

    def can_have(self, ticket: Ticket) -> bool:
        """Whether it can be given to them by name."""
        return self.can_be_reached(ticket) and self.may_have(ticket)

    def may_have(self, ticket: Ticket) -> bool:
        return self.supervises or not ticket.for_supervisor

    def can_be_reached(self, ticket: Ticket) -> bool:
        """Who waits with the telephone in their hand is put through to another telephone."""
        return bool(self.phone) or not ticket.on_the_line


class Agents:
    def __init__(self, redis: AsyncRedis, clock: Callable[[], float] = time.time) -> None:
        self._redis, self._clock = redis, clock

    async def set(self, agent: Agent, work: Work, code: str = "") -> Agent:
        """A new state from now on; the same again changes nothing."""
        known = await self.get(agent.id)
        same = known is not None and (known.work, known.code) == (work, code)
        since = known.since if known and same else self._clock()
        fresh = replace(
            agent, work=work, code=code, since=since, free_since=max(since, known.free_since if known else 0)
        )
        await self._write(fresh)
        return fresh

    async def here(self, agent_id: str) -> None:
        await self._redis.set(keys.here(agent_id), "1", ex=HERE_SECONDS)

    async def freed(self, agent_id: str) -> None:
        """A talk of theirs ended."""
        if known := await self.get(agent_id):
            await self._write(replace(known, free_since=self._clock()))

    async def serving(self, agent_id: str, queues: tuple[str, ...], chats: int) -> None:
        """What they take from now on."""
        if known := await self.get(agent_id):
            await self._write(replace(known, queues=queues, chats=chats))

    async def reached_at(self, agent_id: str, phone: str) -> None:
        """Their own telephone from now on; empty: none."""
        if known := await self.get(agent_id):
            await self._write(replace(known, phone=phone))

    async def get(self, agent_id: str) -> Agent | None:
        text = await self._redis.hget(keys.AGENTS, agent_id)
        return _agent(text) if text else None

    async def known(self) -> dict[str, Agent]:
        """Everyone who ever set a state, as they set it."""
        return {name: _agent(text) for name, text in (await self._redis.hgetall(keys.AGENTS)).items()}

    async def all(self, tickets: Iterable[Ticket] = ()) -> list[Agent]:
        """Everyone who ever set a state; `tickets`: those that are open, for how busy each is."""
        known = list((await self.known()).values())
        async with self._redis.pipeline(transaction=False) as pipe:
            for agent in known:
                pipe.exists(keys.here(agent.id))
            present = await pipe.execute()
        busy = load(tickets)
        return [
            replace(agent, here=bool(there), busy=busy[agent.id]) for agent, there in zip(known, present, strict=True)
        ]

    async def _write(self, agent: Agent) -> None:
        data: dict[str, Any] = asdict(replace(agent, here=False, busy=0))
        await self._redis.hset(keys.AGENTS, agent.id, json.dumps(data, ensure_ascii=False))


async def record(engine: Engine, agent: Agent) -> None:
    """The agent's state as a row for the reports; while SQL is away they lack it, and the work goes on."""
    try:
        await asyncio.to_thread(store.record_work, engine, agent.id, agent.work.value, agent.code, agent.since)
    except sa.exc.SQLAlchemyError as error:
        log.warning("agents: SQL did not take a state: %s", type(error).__name__)


def load(tickets: Iterable[Ticket]) -> Counter[str]:
    """How many tickets each agent has at hand."""
    found: Counter[str] = Counter()
    for ticket in tickets:
        who = ticket.offered_to if ticket.state is State.OFFERED else ticket.owner
        if who:
            found[who] += 1
    return found


def _agent(text: str) -> Agent:
    data = json.loads(text)
    known = {name: value for name, value in data.items() if name in Agent.__dataclass_fields__}
    return Agent(**known | {"work": Work(data["work"]), "queues": tuple(data["queues"])})
