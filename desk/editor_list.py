"""How the articles stand against the live release, and finding some of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

from kb.article import Article, Status
from kb.release import content
from nihongo.normalise import compare_key


class State(str, Enum):
    DRAFT = "draft"  # being written (or withdrawn)
    NEW = "new"  # ready, in no release yet
    CHANGED = "changed"  # ready, and says something else than the live release
    PUBLISHED = "published"  # what customers get


@dataclass(frozen=True)
class Row:
    article: Article
    state: State
    live: bool
    """Whether the live release has it, in whatever words."""
    overdue: bool
    expired: bool


@dataclass(frozen=True)
class Wanted:
    """What the editor looks for."""

    text: str = ""
    category: str = ""
    scope: str = ""
    state: str = ""
    """One of State, or `overdue` (past its review or its validity)."""

    def fits(self, row: Row) -> bool:
        article = row.article
        if self.category and article.category != self.category or self.scope and article.scope.value != self.scope:
            return False
        if self.state == "overdue":
            fits = row.overdue or row.expired
        else:
            fits = not self.state or row.state.value == self.state
        return fits and (not self.text.strip() or _has(article, self.text))


def rows(articles: Iterable[Article], live: Mapping[str, Article], today: date) -> list[Row]:
    """Every article with its state, in the order of category and title."""
    return [
        Row(
            article,
            _state(article, live.get(article.id)),
            article.id in live,
            overdue=bool(article.review_by and article.review_by < today),
            expired=bool(article.valid_until and article.valid_until < today),
        )
        for article in sorted(articles, key=lambda one: (one.category, one.id))
    ]


def _state(article: Article, live: Article | None) -> State:
    if article.status is Status.DRAFT:
        return State.DRAFT
    if live is None:
        return State.NEW
    return State.PUBLISHED if content(live) == content(article) else State.CHANGED


def _has(article: Article, text: str) -> bool:
    """Every word of the text is somewhere in the article."""
    told = (article.title, *article.phrasings, *article.keywords, article.answer.web, article.owner)
    everything = article.id + "\n" + compare_key_of("\n".join(told))
    return all(word in everything or compare_key(word) in everything for word in text.split())


def compare_key_of(text: str) -> str:
    """compare_key for longer texts, line by line."""
    return "\n".join(compare_key(line) for line in text.split("\n"))
