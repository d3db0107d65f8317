"""Links in SMS: what one is for, a name of 24 hexadecimal digits and a last day, signed; 32 letters, as each costs."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import time
from collections.abc import Callable

_DAY = 86_400
_NAME = re.compile(r"[0-9a-f]{24}")
_BYTES = 10  # of the signature


class Links:
    """`what` keeps a link of one kind from being taken for one of another."""

    def __init__(self, key: str, what: str, days: int, clock: Callable[[], float] = time.time) -> None:
        self._key, self._what, self._days, self._clock = key, what, days, clock

    def token(self, name: str) -> str:
        until = int(self._clock() // _DAY) + self._days
        told = bytes.fromhex(name) + until.to_bytes(2, "big")
        return base64.urlsafe_b64encode(told + self._sign(told)).decode()

    def name(self, token: str) -> str | None:
        """The name in a token of ours that has not run out."""
        try:
            raw = base64.b64decode(token.encode(), altchars=b"-_", validate=True)
        except ValueError:
            return None
        told, signature = raw[:14], raw[14:]
        if not hmac.compare_digest(signature, self._sign(told)):
            return None
        return told[:12].hex() if int.from_bytes(told[12:], "big") >= self._clock() // _DAY else None

    def _sign(self, told: bytes) -> bytes:
        return signed(self._key, self._what, told, _BYTES)


def signed(key: str, what: str, told: bytes, size: int) -> bytes:
    """The signature of what a link tells, as long as an SMS has room for it."""
    return hmac.new(key.encode(), what.encode() + b"|" + told, hashlib.sha256).digest()[:size]


class TalkLinks:
    """Into the web chat of a conversation by SMS, for a week: whoever holds the telephone holds the conversation."""

    PREFIX = "sms-"

    def __init__(self, key: str, clock: Callable[[], float] = time.time) -> None:
        self._links = Links(key, "sms-talk", 7, clock)

    def token(self, conversation_id: str) -> str:
        """Empty for a conversation of another kind."""
        name = conversation_id.removeprefix(self.PREFIX)
        return self._links.token(name) if name != conversation_id and _NAME.fullmatch(name) else ""

    def conversation(self, token: str) -> str | None:
        name = self._links.name(token)
        return f"{self.PREFIX}{name}" if name else None
