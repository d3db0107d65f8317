"""The list of erasures beside the stores: a restored backup knows nothing of what was erased after it was made.

One JSON object a line with the conversation's opaque id and when; no text, no contact.
"""

from __future__ import annotations

import json
from pathlib import Path

NAME = "erased.jsonl"  # in VAR_DIR


class NoList(ValueError):
    """The file is not there, or is no list of erasures."""


def note(path: Path, conversation_id: str, at: float) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"conversation_id": conversation_id, "erased_at": at}) + "\n")


def noted(path: Path) -> dict[str, float]:
    """Conversation id → when it was erased last. Raises NoList."""
    try:
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        return {one["conversation_id"]: float(one["erased_at"]) for one in lines}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NoList(path) from error
