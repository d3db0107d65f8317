"""What the live release can offer right now: articles by id, by search, topics to name. No Rasa here."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from kb import lexical
from kb.article import Article
from kb.release import Release

# Below this share of the question's information an article found by characters is noise.
LEXICAL_LEAST = 0.3
_TOPICS = 5


def button(article: Article) -> dict[str, Any]:
    """A choice that shows the article."""
    command = json.dumps({"article_id": article.id})
    return {"title": article.title, "payload": f"/choose_article{command}", "article_id": article.id}


@dataclass(frozen=True)
class Shelf:
    """The articles that customers may see today; empty while no release is live."""

    release: Release | None
    day: date

    @property
    def number(self) -> int:
        return self.release.number if self.release else 0

    def get(self, article_id: str | None) -> Article | None:
        article = self.release.articles.get(article_id) if self.release and article_id else None
        return article if article and article.answers_customers and article.valid_on(self.day) else None

    def some(self, article_ids: Iterable[str], limit: int, without: Iterable[str] = ()) -> list[Article]:
        """Those that can be shown, in this order."""
        seen = frozenset(without)
        ids = dict.fromkeys(id for id in article_ids if id not in seen)
        return [article for id in ids if (article := self.get(id))][:limit]

    def search(self, text: str, limit: int) -> list[Article]:
        """By characters alone, for when the language process is away."""
        if self.release is None:
            return []
        return [a for a, score in lexical.search(self.release, text, limit, self.day) if score >= LEXICAL_LEAST]

    def topics(self) -> str:
        return _topics(self.release, self.day)

    def example(self) -> str:
        return _example(self.release, self.day)


@lru_cache(maxsize=2)
def _topics(release: Release | None, day: date) -> str:
    """The categories with most articles, as a customer would list them."""
    articles = release.answering(day) if release else ()
    return "・".join(name for name, _ in Counter(article.category for article in articles).most_common(_TOPICS))


@lru_cache(maxsize=2)
def _example(release: Release | None, day: date) -> str:
    """The shortest title: a question as we like it."""
    articles = release.answering(day) if release else ()
    return min((article.title for article in articles), key=len, default="")
