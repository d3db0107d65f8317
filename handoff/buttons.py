"""The buttons of the waiting room. What customers type instead of pressing them is in typed.py."""

from __future__ import annotations

import json

LEAVE_MESSAGE, CANCEL = "/leave_message", "/cancel_queue"
CALLBACK, CALLBACK_CHANGE, CALLBACK_CANCEL = "/callback", "/callback_change", "/callback_cancel"
YES, BACK, STOP, KEEP_WAITING = "/callback_yes", "/callback_back", "/callback_stop", "/keep_waiting"
EDIT_TIME, EDIT_NAME, EDIT_PHONE = "/callback_time", "/callback_name", "/callback_phone"
# What is only typed: how long still; how to go on, asked back where the words do not tell.
STANDS, WAYS = "/queue_stands", "/queue_ways"
CALLBACK_WHEN = "/callback_when"  # typed too: when the booked call is
# Something is to be cancelled, not said whether the booked call; and the answer that it is something else.
CALLBACK_WHICH, CALLBACK_OTHER = "/callback_which", "/callback_other"
PERSON, GO_ON = "/callback_person", "/callback_go_on"  # a person at once, typed; on with the booking after that
# Typed too, of the message that was left: it belongs to it; it shall not count any more.
MESSAGE_MORE, MESSAGE_WITHDRAWN = "/message_more", "/message_withdrawn"
_SLOT = "/callback_slot"


def slot_command(at: int) -> str:
    return f"{_SLOT}{json.dumps({'at': at})}"


def slot_of(command: str) -> int | None:
    """The slot that a button stands for."""
    return int(json.loads(command[len(_SLOT) :])["at"]) if command.startswith(_SLOT) else None


def ours(command: str | None) -> bool:
    return command is not None and (command.startswith(CALLBACK) or command in (KEEP_WAITING, STANDS, WAYS))
