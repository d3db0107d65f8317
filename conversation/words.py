"""The noun that flows: a Word is one utterance (or note) in a conversation, with its number and its speaker."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Speaker(str, Enum):
    CUSTOMER = "customer"
    BOT = "bot"
    AGENT = "agent"
    SYSTEM = "system"  # sentences of the door, the queue and the clock


class Kind(str, Enum):
    MESSAGE = "message"  # words that are shown
    # A button was pressed (text is its title) or typed (text as typed); meta: command, title, offered_in
    CHOICE = "choice"
    FEEDBACK = "feedback"  # meta.value: solved | not_solved, about exchange_id; not shown
    STATE = "state"  # meta: talking_to and queue figures; not shown as words


class TalkingTo(str, Enum):
    BOT = "bot"
    QUEUE = "queue"  # a ticket waits; the bot only finishes the exchange that opened it
    AGENT = "agent"  # a person owns the conversation; the bot is silent


@dataclass(frozen=True)
class Choice:
    """A button. `command` is what it means to Rasa (`/solved`, `/choose_article{…}`) and never leaves the server."""

    title: str
    command: str
    article_id: str | None = None
    payload: str = field(default_factory=lambda: secrets.token_urlsafe(9))

    def public(self) -> dict[str, Any]:
        shown = {"title": self.title, "payload": self.payload}
        return shown | ({"article_id": self.article_id} if self.article_id else {})

    def as_dict(self) -> dict[str, Any]:
        return self.public() | {"command": self.command}


@dataclass(frozen=True)
class Word:
    """One entry of the stream. `seq` is 0 until it is appended; `at` is epoch seconds (UTC).

    meta holds what only some words have: `command`, `title`, `offered_in` (choice), `decision`, `release`,
    `confidence`, `runner_up`, `reduced` (bot), `agent` (display name), `value` (feedback), `talking_to`, `queue`
    (state), `refused` (system: a code of docs/web-chat.md; the exchange is the id that was not taken), `outcome`
    (system: failed, action), `notice` (system: `card`; a line that answers nothing), `page`, `reason`,
    `private` (a name or a number for a callback: neither Rasa nor the VOC gets it, staff see a label).
    """

    conversation_id: str
    speaker: Speaker
    text: str
    message_id: str
    kind: Kind = Kind.MESSAGE
    exchange_id: str = ""
    choices: tuple[Choice, ...] = ()
    article_id: str | None = None
    meta: dict[str, Any] = field(default_factory=dict)
    at: float = 0.0
    seq: int = 0

    @property
    def asks(self) -> bool:
        """Whether this is a customer's word that somebody must answer."""
        return self.speaker is Speaker.CUSTOMER and self.kind in (Kind.MESSAGE, Kind.CHOICE)

    @property
    def shown(self) -> bool:
        return self.kind in (Kind.MESSAGE, Kind.CHOICE)

    def to_fields(self) -> dict[str, str]:
        """The stream entry's fields; a person with redis-cli can read them."""
        return {
            "from": self.speaker.value,
            "kind": self.kind.value,
            "text": self.text,
            "id": self.message_id,
            "exchange": self.exchange_id,
            "choices": json.dumps([choice.as_dict() for choice in self.choices], ensure_ascii=False),
            "article": self.article_id or "",
            "meta": json.dumps(self.meta, ensure_ascii=False),
            "at": f"{self.at:.3f}",
        }

    @classmethod
    def from_fields(cls, conversation_id: str, entry_id: str, fields: dict[str, str]) -> Word:
        return cls(
            conversation_id=conversation_id,
            speaker=Speaker(fields["from"]),
            text=fields["text"],
            message_id=fields["id"],
            kind=Kind(fields["kind"]),
            exchange_id=fields["exchange"],
            choices=tuple(Choice(**choice) for choice in _loads(fields["choices"], [])),
            article_id=fields["article"] or None,
            meta=_loads(fields["meta"], {}),
            at=float(fields["at"]),
            seq=int(entry_id.split("-")[0]),
        )


def _loads(text: str, empty: Any) -> Any:
    """Most words have neither choices nor meta, and a busy door reads thousands of words a second."""
    return empty if len(text) == 2 else json.loads(text)
