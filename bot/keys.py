"""Redis keys of Rasa's side. Keys of one conversation share the `{id}` tag, as everywhere."""

from __future__ import annotations


def events(conversation_id: str) -> str:
    """List: the live tracker's events as JSON, oldest first; compacted when it grows."""
    return f"rasa:{{{conversation_id}}}:events"


def heard(conversation_id: str) -> str:
    """Hash: message id -> how many words the bot answered; written in one step with the tracker's events."""
    return f"rasa:{{{conversation_id}}}:heard"


def lock_number(conversation_id: str) -> str:
    """Counter: the last place in the line that was given out."""
    return f"rasa:{{{conversation_id}}}:lock:number"


def lock_line(conversation_id: str) -> str:
    """Sorted set: places in the line, first come first served."""
    return f"rasa:{{{conversation_id}}}:lock:line"


def lock_alive(conversation_id: str) -> str:
    """Hash: place -> epoch milliseconds until which its holder is believed to live."""
    return f"rasa:{{{conversation_id}}}:lock:alive"


def of_conversation(conversation_id: str) -> list[str]:
    """All of them, for erasing a conversation."""
    makers = (events, heard, lock_number, lock_line, lock_alive)
    return [make(conversation_id) for make in makers]
