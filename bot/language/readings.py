"""The ways to read one message after the turn before it: by itself, with a topic, among a few articles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import numpy as np

from bot.language.bm25 import Columns
from bot.language.encoders import Vectors
from bot.language.index import Index
from bot.language.understanding import Candidate, Decision, Understanding
from kb.article import Article, Scope
from nihongo.normalise import normalise

HOURS = "ask_hours"  # talk that asks what an article tells, too
UNSURE = (Decision.REPHRASE, Decision.CLARIFY)


@dataclass(frozen=True)
class Before:
    """The turn before: the article it showed, the customer's question, the ids of the articles it offered."""

    article: Article | None = None
    question: str = ""
    offered: tuple[str, ...] = ()

    @classmethod
    def of(cls, context: Mapping[str, Any], index: Index) -> Before:
        """From what the asker knows; an id that is not in the index is nobody's."""
        shown, offered = context.get("article"), context.get("offered")
        article = index.articles[index.row_of[shown]] if shown in index.row_of else None
        ids = tuple(map(str, offered)) if isinstance(offered, list | tuple) else ()
        return cls(article, normalise(str(context.get("question") or "")), ids)


@dataclass(frozen=True)
class Readings:
    """`read(text, rows)`: by itself, among these articles; `joined(topic, text, rows)`: together with a topic; `words`:
    its content words; then thresholds.yml: the least probability of an answer, of each of two, of a rival."""

    index: Index
    rows: Vectors
    read: Callable[[str, Vectors], Understanding]
    joined: Callable[[str, str, Vectors], list[Candidate]]
    words: Callable[[str], tuple[str, ...]]
    answer: float
    second: float
    rival: float

    def alone(self, said: str) -> Understanding:
        """By itself, among all articles."""
        return self.read(said, self.rows)

    def ordered(self, said: str, rows: list[int]) -> list[Candidate]:
        """These articles, the likeliest first."""
        return list(self.read(said, self._mask(rows)).candidates)

    def ordered_with(self, topic: str, said: str, rows: list[int]) -> list[Candidate]:
        """The same for a message read together with its topic."""
        return self.joined(topic, said, self._mask(rows))

    def near(self, article: Article) -> list[int]:
        """The article, its category and what it names as related."""
        found = enumerate(self.index.articles)
        near = [row for row, one in found if one.category == article.category or one.id in article.related]
        return [row for row in near if self.rows[row]]

    def unheard(self, said: str, near: list[int]) -> set[str]:
        """Its words that none of these articles asks."""
        return {word for word in self.words(said) if not any(self.index.asked.has(row, word) for row in near)}

    def elsewhere(self, said: str, near: list[int]) -> bool:
        """Whether it names what articles of other topics are about."""
        return any(self.rows[self.index.titled.holders(word)].any() for word in self.unheard(said, near))

    def _mask(self, rows: list[int]) -> Vectors:
        return np.isin(np.arange(len(self.index.articles)), rows)


def answered(said: str, found: list[Candidate], least: float) -> Understanding | None:
    """By the first of these, if it is so likely and customers may read it."""
    if not found or found[0].probability < least or found[0].scope != Scope.SELF_SERVICE:
        return None
    return Understanding.of(said, Decision.ANSWER, found[0].probability, candidates=tuple(found))


def which(found: Understanding, *likely: Iterable[Candidate]) -> Understanding:
    """Put to the customer: the likeliest of each reading in turn, each article once."""
    by_id = {one.article_id: one for turn in zip_longest(*likely) for one in turn if one}
    ours = [one for one in by_id.values() if one.scope == Scope.SELF_SERVICE]
    return found.decided(Decision.CLARIFY, candidates=tuple(ours))


def holds(known: Columns, row: int, words: frozenset[str]) -> bool:
    return all(known.has(row, word) for word in words)


def top(found: Understanding) -> str:
    return found.candidates[0].article_id
