"""Words of the conversation as SMS: one text for what is said at once, choices by number, long answers with a link."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from channels.twilio.words import say
from conversation.words import Choice, Speaker, Word
from kb.article import Article
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

    def texts(self, words: Iterable[Word], shelf: Shelf) -> list[str]:
        """What these words are as SMS, each with the sender's name and within the limit; no words, no SMS."""
        told = [word for word in words if tells(word)]
        if not told:
            return []
        lines = [self._line(word, shelf) for word in told]
        if self.one_way:
            return self.bodies("\n".join(lines), say("sms.one_way", **self._places()))
        return self.bodies("\n".join(lines), "\n".join(_numbered(told[-1].choices)))

    def bodies(self, text: str, last: str = "") -> list[str]:
        """A text in pieces, each with the sender's name; `last` stands whole at the end of the last one."""
        name = say("sms.from", shop_name=self.shop_name)
        room = LONGEST - units(name)
        pieces = split(text.strip(), room)
        if last and units(pieces[-1]) + units(last) + 1 <= room:
            pieces[-1] = f"{pieces[-1]}\n{last}"
        elif last:
            pieces.append(last)
        return [f"{name}{piece.strip()}" for piece in pieces]

    def _places(self) -> dict[str, str]:
        base = self.public_url.rstrip("/")
        return {"url": f"{base}/", "stop_url": f"{base}/sms/stop", "phone": self.shop_phone}

    def _line(self, word: Word, shelf: Shelf) -> str:
        if word.speaker is Speaker.AGENT:
            return say("sms.agent", name=first_part(word.meta.get("agent", ""))) + word.text.strip()
        article = shelf.get(word.article_id) if word.article_id else None
        text = plain(word.text, links=True).replace("\n\n", "\n")
        if article and not article.answer.sms and units(text) > ADVISED:
            return _shortened(text, say("sms.more", url=f"{self.public_url.rstrip('/')}/faq/{article.id}"))
        return text


def tells(word: Word) -> bool:
    """Whether the customer is to be told this word."""
    return word.shown and word.speaker is not Speaker.CUSTOMER and bool(word.text.strip())


def _numbered(choices: tuple[Choice, ...]) -> list[str]:
    return [say("sms.choice", number=number, title=choice.title) for number, choice in enumerate(choices, 1)]


def _shortened(text: str, more: str) -> str:
    """As many whole sentences as there is room for."""
    return split(text, ADVISED - units(more))[0].rstrip() + more
