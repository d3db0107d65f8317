"""What an index takes from an article: the texts to be encoded, its words, its sounds. Each text is read once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from bot.language.bm25 import Counted, Vocabulary
from bot.language.tokens import Words
from kb.article import Article
from nihongo.normalise import clean, normalise

SENTENCES = 12  # of an answer that are looked at
PASSAGE = 400  # characters of question and answer that E5 reads
_MARKUP = re.compile(r"\[([^\]]*)\]\([^)]*\)|https?://\S+|[*_#>`|]+")
_ENDS = re.compile(r"(?<=[。！？!?])|\n+|■")
_SHORTEST = 6  # characters of a sentence that can answer something

Said: TypeAlias = tuple[str, tuple[str, ...], tuple[str, ...], str]


@dataclass(frozen=True)
class Reading:
    """`words`: title twice, every phrasing, keywords, answer. `asked`: title, phrasings and keywords. `sounds`: title
    twice, every phrasing, answer. `titled`: title. `named`: title and keywords."""

    questions: tuple[str, ...]
    sentences: tuple[str, ...]
    passage: str
    words: Counted
    asked: Counted
    sounds: Counted
    titled: Counted
    named: Counted


class Reader:
    """Reads articles (10 ms each) and remembers what it read, by what they say. For the thread of its tokeniser;
    customers' words never come here."""

    def __init__(self, tokeniser: Words) -> None:
        self._tokeniser, self.vocabulary = tokeniser, Vocabulary()
        self._known: dict[Said, Reading] = {}

    def read(self, article: Article) -> Reading:
        said = _said(article)
        if said not in self._known:
            self._known[said] = self._read(article)
        return self._known[said]

    def known(self, articles: Iterable[Article]) -> list[Reading | None]:
        """For any thread."""
        return [self._known.get(_said(article)) for article in articles]

    def keep(self, articles: Iterable[Article]) -> None:
        """Forgets the others. For any thread."""
        known = self._known
        self._known = {said: known[said] for said in map(_said, articles) if said in known}

    def _read(self, article: Article) -> Reading:
        questions = tuple(dict.fromkeys(normalise(text) for text in (article.title, *article.phrasings)))
        answer, title = plain(article.answer.web), normalise(article.title)
        terms, sounds = zip(*map(self._heard, (*questions, answer)), strict=True)
        keywords = self._tokeniser.terms(" ".join(article.keywords))
        asked = [word for words in terms[:-1] for word in words] + keywords
        return Reading(
            questions,
            tuple(sentences(article.answer.web) or [title]),
            clean(f"{article.title} {answer}", PASSAGE),
            self._counted([*asked, *terms[0], *terms[-1]]),
            self._counted(asked),
            self._counted([sound for some in (sounds[0], *sounds) for sound in some]),
            self._counted(terms[0]),
            self._counted([*terms[0], *keywords]),
        )

    def _heard(self, text: str) -> tuple[list[str], list[str]]:
        return self._tokeniser.terms(text), self._tokeniser.sounds(text)

    def _counted(self, words: list[str]) -> Counted:
        return Counted.of(words, self.vocabulary)


def plain(markdown: str) -> str:
    """The answer as words only."""
    return clean(_MARKUP.sub(lambda match: match[1] or " ", markdown).replace("\n", "。"), 4000)


def sentences(markdown: str) -> list[str]:
    parts = (clean(_MARKUP.sub(lambda match: match[1] or " ", part)) for part in _ENDS.split(markdown))
    return [part.lstrip("-0123456789. ・") for part in parts if len(part) >= _SHORTEST][:SENTENCES]


def _said(article: Article) -> Said:
    return article.title, article.phrasings, article.keywords, article.answer.web
