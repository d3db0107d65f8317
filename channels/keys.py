"""Redis keys of the door. Keys of one conversation share the `{id}` tag."""

from __future__ import annotations


def rate(what: str, who: str, window: int) -> str:
    """Counter of one limit in one minute (`window` is epoch seconds // 60); lives two minutes."""
    return f"rate:{what}:{{{who}}}:{window}"


# What /readyz writes and reads back.
READY = "door:ready"
