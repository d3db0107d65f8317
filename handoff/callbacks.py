"""Callbacks (電話予約): the half hours in which customers can be called, who has booked one, what came of the calls."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from handoff import callback_store as store
from handoff import keys
from handoff.calendar import Calendar
from handoff.callback_store import Attempt, Callback, CallbackState, Result
from handoff.contact import Contact
from handoff.queue import Queue
from handoff.queues import Queues
from handoff.ticket import State, Ticket
from nihongo.japan_time import TOKYO
from nihongo.when_meaning import Opens

log = logging.getLogger(__name__)
SLOT = timedelta(minutes=30)
LEAD = timedelta(minutes=30)
DAYS_AHEAD = 14
CALLS = 3  # in vain, then it is given up
AGAIN_SECONDS = 900.0  # until the next call
_ANY_NUMBER = 10_000  # of places: danger asks for none
_VAIN = (Result.NO_ANSWER, Result.BUSY)
_THEIRS = (State.ASSIGNED, State.WRAP_UP)


class Callbacks:
    """Raises SQLAlchemyError while SQL is away (but for `possible`)."""

    def __init__(self, queue: Queue, calendar: Calendar, queues: Queues, engine: Engine) -> None:
        self._queue, self._calendar, self._queues, self._engine = queue, calendar, queues, engine

    async def free(self, ticket: Ticket) -> list[datetime]:
        """The half hours in which this customer can still be called, in order; their own counts as free."""
        now = datetime.fromtimestamp(self._queue.now(), TOKYO)
        every = list(slots(await self._calendar.windows(ticket.queue, ticket.channel), now))
        if not every:
            return []
        span = int(every[0].timestamp()), int(every[-1].timestamp())
        taken = await asyncio.to_thread(store.taken, self._engine, ticket.queue, *span, besides=ticket.number)
        places = (await self._queues.get(ticket.queue)).callbacks_per_slot
        return [slot for slot in every if taken[int(slot.timestamp())] < places]

    async def possible(self, ticket: Ticket) -> bool:
        """Whether this customer can have one at all: only then it is offered."""
        try:
            return ticket.may_be_called and bool(await self.free(ticket))
        except sa.exc.SQLAlchemyError as error:
            log.warning("callbacks: SQL is away, none are offered: %s", type(error).__name__)
            return False

    async def book(self, ticket: Ticket, slot: datetime, contact: Contact) -> bool:
        """False: somebody else was quicker. Doing it again changes nothing."""
        if slot not in await self.free(ticket):
            return False
        at, places = int(slot.timestamp()), (await self._queues.get(ticket.queue)).callbacks_per_slot
        who = (ticket.number, ticket.conversation_id, ticket.queue)
        if not await asyncio.to_thread(store.book, self._engine, *who, at, places, self._queue.now()):
            return False
        await self._queue.redis.set(keys.contact(ticket.conversation_id, ticket.number), contact.to_json())
        booked = await self._queue.book_callback(ticket.number, float(at))
        if not booked.booked:  # an agent took the customer meanwhile
            await self._set(ticket.number, CallbackState.CANCELLED)
        return booked.booked

    async def at_once(self, ticket: Ticket, contact: Contact) -> Ticket:
        """Somebody in danger cannot wait on the line: they are to be called now, before all others."""
        now = self._queue.now()
        who = (ticket.number, ticket.conversation_id, ticket.queue)
        await asyncio.to_thread(store.book, self._engine, *who, int(now), _ANY_NUMBER, now)
        await self._queue.redis.set(keys.contact(ticket.conversation_id, ticket.number), contact.to_json())
        booked = await self._queue.book_callback(ticket.number, float(int(now)))
        if booked.booked:
            await self.due(booked)
        return booked

    async def cancel(self, ticket: Ticket) -> Ticket:
        """The customer wants no call any more."""
        ended = await self._queue.cancel_callback(ticket.number)
        if not (ended.is_open and ended.callback_at):
            await self._set(ticket.number, CallbackState.CANCELLED)
        return ended

    async def contact(self, ticket: Ticket) -> Contact | None:
        """Whom to call."""
        text = await self._queue.redis.get(keys.contact(ticket.conversation_id, ticket.number))
        return Contact.from_json(text) if text else None

    async def of(self, number: str) -> Callback | None:
        return await asyncio.to_thread(store.of_ticket, self._engine, number)

    # Agents

    async def tried(self, number: str, agent_id: str, result: Result) -> Ticket:
        """The owner has called. Not reached three times, or a wrong number: it is given up. While they write it up only
        what came of the call is kept."""
        now = self._queue.now()
        ticket = await self._queue.get(number)
        if ticket is None or ticket.state not in _THEIRS or ticket.owner != agent_id:
            raise LookupError(number)
        in_vain = await asyncio.to_thread(store.attempt, self._engine, number, Attempt(now, agent_id, result))
        if result is Result.CONNECTED:
            await self._set(number, CallbackState.DONE)
            return ticket
        if result in _VAIN and in_vain < CALLS and ticket.state is State.ASSIGNED:
            await self._set(number, CallbackState.ATTEMPTED)
            return await self._queue.call_again(number, agent_id, await self._again_at(ticket, now))
        await self._set(number, CallbackState.MISSED)
        return await self._queue.give_up_calling(number, agent_id)

    async def _again_at(self, ticket: Ticket, now: float) -> float:
        """After a while, but not when nobody is there."""
        later = datetime.fromtimestamp(now + AGAIN_SECONDS, TOKYO)
        opens = await self._calendar.next_open(later, ticket.queue, ticket.channel)
        return (opens or later).timestamp()

    # The clock

    async def due(self, ticket: Ticket) -> None:
        await self._queue.call_now(ticket.number)
        await self._set(ticket.number, CallbackState.DUE)

    async def missed(self, ticket: Ticket) -> None:
        await self._queue.miss_callback(ticket.number)
        await self._set(ticket.number, CallbackState.MISSED)

    async def settle(self) -> None:
        """Callbacks whose ticket has gone on without them follow it."""
        for number, known in await asyncio.to_thread(store.live, self._engine):
            state = _stands(await self._queue.get(number))
            if state and state is not known:
                await self._set(number, state)

    async def _set(self, number: str, state: CallbackState) -> None:
        await asyncio.to_thread(store.set_state, self._engine, number, state, self._queue.now())


def _stands(ticket: Ticket | None) -> CallbackState | None:
    """How a callback stands by its ticket, where that alone tells: not that the customer was reached."""
    if ticket is None or ticket.callback_missed:
        return CallbackState.MISSED
    if not ticket.is_open:
        return CallbackState.CANCELLED if ticket.state is State.ABANDONED else CallbackState.MISSED
    return CallbackState.DUE if ticket.callback_due and ticket.state is State.WAITING else None


def slots(opens: Opens, now: datetime) -> Iterator[datetime]:
    """Half hours that lie whole in the opening times, on the clock's half hours, from the lead time on."""
    first = now + LEAD
    for ahead in range(DAYS_AHEAD + 1):
        for begins, ends in opens(now.date() + timedelta(days=ahead)):
            slot = begins + (-(begins - begins.replace(hour=0, minute=0, second=0, microsecond=0)) % SLOT)
            while slot + SLOT <= ends:
                if slot >= first:
                    yield slot
                slot += SLOT
