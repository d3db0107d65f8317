"""The button that customers mean by what they type; empty when none. Only whole messages count (nihongo/phrases.py)."""

from __future__ import annotations

from pathlib import Path

from handoff import buttons
from nihongo.phrases import meaning
from nihongo.when_frame import framed

_HERE = Path(__file__).parent
_STEPS = {
    "yes": buttons.YES,
    "back": buttons.BACK,
    "stop": buttons.STOP,
    "time": buttons.EDIT_TIME,
    "name": buttons.EDIT_NAME,
    "phone": buttons.EDIT_PHONE,
    "person": buttons.PERSON,
}
_WAITING = {
    "cancel": buttons.CANCEL,
    "callback": buttons.CALLBACK,
    "switch": buttons.CALLBACK,
    "message": buttons.LEAVE_MESSAGE,
    "wait": buttons.KEEP_WAITING,
    "stands": buttons.STANDS,
    "unsure": buttons.WAYS,
}
_BOOKED = {
    "cancel": buttons.CALLBACK_CANCEL,
    "change": buttons.CALLBACK_CHANGE,
    "which": buttons.CALLBACK_WHICH,
    "tell": buttons.CALLBACK_WHEN,
}
_LEFT = {"ask": buttons.LEAVE_MESSAGE, "add": buttons.MESSAGE_MORE, "withdraw": buttons.MESSAGE_WITHDRAWN}


def while_booking(text: str) -> str:
    """Of who is asked for time, name and number."""
    return _STEPS.get(meaning(_HERE / "buttons.yml", text), "")


def names_nobody(text: str) -> bool:
    """Whether kana are an answer of another kind, and no name."""
    return meaning(_HERE / "buttons.yml", text) in ("yes", "no")


def while_waiting(text: str) -> str:
    return _WAITING.get(meaning(_HERE / "waiting.yml", text), "")


def rather_called(text: str) -> bool:
    """Whether somebody who was to leave a message would be called instead."""
    return meaning(_HERE / "waiting.yml", text) == "switch"


def while_booked(text: str) -> str:
    """Of who has a callback booked."""
    meant = _BOOKED.get(meaning(_HERE / "callback_words.yml", text), "")
    return meant or (buttons.CALLBACK_CHANGE if _of_a_time(text) == "change" else "")


def with_a_message_left(text: str) -> str:
    """Of who has left a message and wants to say more of it, or to take it back."""
    return _LEFT.get(meaning(_HERE / "message_words.yml", text), "")


def wanted(text: str) -> str:
    """`CALLBACK` where somebody without one asks for nothing but that."""
    asks = meaning(_HERE / "callback_words.yml", text) == "want" or _of_a_time(text) == "want"
    return buttons.CALLBACK if asks else ""


def only_a_time(text: str) -> bool:
    """Whether nothing but a day or an hour is said."""
    return _of_a_time(text) == "only"


def _of_a_time(text: str) -> str:
    """What a message means in which a day or an hour is said."""
    around = framed(text)
    return meaning(_HERE / "time_words.yml", around) if around else ""
