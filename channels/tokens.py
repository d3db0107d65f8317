"""Who may speak in a conversation: our own short-lived tokens, and the shop's signed identity of a customer."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jwt
from jwt.types import Options

from channels.errors import Refusal
from channels.links import TalkLinks
from channels.twilio.phones import e164

TOKEN_SECONDS = 30 * 60
_AUDIENCE = "madoguchi:web"
_ALGORITHM = "HS256"


@dataclass(frozen=True)
class Contact:
    """A customer as the shop knows them: `id` is the shop's own, `phone` in E.164 or empty."""

    id: str
    name: str
    phone: str = ""


class Tokens:
    """Signs and reads tokens. `clock` gives epoch seconds."""

    def __init__(self, secret_key: str, identity_key: str, clock: Callable[[], float] = time.time) -> None:
        self._secret, self._identity_key, self._clock = secret_key, identity_key, clock
        self._links = TalkLinks(secret_key, clock)

    def issue(self, conversation_id: str) -> tuple[str, float]:
        """A token for this conversation, and when it ends."""
        expires = int(self._clock()) + TOKEN_SECONDS
        claims = {"sub": conversation_id, "aud": _AUDIENCE, "exp": expires}
        return jwt.encode(claims, self._secret, algorithm=_ALGORITHM), expires

    def conversation(self, token: object) -> str:
        """The conversation that a valid token opens. Raises Refusal."""
        found = self._read(token)
        if found is None or found["exp"] <= self._clock():
            raise Refusal("unauthorized")
        return str(found["sub"])

    def renewable(self, token: object) -> str | None:
        """The conversation of a token of ours, expired or not, or of a link in an SMS."""
        found = self._read(token)
        if found is None and isinstance(token, str):
            return self._links.conversation(token)
        return str(found["sub"]) if found else None

    def contact(self, identity: object) -> Contact | None:
        """The customer whom the shop names; None when its word does not verify or identity is off."""
        if not self._identity_key or not isinstance(identity, str):
            return None
        found = _decode(identity, self._identity_key, {"require": ["sub", "exp"], "verify_exp": False})
        if found is None or found["exp"] <= self._clock() or not found["sub"]:
            return None
        phone = e164(str(found.get("phone") or "")) or ""
        return Contact(f"shop:{found['sub']}"[:200], str(found.get("name") or "")[:80], phone)

    def _read(self, token: object) -> dict[str, Any] | None:  # exp is compared with our own clock
        options: Options = {"require": ["sub", "exp", "aud"], "verify_exp": False}
        return _decode(token, self._secret, options, _AUDIENCE) if isinstance(token, str) else None


def _decode(token: str, key: str, options: Options, audience: str | None = None) -> dict[str, Any] | None:
    try:
        return dict(jwt.decode(token, key, algorithms=[_ALGORITHM], audience=audience, options=options))
    except (jwt.PyJWTError, ValueError, RecursionError):
        return None
