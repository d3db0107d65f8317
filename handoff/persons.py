"""Which tickets may be of one person: by the shop's own word (proven), or by the number to call back (not proven).

What a person is known by stands nowhere but in the ticket's own keys; the index holds a keyed hash of it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass

from conversation.keys import state
from handoff import keys
from handoff.contact import Contact
from handoff.queue import Queue
from handoff.ticket import Ticket

_MOST = 10  # earlier contacts told of; the newest


@dataclass(frozen=True)
class Earlier:
    """`proven`: the same conversation, one that was gone on with by code, or the shop signed who it is; else only the
    number is the same."""

    ticket: Ticket
    proven: bool


class Persons:
    """`secret` keys the hashes: without it no number can be looked for in the index."""

    def __init__(self, queue: Queue, secret: str, keep_days: int) -> None:
        self._queue, self._redis, self._secret, self._keep = queue, queue.redis, secret.encode(), keep_days * 86_400
        self._noted: dict[str, int] = {}

    async def note(self, tickets: Iterable[Ticket]) -> None:
        """Keeps the index for those that changed since the last call."""
        known, self._noted = self._noted, {}
        for ticket in tickets:
            if known.get(ticket.number) != ticket.version:
                for digest in await self._digests(ticket):
                    await self._index(ticket, digest)
            self._noted[ticket.number] = ticket.version

    async def of_phone(self, phone: str, since: float) -> list[Ticket]:
        """The tickets opened since then whose customer is to be called at this number (E.164); not proven."""
        numbers = await self._redis.zrevrangebyscore(keys.person(self._digest("tel", phone)), "+inf", since)
        found = [await self._queue.get(number) for number in numbers]
        return [ticket for ticket in found if ticket]

    async def came_from(self, ticket: Ticket) -> str:
        """The conversation that the customer proved to go on with, by the code that its page showed; or nothing."""
        return str(await self._redis.hget(state(ticket.conversation_id), "came_from") or "")

    async def earlier(self, ticket: Ticket) -> list[Earlier]:
        """The ended tickets that may be of this ticket's person, the newest first."""
        own = [ticket.conversation_id, *filter(None, [await self.came_from(ticket)])]
        found = {one.number: Earlier(one, True) for cid in own for one in await self._queue.earlier(cid)}
        for digest, proven in (await self._digests(ticket)).items():
            for number in await self._redis.zrevrange(keys.person(digest), 0, 2 * _MOST):
                one = None if number in found else await self._queue.get(number)
                if one and not one.is_open:
                    found[number] = Earlier(one, proven)
        found.pop(ticket.number, None)
        newest = sorted(found.values(), key=lambda one: one.ticket.opened_at, reverse=True)
        return newest[:_MOST]

    async def _digests(self, ticket: Ticket) -> dict[str, bool]:
        """What the ticket's person is known by, and whether that is proven."""
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.hget(state(ticket.conversation_id), "contact")
            pipe.get(keys.contact(ticket.conversation_id, ticket.number))
            signed, given = await pipe.execute()
        found = {self._digest("shop", signed): True} if signed else {}
        return found | ({self._digest("tel", Contact.from_json(given).phone): False} if given else {})

    def _digest(self, kind: str, value: str) -> str:
        return hmac.new(self._secret, f"person:{kind}:{value}".encode(), hashlib.sha256).hexdigest()

    async def _index(self, ticket: Ticket, digest: str) -> None:
        index, own = keys.person(digest), keys.persons_of(ticket.conversation_id)
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.sadd(own, digest).expire(own, self._keep)
            pipe.zadd(index, {ticket.number: ticket.opened_at}).expire(index, self._keep)
            pipe.zremrangebyrank(index, 0, -2 * _MOST - 2)
            await pipe.execute()
