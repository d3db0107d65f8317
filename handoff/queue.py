"""The queue of tickets: an atomic state machine in Redis. Every change is one script, then the world is told."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from conversation.keys import state as conversation_key
from conversation.stream import ConversationStream
from handoff import keys
from handoff.callback_changes import CallbackChanges
from handoff.changes import Rule
from handoff.events import Event
from handoff.number import new as new_number
from handoff.places import places
from handoff.surveys import Surveys
from handoff.telling import Telling
from handoff.ticket import Packet, Reason, State, Ticket
from handoff.waits import Waits
from nihongo.mask import mask_patterns
from stores import AsyncRedis

_CHANGE = Path(__file__).with_name("change.lua").read_text()


class UnknownTicket(LookupError):
    """There is no ticket with this number (any more)."""


class Queue(CallbackChanges):
    """Tickets of all conversations."""

    def __init__(
        self,
        redis: AsyncRedis,
        stream: ConversationStream,
        clock: Callable[[], float] = time.time,
        keep_days: int = 30,
    ) -> None:
        self.redis, self.stream, self._clock = redis, stream, clock
        self._keep = keep_days * 86_400
        self._script = redis.register_script(_CHANGE)
        self._parsed: dict[str, Ticket] = {}  # the open tickets as they were read last: most have not changed since
        self.waits = Waits(redis, clock)
        self.surveys = Surveys(redis, stream, clock, self._keep)
        self.telling = Telling(self, stream, self._keep)

    # Reading

    async def get(self, number: str) -> Ticket | None:
        conversation_id = await self.redis.get(keys.conversation_of(number))
        return await self.read(conversation_id, number) if conversation_id else None

    async def of_conversation(self, conversation_id: str) -> Ticket | None:
        """The open ticket of a conversation."""
        number = await self.redis.hget(conversation_key(conversation_id), "ticket")
        return await self.read(conversation_id, number) if number else None

    async def earlier(self, conversation_id: str) -> list[Ticket]:
        """The ended tickets of a conversation, oldest first."""
        numbers = await self.redis.lrange(keys.numbers(conversation_id), 0, -1)
        found = [await self.read(conversation_id, number) for number in numbers]
        return [ticket for ticket in found if ticket and not ticket.is_open]

    async def ended(self, conversation_id: str, since: float) -> Ticket | None:
        """The conversation's newest ticket, when its talk ended at `since` or later."""
        ticket = await self._before(conversation_id)
        return ticket if ticket and not ticket.holds and ticket.ended_at >= since else None

    async def open_tickets(self) -> list[Ticket]:
        """All open tickets in serving order."""
        texts = await self._texts(await self.index())
        self._parsed = {text: self._ticket(text) for text in texts}
        return sorted((ticket for ticket in self._parsed.values() if ticket.is_open), key=lambda ticket: ticket.rank)

    async def index(self) -> dict[str, str]:
        """Number → conversation of the open tickets (and of some that have just ended)."""
        return dict(await self.redis.hgetall(keys.OPEN))

    async def tickets(self, index: dict[str, str]) -> list[Ticket]:
        """Those of a part of the index."""
        return [self._ticket(text) for text in await self._texts(index)]

    async def waiting(self) -> list[Ticket]:
        """Who waits for a person, in serving order."""
        return [ticket for ticket in await self.open_tickets() if ticket.waits]

    async def position(self, number: str) -> int | None:
        """1: next. None: agents are not asked for it now, see places.py."""
        return places(await self.waiting()).get(number)

    async def events(self, number: str) -> list[Event]:
        conversation_id = await self.redis.get(keys.conversation_of(number))
        return await self.events_of(conversation_id, number) if conversation_id else []

    async def read(self, conversation_id: str, number: str) -> Ticket | None:
        """The same as `get`, where the conversation is known."""
        text = await self.redis.get(keys.ticket(conversation_id, number))
        return Ticket.from_json(text) if text else None

    async def events_of(self, conversation_id: str, number: str) -> list[Event]:
        return [Event.from_json(text) for text in await self.redis.lrange(keys.events(conversation_id, number), 0, -1)]

    # Changing

    async def open(
        self,
        conversation_id: str,
        *,
        channel: str,
        exchange_id: str,
        reason: Reason,
        packet: Packet | None = None,
        queue: str = "general",
        priority: int = 0,
        after_hours: bool = False,
        opens_at: float = 0.0,
        follows: str | None = None,
    ) -> Ticket:
        """The conversation's open ticket: a new one, or the one it has. `follows`: the earlier one it goes on from."""
        while True:
            if held := await self.of_conversation(conversation_id):
                return held
            now = self._clock()
            before, last = await self._before(conversation_id), await self._last(conversation_id)
            ticket = Ticket(
                number=await self._reserve(conversation_id),
                conversation_id=conversation_id,
                channel=channel,
                reason=reason,
                state=State.WAITING,
                opened_at=now,
                changed_at=now,
                exchange_id=exchange_id,
                queue=queue,
                priority=priority,
                after_hours=after_hours,
                opens_at=opens_at,
                holding=not after_hours,
                packet=_masked(packet or Packet()),
                first_seq=before.last_seq + 1 if before else 1,
                last_seq=last,
                last_owner=before.last_owner if before else None,
                follows=follows,
            )
            if await self._write(None, ticket, "opened", "bot"):
                return ticket
            await self.redis.delete(keys.conversation_of(ticket.number))

    async def forget(self, conversation_id: str) -> list[str]:
        """Erases every ticket of a conversation from Redis; their numbers are returned."""
        numbers: list[str] = await self.redis.lrange(keys.numbers(conversation_id), 0, -1)
        for number in numbers:
            await self.redis.hdel(keys.OPEN, number)
            await self.redis.hdel(keys.POSITIONS, number)
            own = [key(conversation_id, number) for key in (keys.ticket, keys.events, keys.told, *keys.PERSONAL)]
            await self.redis.delete(*own)
            await self.redis.delete(keys.conversation_of(number))
        await self._forget_person(conversation_id, numbers)
        await self.redis.delete(keys.numbers(conversation_id))
        await self.surveys.forget(conversation_id)
        await self.redis.hdel(conversation_key(conversation_id), "ticket", "opened_by")
        return numbers

    async def _forget_person(self, conversation_id: str, numbers: list[str]) -> None:
        """See persons.py."""
        own = keys.persons_of(conversation_id)
        for digest in await self.redis.smembers(own) if numbers else ():
            await self.redis.zrem(keys.person(digest), *numbers)
        await self.redis.delete(own)

    # How

    def _ticket(self, text: str) -> Ticket:
        return self._parsed.get(text) or Ticket.from_json(text)

    def now(self) -> float:
        return self._clock()

    async def _texts(self, index: dict[str, str]) -> list[str]:
        """In one command: a pipeline of hundreds keeps the event loop for tens of milliseconds."""
        named = [keys.ticket(conversation_id, number) for number, conversation_id in index.items()]
        return [text for text in await self.redis.mget(named) if text] if named else []

    async def change(self, number: str, event: str, actor: str, rule: Rule) -> Ticket:
        while True:
            conversation_id = await self.redis.get(keys.conversation_of(number))
            if not conversation_id:
                raise UnknownTicket(number)
            ticket, last = await asyncio.gather(self.read(conversation_id, number), self._last(conversation_id))
            if ticket is None:
                raise UnknownTicket(number)
            fields = rule(ticket)
            if fields is None:
                return ticket
            changed = replace(ticket, **fields, changed_at=self._clock(), last_seq=last, version=ticket.version + 1)
            if not changed.talks_on_from(ticket):
                changed = replace(changed, hand_up=False)  # who called a supervisor is not in the talk any more
            if await self._write(ticket, changed, event, actor):
                return changed

    async def _write(self, was: Ticket | None, ticket: Ticket, event: str, actor: str) -> bool:
        cid, number = ticket.conversation_id, ticket.number
        token = f"{secrets.token_hex(6)}:{cid}"
        await self.redis.zadd(keys.UNTOLD, {token: self._clock()})  # before the change: a crash after it is noticed
        answer = await self._script(
            keys=[keys.ticket(cid, number), keys.events(cid, number), keys.numbers(cid), conversation_key(cid)],
            args=[
                was.version if was else 0,
                ticket.to_json(),
                Event.of(was, ticket, event, actor).to_json(),
                number,
                ticket.talking_to.value,
                ticket.exchange_id,
                "" if ticket.holds else "1",
                self._keep,
                ticket.owner or "" if ticket.state is State.ASSIGNED else "",
            ],
        )
        if answer == "done":
            await self.telling.tell(cid, number)
        await self.redis.zrem(keys.UNTOLD, token)
        return bool(answer == "done")

    async def _reserve(self, conversation_id: str) -> str:
        while True:
            number = new_number()
            if await self.redis.set(keys.conversation_of(number), conversation_id, nx=True):
                return number

    async def _last(self, conversation_id: str) -> int:
        """The number of the conversation's last word so far."""
        return int(await self.redis.hget(conversation_key(conversation_id), "seq") or 0)

    async def _before(self, conversation_id: str) -> Ticket | None:
        """The conversation's newest ticket."""
        numbers = await self.redis.lrange(keys.numbers(conversation_id), -1, -1)
        return await self.read(conversation_id, numbers[0]) if numbers else None


def _masked(packet: Packet) -> Packet:
    return replace(packet, question=mask_patterns(packet.question))
