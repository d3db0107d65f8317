"""The queue of tickets: an atomic state machine in Redis. Every change is one script, then the world is told."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from conversation.keys import state as conversation_key
from conversation.stream import ConversationStream
from handoff import keys
from handoff.events import Event
from handoff.number import new as new_number
from handoff.telling import Telling
from handoff.ticket import Packet, Reason, State, Ticket
from nihongo.mask import mask_patterns
from stores import AsyncRedis

_CHANGE = Path(__file__).with_name("change.lua").read_text()
_ABUSES_KEPT = 20  # abusive messages told in a ticket: more only fill the page
_WAITING = (State.WAITING, State.OFFERED)
# A change that is not allowed gives None: nothing is written.
Rule = Callable[[Ticket], dict[str, Any] | None]


class UnknownTicket(LookupError):
    """There is no ticket with this number (any more)."""


class Queue:
    """Tickets of all conversations. A change that is not allowed changes nothing and gives the ticket as it is."""

    def __init__(
        self,
        redis: AsyncRedis,
        stream: ConversationStream,
        clock: Callable[[], float] = time.time,
        keep_days: int = 30,
    ) -> None:
        self.redis, self._stream, self._clock = redis, stream, clock
        self._keep = keep_days * 86_400
        self._script = redis.register_script(_CHANGE)
        self.telling = Telling(self, stream, self._keep)

    # Reading

    async def get(self, number: str) -> Ticket | None:
        conversation_id = await self.redis.get(keys.conversation_of(number))
        return await self._read(conversation_id, number) if conversation_id else None

    async def of_conversation(self, conversation_id: str) -> Ticket | None:
        """The open ticket of a conversation."""
        number = await self.redis.hget(conversation_key(conversation_id), "ticket")
        return await self._read(conversation_id, number) if number else None

    async def earlier(self, conversation_id: str) -> list[Ticket]:
        """The ended tickets of a conversation, oldest first."""
        numbers = await self.redis.lrange(keys.numbers(conversation_id), 0, -1)
        found = [await self._read(conversation_id, number) for number in numbers]
        return [ticket for ticket in found if ticket and not ticket.is_open]

    async def open_tickets(self) -> list[Ticket]:
        """All open tickets in serving order."""
        index = await self.redis.hgetall(keys.OPEN)
        async with self.redis.pipeline(transaction=False) as pipe:
            for number, conversation_id in index.items():
                pipe.get(keys.ticket(conversation_id, number))
            found = [Ticket.from_json(text) for text in await pipe.execute() if text]
        return sorted((ticket for ticket in found if ticket.is_open), key=lambda ticket: ticket.rank)

    async def waiting(self) -> list[Ticket]:
        """Who waits for a person, in serving order."""
        return [ticket for ticket in await self.open_tickets() if ticket.state in _WAITING]

    async def position(self, number: str) -> int | None:
        """1: next. None: does not wait. Counted in the ticket's own queue."""
        waiting = await self.waiting()
        mine = next((ticket for ticket in waiting if ticket.number == number), None)
        if mine is None:
            return None
        return [ticket.number for ticket in waiting if ticket.queue == mine.queue].index(number) + 1

    async def events(self, number: str) -> list[Event]:
        conversation_id = await self.redis.get(keys.conversation_of(number))
        return await self.events_of(conversation_id, number) if conversation_id else []

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
    ) -> Ticket:
        """The conversation's open ticket: a new one, or the one it has."""
        while True:
            if held := await self.of_conversation(conversation_id):
                return held
            now = self._clock()
            first, last = await self._span(conversation_id)
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
                first_seq=first,
                last_seq=last,
            )
            if await self._write(None, ticket, "opened", "bot"):
                return ticket
            await self.redis.delete(keys.conversation_of(ticket.number))

    async def claim(self, number: str, agent_id: str, agent_name: str) -> Ticket:
        """Of many who claim at once exactly one becomes the owner; the others see who."""
        taken: dict[str, Any] = {"state": State.ASSIGNED, "owner": agent_id, "owner_name": agent_name}
        taken |= {"message_wanted": False, "holding": True}
        return await self._change(
            number, "claimed", agent_id, lambda ticket: taken if ticket.state in _WAITING else None
        )

    async def release(self, number: str, agent_id: str) -> Ticket:
        """The owner puts the ticket back into the queue."""
        back = {"state": State.WAITING, "owner": None, "owner_name": None}
        return await self._change(
            number, "released", agent_id, lambda ticket: back if _owns(ticket, agent_id) else None
        )

    async def return_to_bot(self, number: str, agent_id: str) -> Ticket:
        end = {"state": State.RETURNED}
        return await self._change(number, "returned", agent_id, lambda ticket: end if _owns(ticket, agent_id) else None)

    async def close(self, number: str, agent_id: str, disposition: str, note: str = "") -> Ticket:
        """The owner has dealt with it."""
        end = {"state": State.CLOSED, "disposition": disposition, "note": mask_patterns(note)}
        return await self._change(number, "closed", agent_id, lambda ticket: end if _owns(ticket, agent_id) else None)

    async def cancel(self, number: str, unless_left: bool = False) -> Ticket:
        """The customer does not want to wait any more. `unless_left`: a message that they left stays."""
        end = {"state": State.ABANDONED, "message_wanted": False}

        def rule(ticket: Ticket) -> dict[str, Any] | None:
            stays = unless_left and ticket.message_left
            return end if ticket.state in _WAITING and not stays else None

        return await self._change(number, "cancelled", "customer", rule)

    async def abandon(self, number: str) -> Ticket:
        """The customer has gone away while waiting."""
        end = {"state": State.ABANDONED, "message_wanted": False}
        return await self._change(
            number, "abandoned", "clock", lambda ticket: end if ticket.state in _WAITING else None
        )

    async def ask_message(self, number: str) -> Ticket:
        """The customer's next words will be the message to keep."""
        fields = {"message_wanted": True}

        def rule(ticket: Ticket) -> dict[str, Any] | None:
            return fields if ticket.state in _WAITING and not ticket.message_wanted else None

        return await self._change(number, "message_asked", "customer", rule)

    async def drop_message(self, number: str) -> Ticket:
        """The customer did something else instead of leaving a message."""
        fields = {"message_wanted": False}
        return await self._change(
            number, "message_dropped", "customer", lambda ticket: fields if ticket.message_wanted else None
        )

    async def leave_message(self, number: str, seq: int) -> Ticket:
        """Keeps the number of the message that the customer leaves."""
        fields = {"message_wanted": False, "message_left": True, "message_seq": seq, "holding": False}

        def rule(ticket: Ticket) -> dict[str, Any] | None:
            return fields if ticket.state in _WAITING and ticket.message_seq != seq else None

        return await self._change(number, "message_left", "customer", rule)

    async def note_abuse(self, number: str, seq: int, kind: str, words: Iterable[str]) -> Ticket:
        """Evidence that came after the ticket: the customer's message `seq` is abusive. Once a message."""
        sign = {"kind": "abuse", "category": kind, "message": seq, "words": [mask_patterns(one) for one in words]}

        def rule(ticket: Ticket) -> dict[str, Any] | None:
            known = [one["message"] for one in ticket.packet.signs if one["kind"] == "abuse"]
            if not ticket.is_open or seq in known or len(known) >= _ABUSES_KEPT:
                return None
            return {"packet": replace(ticket.packet, signs=(*ticket.packet.signs, sign))}

        return await self._change(number, "abused", "customer", rule)

    async def wake(self, number: str) -> Ticket:
        """The queue has opened: a ticket of the night takes its place."""
        fields = {"woken_at": self._clock()}
        return await self._change(
            number, "woken", "clock", lambda ticket: fields if ticket.is_open and ticket.sleeps else None
        )

    async def forget(self, conversation_id: str) -> list[str]:
        """Erases every ticket of a conversation from Redis; their numbers are returned."""
        numbers: list[str] = await self.redis.lrange(keys.numbers(conversation_id), 0, -1)
        for number in numbers:
            await self.redis.hdel(keys.OPEN, number)
            await self.redis.hdel(keys.POSITIONS, number)
            own = [key(conversation_id, number) for key in (keys.ticket, keys.events, keys.told)]
            await self.redis.delete(*own)
            await self.redis.delete(keys.conversation_of(number))
        await self.redis.delete(keys.numbers(conversation_id))
        await self.redis.hdel(conversation_key(conversation_id), "ticket", "opened_by")
        return numbers

    # How

    async def _read(self, conversation_id: str, number: str) -> Ticket | None:
        text = await self.redis.get(keys.ticket(conversation_id, number))
        return Ticket.from_json(text) if text else None

    async def _change(self, number: str, event: str, actor: str, rule: Rule) -> Ticket:
        while True:
            ticket = await self.get(number)
            if ticket is None:
                raise UnknownTicket(number)
            fields = rule(ticket)
            if fields is None:
                return ticket
            _, last = await self._span(ticket.conversation_id)
            changed = replace(ticket, **fields, changed_at=self._clock(), last_seq=last, version=ticket.version + 1)
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
                "" if ticket.is_open else "1",
                self._keep,
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

    async def _span(self, conversation_id: str) -> tuple[int, int]:
        """First and last number of the talk so far: from after the last ticket to now."""
        last = int(await self.redis.hget(conversation_key(conversation_id), "seq") or 0)
        numbers = await self.redis.lrange(keys.numbers(conversation_id), -1, -1)
        before = await self._read(conversation_id, numbers[0]) if numbers else None
        return (before.last_seq + 1 if before else 1), last


def _masked(packet: Packet) -> Packet:
    return replace(packet, question=mask_patterns(packet.question))


def _owns(ticket: Ticket, agent_id: str) -> bool:
    return ticket.state is State.ASSIGNED and ticket.owner == agent_id
