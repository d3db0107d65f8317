"""Words as door, bot, handoff and desk append them, for tests of this room."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

from conversation.words import Choice, Kind, Speaker, Word

SOLVED = (Choice("はい", "/solved"), Choice("いいえ", "/not_solved"), Choice("担当者と話す", "/request_agent"))


@dataclass
class Talk:
    """Gathers the words of one conversation as the stream would number them, two seconds apart."""

    conversation_id: str = "talk"
    words: list[Word] = field(default_factory=list)
    open: str = ""
    _names: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def add(self, speaker: Speaker, text: str = "", **fields: Any) -> Word:
        seq = len(self.words) + 1
        name = fields.pop("message_id", None) or f"m{next(self._names)}"
        kind, exchange = fields.pop("kind", Kind.MESSAGE), fields.pop("exchange_id", "") or self.open or name
        if speaker is Speaker.CUSTOMER and kind in (Kind.MESSAGE, Kind.CHOICE):
            exchange = self.open = name
        at = fields.pop("at", 1_780_000_000.0 + 2 * seq)
        word = Word(self.conversation_id, speaker, text, name, kind, exchange, at=at, seq=seq, **fields)
        self.words.append(word)
        return word

    def ask(self, text: str, **fields: Any) -> Word:
        return self.add(Speaker.CUSTOMER, text, **fields)

    def press(self, title: str, command: str, offered_in: str, **meta: Any) -> Word:
        meta |= {"command": command, "offered_in": offered_in}
        return self.add(Speaker.CUSTOMER, title, kind=Kind.CHOICE, meta=meta)

    def answer(self, text: str = "送料は550円です。", article_id: str | None = "shipping-fee", **fields: Any) -> Word:
        meta = {"decision": "answer", "release": 3, "confidence": 0.91} | fields.pop("meta", {})
        fields = {"choices": SOLVED} | fields
        return self.add(Speaker.BOT, text, article_id=article_id, meta=meta, **fields)

    def say(self, text: str, decision: str = "", **fields: Any) -> Word:
        meta = ({"decision": decision} if decision else {}) | fields.pop("meta", {})
        return self.add(Speaker.BOT, text, meta=meta, **fields)

    def system(self, text: str, **fields: Any) -> Word:
        return self.add(Speaker.SYSTEM, text, **fields)

    def agent(self, text: str, name: str = "山田") -> Word:
        return self.add(Speaker.AGENT, text, meta={"agent": name})

    def state(self, talking_to: str, ticket: str | None = "12345674", **meta: Any) -> Word:
        about = {"ticket": ticket} if ticket else {}
        fields = {name: meta.pop(name) for name in ("exchange_id",) if name in meta}
        return self.add(Speaker.SYSTEM, kind=Kind.STATE, meta={"talking_to": talking_to} | about | meta, **fields)

    def verdict(self, exchange_id: str, value: str) -> Word:
        return self.add(Speaker.CUSTOMER, kind=Kind.FEEDBACK, exchange_id=exchange_id, meta={"value": value})
