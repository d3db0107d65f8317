"""A queue on the real Redis, with a clock that tests may turn."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.engine import Engine

from conversation.stream import ConversationStream
from conversation.words import Choice, Kind, Speaker, Word
from handoff.agents import Agent, Agents, Work
from handoff.offers import Offers
from handoff.queue import Queue
from handoff.queues import Queues
from handoff.ticket import Packet, Reason, Ticket
from nihongo.japan_time import TOKYO
from stores import AsyncRedis


@dataclass
class Time:
    """Epoch seconds that stand still until they are moved."""

    now: float = field(default_factory=lambda: datetime(2026, 11, 24, 10, 0, tzinfo=TOKYO).timestamp())

    def __call__(self) -> float:
        return self.now

    def move_to(self, *when: int) -> None:
        self.now = datetime(*when, tzinfo=TOKYO).timestamp()  # type: ignore[arg-type,misc]


@dataclass
class Room:
    """The room under test, and what a customer does in it."""

    redis: AsyncRedis
    stream: ConversationStream
    queue: Queue
    time: Time
    agents: Agents

    def offers(self, engine: Engine) -> Offers:
        return Offers(self.queue, self.agents, Queues(engine), engine)

    async def ready(self, agent_id: str, **more: object) -> Agent:
        """The agent is at the desk and takes customers."""
        await self.agents.here(agent_id)
        return await self.agents.set(Agent(agent_id, f"{agent_id}さん", **more), Work.READY)  # type: ignore[arg-type]

    async def say(self, cid: str, text: str, message_id: str, command: str | None = None) -> Word:
        """A customer's message (or a button's press) as it comes back from the stream."""
        kind = Kind.CHOICE if command else Kind.MESSAGE
        meta = {"command": command} if command else {}
        await self.stream.append(Word(cid, Speaker.CUSTOMER, text, message_id, kind=kind, meta=meta))
        return (await self.stream.since(cid))[-1]

    async def ask(self, cid: str = "c1", exchange: str = "x1", **more: object) -> Ticket:
        """The customer asks for a person in the open hours."""
        await self.say(cid, "担当者と話したい", exchange)
        options: dict[str, object] = {"reason": Reason.CUSTOMER_REQUEST, "channel": "web", "packet": Packet("送料は")}
        return await self.queue.open(cid, exchange_id=exchange, **(options | more))  # type: ignore[arg-type]

    async def bot_may_speak(self, cid: str, exchange: str, message_id: str) -> bool:
        word = Word(cid, Speaker.BOT, "はい", message_id, exchange_id=exchange, choices=(Choice("はい", "/solved"),))
        return (await self.stream.append(word)).refused is None

    async def lines(self, cid: str = "c1") -> list[str]:
        words = await self.stream.since(cid)
        return [word.text for word in words if word.speaker is Speaker.SYSTEM and word.shown]

    async def states(self, cid: str = "c1") -> list[dict[str, object]]:
        return [word.meta for word in await self.stream.since(cid) if word.kind is Kind.STATE]


def make_room(connection: AsyncRedis, clock: Time) -> Room:
    stream = ConversationStream(connection, 30, clock)
    return Room(connection, stream, Queue(connection, stream, clock), clock, Agents(connection, clock))
