"""An agent at the desk wishes to call a customer: the desk says so, a door with a telephone does it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from conversation.stream import ConversationStream
from conversation.words import Kind, Speaker, Word
from handoff import keys
from handoff.callbacks import Callbacks
from handoff.ticket import State, Ticket

_WISHED_SECONDS = 60  # a door that is away so long calls nobody out of the blue


@dataclass(frozen=True)
class Wish:
    """`id`: each press of the button is one."""

    id: str
    number: str
    agent: str


async def number_of(stream: ConversationStream, callbacks: Callbacks, ticket: Ticket) -> str:
    """Where the customer of this ticket is called, in E.164; empty: nowhere, or they are on the line."""
    if ticket.on_the_line or not (ticket.callback_at or ticket.channel == "voice"):
        return ""
    contact = await callbacks.contact(ticket)
    return contact.phone if contact else (await stream.state(ticket.conversation_id)).get("customer_number", "")


async def wish(stream: ConversationStream, ticket: Ticket, wish_id: str) -> None:
    """The owner wants the customer called; their own telephone rings first."""
    wished = Wish(wish_id, ticket.number, str(ticket.owner))
    text = json.dumps(asdict(wished))
    await stream.redis.set(keys.call_wished(ticket.conversation_id), text, ex=_WISHED_SECONDS)
    await tell(stream, ticket, "asked", wish_id)


async def wishing(stream: ConversationStream, conversations: Sequence[str]) -> list[str]:
    """Those of the conversations in which an agent wishes a call just now."""
    texts = await stream.redis.mget([keys.call_wished(one) for one in conversations]) if conversations else []
    return [one for one, text in zip(conversations, texts, strict=True) if text]


async def wished(stream: ConversationStream, conversation_id: str) -> Wish | None:
    """What is to be done, once: of several doors one gets it."""
    text = await stream.redis.getdel(keys.call_wished(conversation_id))
    return Wish(**json.loads(text)) if text else None


async def tell(stream: ConversationStream, ticket: Ticket, what: str, wish_id: str) -> None:
    """How far it has come, for the desk: asked, connected, no_answer, busy, or why not."""
    meta = {"call_out": {"agent": ticket.owner, "name": ticket.owner_name, "what": what}}
    name = f"{ticket.number}:{wish_id}:{what}"
    await stream.append(Word(ticket.conversation_id, Speaker.SYSTEM, "", name, Kind.STATE, meta=meta))


def theirs(ticket: Ticket | None, agent_id: str) -> bool:
    return ticket is not None and ticket.state is State.ASSIGNED and ticket.owner == agent_id
