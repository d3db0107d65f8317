"""The buttons of the waiting room, and what customers type instead of pressing them (buttons.yml, waiting.yml)."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path

import yaml

from nihongo.normalise import compare_key

LEAVE_MESSAGE, CANCEL = "/leave_message", "/cancel_queue"
CALLBACK, CALLBACK_CHANGE, CALLBACK_CANCEL = "/callback", "/callback_change", "/callback_cancel"
YES, BACK, STOP, KEEP_WAITING = "/callback_yes", "/callback_back", "/callback_stop", "/keep_waiting"
EDIT_TIME, EDIT_NAME, EDIT_PHONE = "/callback_time", "/callback_name", "/callback_phone"
# What is only typed: how long still; how to go on, asked back where the words do not tell.
STANDS, WAYS = "/queue_stands", "/queue_ways"
CALLBACK_WHEN = "/callback_when"  # typed too: when the booked call is
_SLOT = "/callback_slot"
_HERE = Path(__file__).parent


def slot_command(at: int) -> str:
    return f"{_SLOT}{json.dumps({'at': at})}"


def slot_of(command: str) -> int | None:
    """The slot that a button stands for."""
    return int(json.loads(command[len(_SLOT) :])["at"]) if command.startswith(_SLOT) else None


def ours(command: str | None) -> bool:
    return command is not None and (command.startswith(CALLBACK) or command in (KEEP_WAITING, STANDS, WAYS))


def meant(text: str) -> str:
    """The button that was meant by words; empty when none."""
    return _spoken().get(compare_key(text), "")


@lru_cache(maxsize=1)
def _spoken() -> dict[str, str]:
    words: dict[str, list[str]] = yaml.safe_load((_HERE / "buttons.yml").read_text())
    commands = {"yes": YES, "back": BACK, "stop": STOP, "time": EDIT_TIME, "name": EDIT_NAME, "phone": EDIT_PHONE}
    return {compare_key(text): commands[name] for name, texts in words.items() for text in texts}


def meant_waiting(text: str) -> str:
    """The same of who waits for a person: only where the whole message says nothing else."""
    words, around = _said_waiting()
    key = compare_key(text)
    if key in words:
        return words[key]
    match = around.fullmatch(key)
    return words.get(match["core"], "") if match else ""


@lru_cache(maxsize=1)
def _said_waiting() -> tuple[dict[str, str], re.Pattern[str]]:
    """Button by words, and what may stand around them."""
    listed: dict[str, list[str]] = yaml.safe_load((_HERE / "waiting.yml").read_text())
    leads, tails = ("|".join(map(compare_key, listed.pop(name))) for name in ("leads", "tails"))
    commands = {"cancel": CANCEL, "callback": CALLBACK, "message": LEAVE_MESSAGE, "wait": KEEP_WAITING}
    commands |= {"stands": STANDS, "unsure": WAYS}
    words = {compare_key(text): commands[name] for name, texts in listed.items() for text in texts}
    core = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    return words, re.compile(f"(?:{leads})*?(?P<core>{core})(?:{tails})?")
