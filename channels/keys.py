"""Redis keys of the door. Keys of one conversation share the `{id}` tag."""

from __future__ import annotations


def rate(what: str, who: str, window: int) -> str:
    """Counter of one limit in one minute (`window` is epoch seconds // 60); lives two minutes."""
    return f"rate:{what}:{{{who}}}:{window}"


def presence(conversation_id: str) -> str:
    """Exists while a page of the customer is open (socket or long poll at some door)."""
    return f"presence:{{{conversation_id}}}"


# What /readyz writes and reads back.
READY = "door:ready"
