"""What Twilio says over the socket of ConversationRelay, read strictly: what is not as described is nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_KEYS = frozenset("0123456789*#")


@dataclass(frozen=True)
class Setup:
    """`turn`: where the call stood when it was sent here; what was done since has not been said."""

    account: str
    call: str
    session: str
    turn: int


@dataclass(frozen=True)
class Spoken:
    text: str
    last: bool


@dataclass(frozen=True)
class Key:
    digit: str


@dataclass(frozen=True)
class Cut:
    """The caller spoke into it: `until` was heard, for so long."""

    until: str
    ms: int | None


@dataclass(frozen=True)
class Trouble:
    description: str


Came = Setup | Spoken | Key | Cut | Trouble


def read(data: str) -> Came | None:
    try:
        found = json.loads(data)
        return _READERS[found["type"]](found)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _setup(found: dict[str, Any]) -> Setup:
    turn = found["customParameters"]["turn"]
    return Setup(_text(found["accountSid"]), _text(found["callSid"]), _text(found["sessionId"]), _number(turn))


def _prompt(found: dict[str, Any]) -> Spoken:
    last = found.get("last", True)
    if not isinstance(last, bool):
        raise ValueError("last")
    return Spoken(_text(found["voicePrompt"]), last)


def _key(found: dict[str, Any]) -> Key:
    digit = _text(found["digit"])
    if digit not in _KEYS:
        raise ValueError("digit")
    return Key(digit)


def _cut(found: dict[str, Any]) -> Cut:
    ms = found.get("durationUntilInterruptMs")
    return Cut(_text(found["utteranceUntilInterrupt"]), None if ms is None else _number(ms))


def _trouble(found: dict[str, Any]) -> Trouble:
    return Trouble(_text(found["description"]))


def _text(value: Any) -> str:
    """As Redis can keep it: half a surrogate pair is no letter."""
    if not isinstance(value, str):
        raise ValueError("no text")
    return value.encode("utf-8", "ignore").decode()


def _number(value: Any) -> int:
    if not isinstance(value, (str, int)) or not str(value).isdecimal():
        raise ValueError("no number")
    return int(value)


_READERS: dict[str, Callable[[dict[str, Any]], Came]] = {
    "setup": _setup,
    "prompt": _prompt,
    "dtmf": _key,
    "interrupt": _cut,
    "error": _trouble,
}
