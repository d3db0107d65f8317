"""Telling the world what happened to a ticket: index, stream `tickets`, the conversation. All of it may be repeated."""

from __future__ import annotations

import asyncio
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from conversation.stream import ConversationStream
from conversation.words import Kind, Speaker, Word
from handoff import keys
from handoff.calendar import day_time
from handoff.events import Event, replay
from handoff.number import spoken
from handoff.sentences import say
from handoff.ticket import OPEN, State, Ticket
from nihongo.japan_time import TOKYO
from nihongo.surname import first_part

if TYPE_CHECKING:
    from handoff.queue import Queue

_STREAM_LENGTH = 1_000_000  # about
_REPAIR_AFTER = 2  # seconds that a change may take before somebody else tells of it
_BEGINS = ("claimed", "assigned")
_SURELY_DEAD = 60  # seconds after which nobody is still at work on a change


class Telling:
    """What comes after a change. Event n of a ticket always gives the same message ids, so nothing is said twice."""

    def __init__(self, queue: Queue, stream: ConversationStream, keep: int) -> None:
        self._queue, self._stream, self._redis, self._keep = queue, stream, queue.redis, keep

    async def tell(self, conversation_id: str, number: str) -> None:
        """Tells what has not been told of this ticket."""
        told_key = keys.told(conversation_id, number)
        events, told_before = await asyncio.gather(
            self._queue.events_of(conversation_id, number), self._redis.get(told_key)
        )
        told = int(told_before or 0)
        for count in range(told + 1, len(events) + 1):
            ticket = replay(events[:count])
            if ticket:
                await self._tell_one(ticket, events[count - 1])
        await self._redis.set(told_key, len(events))
        if events and State(events[-1].to_state) not in OPEN:
            await self._redis.expire(told_key, self._keep)
            for key in keys.PERSONAL:
                await self._redis.expire(key(conversation_id, number), self._keep)
            await self._redis.expire(keys.conversation_of(number), self._keep)

    async def _tell_one(self, ticket: Ticket, event: Event) -> None:
        entry = {"event": event.without_packet().to_json()}
        await asyncio.gather(
            self._index_as_it_is(ticket),
            self._redis.xadd(keys.EVENTS, entry, maxlen=_STREAM_LENGTH, approximate=True),
        )
        if event.event in _BEGINS:
            await self._queue.waits.served(ticket.queue, f"{ticket.number}:{ticket.version}", event.at)
        if event.from_state == State.WRAP_UP.value:
            return  # the conversation has gone on
        position = await self._queue.position(ticket.number) if ticket.waits else None  # it reads all who wait
        line = _line(ticket, event)
        name = f"{ticket.number}:{ticket.version}"
        if line:
            await self._stream.append(
                Word(ticket.conversation_id, Speaker.SYSTEM, line, f"{name}:line", meta={"ticket": ticket.number})
            )
        await self._stream.append(state_word(ticket, position, f"{name}:state", await self._minutes(ticket, position)))
        if position is not None:
            await self._redis.hset(keys.POSITIONS, ticket.number, position)
        talked = event.event != "callback_unreached"
        if event.from_state == State.ASSIGNED.value and not ticket.holds and talked:
            await self._queue.surveys.ask(ticket)

    async def _index_as_it_is(self, ticket: Ticket) -> None:
        await self._index(await self._queue.read(ticket.conversation_id, ticket.number) or ticket)

    async def _index(self, ticket: Ticket) -> None:
        if ticket.is_open:
            await self._redis.hset(keys.OPEN, ticket.number, ticket.conversation_id)
        else:
            for index in (keys.OPEN, keys.POSITIONS, keys.AWAY):
                await self._redis.hdel(index, ticket.number)

    async def repair(self, now: float) -> int:
        """Tells of changes whose process died before it could; how many conversations were looked at."""
        late = await self._redis.zrangebyscore(keys.UNTOLD, "-inf", now - _REPAIR_AFTER, withscores=True)
        for token, started in late:
            conversation_id = token.split(":", 1)[1]
            for number in await self._redis.lrange(keys.numbers(conversation_id), 0, -1):
                await self.tell(conversation_id, number)
            if started < now - _SURELY_DEAD:
                await self._redis.zrem(keys.UNTOLD, token)
        return len(late)

    async def sweep(self) -> None:
        """Takes ended tickets off the index (left there when two processes told at once)."""
        for ticket in await self._queue.tickets(await self._queue.index()):
            if not ticket.is_open:
                await self._index(ticket)

    async def rebuild(self) -> int:
        """Makes the index of open tickets from the tickets themselves; how many are open."""
        count = 0
        async for key in self._redis.scan_iter(match=keys.ANY_TICKET, count=1000):
            text = await self._redis.get(key)
            ticket = Ticket.from_json(text) if text else None
            if ticket and ticket.is_open:
                await self._redis.hset(keys.OPEN, ticket.number, ticket.conversation_id)
                await self._redis.set(keys.conversation_of(ticket.number), ticket.conversation_id, nx=True)
                count += 1
        return count

    async def tell_position(self, ticket: Ticket, position: int) -> None:
        """The customer has moved up."""
        await self._redis.hset(keys.POSITIONS, ticket.number, position)
        name = f"{ticket.number}:{ticket.version}:position:{position}"
        await self._stream.append(state_word(ticket, position, name, await self._minutes(ticket, position)))

    async def _minutes(self, ticket: Ticket, position: int | None) -> int | None:
        """That the customer may still have to wait; None where nobody can know."""
        known = position is not None and not ticket.sleeps
        return await self._queue.waits.minutes(ticket.queue, position or 1) if known else None


def _line(ticket: Ticket, event: Event) -> str:
    """What the customer is told of it: who is called is told other things than who waits in the chat."""
    agent = first_part(ticket.owner_name or "")
    at, told_at = (datetime.fromtimestamp(seconds, TOKYO) for seconds in (ticket.callback_at, event.at))
    when = day_time(at, told_at)
    called = say(f"callback_events.{event.event}", agent=agent, when=when) if ticket.callback_at else ""
    more = say(f"left_events.{event.event}") if ticket.message_left else ""
    return called or more or say(f"events.{event.event}", agent=agent)


def state_word(ticket: Ticket, position: int | None, message_id: str, minutes: int | None = None) -> Word:
    """Not shown as words; the widget and the desk set their headings by it."""
    meta: dict[str, Any] = {
        "talking_to": ticket.talking_to.value,
        "ticket": ticket.number,
        "state": ticket.state.value,
        "reason": ticket.reason.value,
        "agent": ticket.owner_name if ticket.state is State.ASSIGNED else None,
    }
    if ticket.waits:
        opens_at = _moment(ticket.opens_at) if ticket.sleeps else None
        meta["queue"] = {
            "ticket": spoken(ticket.number),
            "position": position,
            "minutes": minutes,
            "opens_at": opens_at,
            "message_left": ticket.message_left,
        }
        if ticket.callback_at:
            meta["queue"]["callback_at"] = _moment(ticket.callback_at)
    asked_in = ticket.exchange_id if ticket.version == 1 else ""  # the customer may have said more meanwhile
    return Word(ticket.conversation_id, Speaker.SYSTEM, "", message_id, Kind.STATE, asked_in, meta=meta)


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat()
