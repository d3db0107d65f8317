"""The buttons of the waiting room, and what customers type instead of pressing them (buttons.yml)."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

import yaml

from nihongo.normalise import compare_key

LEAVE_MESSAGE, CANCEL = "/leave_message", "/cancel_queue"
CALLBACK, CALLBACK_CHANGE, CALLBACK_CANCEL = "/callback", "/callback_change", "/callback_cancel"
YES, BACK, STOP, KEEP_WAITING = "/callback_yes", "/callback_back", "/callback_stop", "/keep_waiting"
EDIT_TIME, EDIT_NAME, EDIT_PHONE = "/callback_time", "/callback_name", "/callback_phone"
_SLOT = "/callback_slot"


def slot_command(at: int) -> str:
    return f"{_SLOT}{json.dumps({'at': at})}"


def slot_of(command: str) -> int | None:
    """The slot that a button stands for."""
    return int(json.loads(command[len(_SLOT) :])["at"]) if command.startswith(_SLOT) else None


def ours(command: str | None) -> bool:
    return command is not None and (command.startswith(CALLBACK) or command == KEEP_WAITING)


def meant(text: str) -> str:
    """The button that was meant by words; empty when none."""
    return _spoken().get(compare_key(text), "")


@lru_cache(maxsize=1)
def _spoken() -> dict[str, str]:
    words: dict[str, list[str]] = yaml.safe_load(Path(__file__).with_name("buttons.yml").read_text())
    commands = {"yes": YES, "back": BACK, "stop": STOP, "time": EDIT_TIME, "name": EDIT_NAME, "phone": EDIT_PHONE}
    return {compare_key(text): commands[name] for name, texts in words.items() for text in texts}
