"""Words of the conversation as SMS: one text for what is said at once, choices by number, long answers with a link."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlencode

from channels.twilio.words import say
from conversation.words import Choice, Speaker, Word
from kb.article import Article
from nihongo.manner import said
from nihongo.plain import plain
from nihongo.sms import ADVISED, LONGEST, split, units
from nihongo.surname import first_part


class Shelf(Protocol):
    """Where articles are looked up (the live release)."""

    def get(self, article_id: str) -> Article | None: ...


@dataclass(frozen=True)
class Manner:
    """How this company writes SMS."""

    shop_name: str
    shop_phone: str
    public_url: str
    one_way: bool = False
    stop_token: Callable[[str], str] = str  # of a number
    talk_token: Callable[[str], str] = str  # of a conversation

    def texts(self, words: Iterable[Word], shelf: Shelf, to: str = "") -> list[str]:
        """What these words are as SMS, each with the sender's name and within the limit; no words, no SMS."""
        told = [word for word in words if tells(word)]
        lines = [line for word in told if (line := self._line(word, shelf))]
        if not lines:
            return []
        text = "\n".join(lines)
        if not self.one_way:
            return self.bodies(text, _numbered(told))
        person = next((word for word in told if word.speaker is Speaker.AGENT), None)
        return self.alone(text, to, self.talk_token(person.conversation_id) if person else "")

    def alone(self, text: str, to: str, talk: str = "") -> list[str]:
        """A text to `to` with no choices; who cannot reply is told where to go instead. `talk`: the token of a
        conversation that goes on in the web chat."""
        return self.bodies(text, [say("sms.one_way", **self._places(to, talk))] if self.one_way else ())

    def bodies(self, text: str, last: Sequence[str] = ()) -> list[str]:
        """A text in pieces, each with the sender's name; the lines `last` stand whole, and together, at the end."""
        name = say("sms.from", shop_name=self.shop_name)
        room = LONGEST - units(name)
        pieces = [piece.strip() for piece in split(text, room) if piece.strip()]
        for block in _blocks(last, room):
            if pieces and units(pieces[-1]) + 1 + units(block) <= room:
                pieces[-1] = f"{pieces[-1]}\n{block}"
            else:
                pieces.append(block)
        return [f"{name}{piece}" for piece in pieces]

    def _places(self, to: str, talk: str) -> dict[str, str]:
        base = self.public_url.rstrip("/")
        stop = f"{base}/sms/stop?{urlencode({'t': self.stop_token(to)})}"
        return {"url": f"{base}/#talk={talk}" if talk else f"{base}/", "stop_url": stop, "phone": self.shop_phone}

    def _line(self, word: Word, shelf: Shelf) -> str:
        if word.speaker is Speaker.AGENT:
            return say("sms.agent", name=first_part(word.meta.get("agent", ""))) + word.text.strip()
        article = shelf.get(word.article_id) if word.article_id else None
        if article is None:
            return said(plain(word.text, links=True).replace("\n\n", "\n"), "sms")
        if article.answer.sms and not word.meta.get("reduced"):  # written for SMS: no Markdown
            return word.text.strip()
        text = plain(word.text, links=True).replace("\n\n", "\n")
        if units(text) <= ADVISED:
            return text
        return _shortened(text, say("sms.more", url=f"{self.public_url.rstrip('/')}/faq/{article.id}"))


def tells(word: Word) -> bool:
    """Whether the customer is to be told this word."""
    return word.shown and word.speaker is not Speaker.CUSTOMER and bool(word.text.strip())


def _numbered(told: list[Word]) -> list[str]:
    """The choices that may be typed now: those that were offered last."""
    last = next((word for word in reversed(told) if word.choices), None)
    offered: tuple[Choice, ...] = (
        () if last is None or "survey" in last.meta else last.choices
    )  # its sentence says them
    return [say("sms.choice", number=number, title=choice.title) for number, choice in enumerate(offered, 1)]


def _blocks(lines: Sequence[str], room: int) -> list[str]:
    """All in one, or, where they are more than a text holds, each by itself."""
    together = "\n".join(lines)
    if units(together) <= room:
        return [together] if together else []
    return [part for line in lines for part in split(line, room)]


def _shortened(text: str, more: str) -> str:
    """As many whole sentences as there is room for."""
    return split(text, max(ADVISED - units(more), ADVISED // 4))[0].rstrip() + more
