"""The clock: what happens to tickets because time passes. One active at a time, by a lease; others wait."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Callable
from datetime import datetime

import redis
import sqlalchemy as sa

from handoff import keys
from handoff.calendar import Calendar
from handoff.callback_clock import CallbackClock
from handoff.ledger import Ledger
from handoff.offers import Offers
from handoff.patience import Patience
from handoff.persons import Persons
from handoff.places import places
from handoff.queue import Queue
from handoff.ticket import Ticket
from nihongo.japan_time import TOKYO

log = logging.getLogger(__name__)
TICK_SECONDS = 1.0
LEASE_SECONDS = 10
AWAY_SECONDS = 300  # a customer whose browser is gone, or who has hung up, this long ago has left the queue
_KEEP = "if redis.call('GET',KEYS[1])==ARGV[1] then return redis.call('EXPIRE',KEYS[1],ARGV[2]) end return 0"
_EACH_STEP = 10
POSITIONS_EVERY = 5  # seconds between two looks at who moved up


class Clock:
    """Repairs, wakes at opening, abandons, offers to agents, tells positions, knows persons again, fills the ledger."""

    def __init__(
        self,
        queue: Queue,
        calendar: Calendar,
        ledger: Ledger,
        offers: Offers,
        clock: Callable[[], float] = time.time,
        callbacks: CallbackClock | None = None,
        patience: Patience | None = None,
        persons: Persons | None = None,
    ) -> None:
        self._callbacks, self._patience, self._persons = callbacks, patience, persons
        self._queue, self._calendar, self._ledger, self._offers, self._clock = queue, calendar, ledger, offers, clock
        self._redis = queue.redis
        self._token = secrets.token_hex(8)
        self._keep = self._redis.register_script(_KEEP)
        self._positions_at = 0.0
        self.active = False
        self.ticked_at = 0.0

    async def run(self, stop: asyncio.Event) -> None:
        """Ticks until told to stop; trouble with a store is logged and tried again."""
        while not stop.is_set():
            try:
                if await self._hold():
                    await self.tick()
                self.ticked_at = self._clock()
            except (redis.RedisError, OSError) as error:
                log.warning("clock: Redis is away: %s", type(error).__name__)
            try:
                await asyncio.wait_for(stop.wait(), TICK_SECONDS)
            except asyncio.TimeoutError:
                continue

    async def tick(self) -> None:
        now = self._clock()
        await self._queue.telling.repair(now)
        tickets = await self._queue.open_tickets()
        for ticket in tickets:
            await self._wake(ticket, now)
        await self._watch(tickets, now)
        if self._callbacks:
            await self._callbacks.tick(tickets, now)
        await self._offers.make(now)
        if self._patience:
            await self._patience.ask(await self._queue.open_tickets(), now)
        if now - self._positions_at >= POSITIONS_EVERY:
            self._positions_at = now
            await self._queue.telling.sweep()
            await self._tell_positions()
            if self._persons:
                await self._persons.note(tickets)
        try:
            await self._ledger.write()
        except sa.exc.SQLAlchemyError:
            return  # said by the ledger; the events wait

    async def _hold(self) -> bool:
        """Whether the lease is ours; on taking it the index is rebuilt from the tickets."""
        if await self._keep(keys=[keys.CLOCK], args=[self._token, LEASE_SECONDS]):
            return True
        self.active = bool(await self._redis.set(keys.CLOCK, self._token, nx=True, ex=LEASE_SECONDS))
        if self.active:
            log.info("clock: active, %d open tickets", await self._queue.telling.rebuild())
            await self._ledger.prepare()
        return self.active

    async def _wake(self, ticket: Ticket, now: float) -> None:
        at = datetime.fromtimestamp(now, TOKYO)
        if ticket.sleeps and await self._calendar.is_open(at, ticket.queue, ticket.channel):
            await self._queue.wake(ticket.number)

    async def _watch(self, tickets: list[Ticket], now: float) -> None:
        """Who waits, but whose browser is gone or telephone is hung up, is let go after a while."""
        bound = [ticket for ticket in tickets if _bound(ticket)]
        present = await self._queue.stream.present([ticket.conversation_id for ticket in bound])
        gone = [ticket.number for ticket, there in zip(bound, present, strict=True) if not there]
        known = await self._redis.hgetall(keys.AWAY)
        if back := known.keys() - set(gone):
            await self._redis.hdel(keys.AWAY, *back)
        if left := {number: now for number in gone if number not in known}:
            await self._redis.hset(keys.AWAY, mapping=left)
        for number in gone:
            if now - float(known.get(number, now)) >= AWAY_SECONDS:
                await self._queue.abandon(number)

    async def _tell_positions(self) -> None:
        told = await self._redis.hgetall(keys.POSITIONS)
        waiting = await self._queue.waiting()
        known = places(waiting)
        for ticket in waiting:
            position = known.get(ticket.number)
            if position and ticket.holding and _worth_telling(int(told.get(ticket.number, 0)), position):
                await self._queue.telling.tell_position(ticket, position)


def _bound(ticket: Ticket) -> bool:
    """Whether the customer has to stay in the chat, or on the telephone, or loses their place."""
    if ticket.channel == "voice":
        return ticket.waits and ticket.on_the_line
    waits = ticket.waits and ticket.channel == "web" and not ticket.sleeps
    return waits and not (ticket.message_left or ticket.callback_at)


def _worth_telling(told: int, position: int) -> bool:
    """Each step of the last ten; further back a tenth of the way, or 500 who wait would be told of each claim."""
    return told != position and (position <= _EACH_STEP or not told or abs(told - position) >= position / 10)
