"""Redis keys of tickets. All of one ticket share the conversation's `{id}` tag: one script may change them together."""

from __future__ import annotations

from conversation.keys import state

# Global stream: every event of every ticket as JSON, at least once, in order for each ticket. The clock
# puts it into SQL.
EVENTS = "tickets"
# Global stream: every survey as JSON whenever it changed, at least once. The clock puts it into SQL.
SURVEYS = "surveys"
# Global hash: number -> conversation id of tickets that are open. Derived: rebuilt from the tickets themselves.
OPEN = "tickets:open"
# Global sorted set: `<token>:<conversation id>` of changes under way, scored by their start. What stays here after a
# crash is told again by the clock.
UNTOLD = "tickets:untold"
# Global hash: number -> the position that the customer was told last.
POSITIONS = "tickets:positions"
# Global hash: number -> since when the waiting customer's browser is away (epoch seconds).
AWAY = "tickets:away"
# Global hash: user id -> the agent's state as JSON.
AGENTS = "agents"
# Lease of the one active clock.
CLOCK = "clock:lease"
# Pattern of all tickets, for rebuilding the index.
ANY_TICKET = "conv:{*}:ticket:*"


def conversation_of(number: str) -> str:
    """String: the conversation id behind a 受付番号; SET NX reserves the number."""
    return f"ticket:{number}"


def ticket(conversation_id: str, number: str) -> str:
    """String: the ticket as JSON."""
    return f"{state(conversation_id)}:ticket:{number}"


def events(conversation_id: str, number: str) -> str:
    """List: the ticket's events as JSON, oldest first."""
    return f"{state(conversation_id)}:events:{number}"


def told(conversation_id: str, number: str) -> str:
    """String: how many of the ticket's events the world has been told."""
    return f"{state(conversation_id)}:told:{number}"


def contact(conversation_id: str, number: str) -> str:
    """String: whom to call back, as JSON; expires with the ticket. Personal."""
    return f"{state(conversation_id)}:contact:{number}"


def callback_talk(conversation_id: str, number: str) -> str:
    """String: how far the booking of a callback has come, as JSON; expires with the ticket. Personal."""
    return f"{state(conversation_id)}:callback:{number}"


def booking(conversation_id: str, number: str) -> str:
    """String that lives while the customer is choosing a callback, and for a while after their last word of it."""
    return f"{state(conversation_id)}:booking:{number}"


def numbers(conversation_id: str) -> str:
    """List: numbers of all tickets of a conversation, oldest first."""
    return f"{state(conversation_id)}:tickets"


def surveys(conversation_id: str) -> str:
    """Hash: ticket number -> the Survey after its talk as JSON. The conversation's own field `survey` is the number of
    the one whose answer may be typed."""
    return f"{state(conversation_id)}:surveys"


def asked(conversation_id: str) -> str:
    """String: the ticket after which the customer was asked; while it lives they are not asked again."""
    return f"{state(conversation_id)}:asked"


def asked_contact(digest: str) -> str:
    """The same for a known contact, by the hash of it, over all their conversations."""
    return f"surveyed:{digest}"


def person(digest: str) -> str:
    """Sorted set: tickets' numbers by when they were opened, under the keyed hash of what their person is known by."""
    return f"person:{digest}"


def call_wished(conversation_id: str) -> str:
    """String: that the agent wants the customer called, as JSON; lives for a minute or until a door takes it."""
    return f"{state(conversation_id)}:call_wished"


def persons_of(conversation_id: str) -> str:
    """Set: the hashes under which tickets of the conversation stand; to erase them."""
    return f"{state(conversation_id)}:persons"


def served(queue: str) -> str:
    """Sorted set: `<number>:<version>` of talks that began lately, scored by when; for honest waiting times."""
    return f"queue:{queue}:served"


def here(agent_id: str) -> str:
    """String that lives while one of the agent's pages is open."""
    return f"agent:{agent_id}:here"


# What of a ticket is about the customer's person and no part of the ticket itself.
PERSONAL = (contact, callback_talk)
