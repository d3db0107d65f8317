"""Redis keys of the releases; SQL is the register, these are its mirror (kb.publish.mirror)."""

from __future__ import annotations

# Number of the live release, as text.
LIVE = "kb:live"
# Pub/sub channel: the number that has just become live.
CHANGED = "kb:changed"


def release(number: int) -> str:
    """The release as one JSON text; expires a day after another became live."""
    return f"kb:release:{number}"
