"""How a customer is called at the desk: the surname with 様 where it is known, else お客様."""

from __future__ import annotations

from collections.abc import Sequence

from conversation.keys import state
from desk.words import word
from handoff.contact import Contact
from handoff.keys import contact
from handoff.ticket import Ticket
from nihongo.surname import surname
from stores import AsyncRedis


async def called(redis: AsyncRedis, tickets: Sequence[Ticket]) -> list[str]:
    """Of each ticket's customer; empty where it is not known."""
    async with redis.pipeline(transaction=False) as pipe:
        for ticket in tickets:
            ask(pipe, ticket)
        found = iter(await pipe.execute())
    return [told(given, signed) for given, signed in zip(found, found, strict=True)]


def ask(pipe: AsyncRedis, ticket: Ticket) -> None:
    """Puts into a pipeline what `told` makes a name of: two answers."""
    pipe.get(contact(ticket.conversation_id, ticket.number))
    pipe.hget(state(ticket.conversation_id), "contact_name")


def told(given: str | None, signed: str | None) -> str:
    """By what they gave for a callback, or the shop signed."""
    names = [Contact.from_json(given).kana if given else "", signed or ""]
    known = next(filter(None, map(surname, names)), "")
    return word("calling.known", surname=known) if known else ""
