"""A release (公開版): an immutable, numbered snapshot of the articles that are ready."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from kb.article import Article, Scope

# Who wrote it and when is not what it says.
_NOT_CONTENT = {"version", "updated_by", "updated_at"}


@dataclass(frozen=True, eq=False)
class Release:
    """Identity is equality: compare `number` and `content_hash`."""

    number: int
    articles: Mapping[str, Article]
    created_at: datetime
    author: str
    reason: str
    content_hash: str

    def answering(self, day: date, scopes: Iterable[Scope] = (Scope.SELF_SERVICE,)) -> tuple[Article, ...]:
        """The articles of these scopes that are valid on this day; by default those the bot may say to customers."""
        return _answering(self, day, frozenset(scopes))

    def to_json(self) -> str:
        """All of it, readable in redis-cli and SQL."""
        head = {"number": self.number, "created_at": self.created_at.isoformat(), "author": self.author}
        articles = [json.loads(article.json()) for article in self.articles.values()]
        return json.dumps(
            head | {"reason": self.reason, "content_hash": self.content_hash, "articles": articles}, ensure_ascii=False
        )

    @classmethod
    def from_json(cls, text: str) -> Release:
        """Reads `to_json`; fields that only a newer version of this program knows are left out."""
        found = json.loads(text)
        articles = (_known(article) for article in found["articles"])
        return cls(
            number=found["number"],
            articles={article.id: article for article in articles},
            created_at=datetime.fromisoformat(found["created_at"]),
            author=found["author"],
            reason=found["reason"],
            content_hash=found["content_hash"],
        )


@dataclass(frozen=True)
class Changes:
    """Ids of the articles that differ between two sets."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.added) + len(self.changed) + len(self.removed)


def changes(old: Mapping[str, Article], new: Mapping[str, Article]) -> Changes:
    """What publishing `new` over `old` would change."""
    both = sorted(old.keys() & new.keys())
    return Changes(
        added=tuple(sorted(new.keys() - old.keys())),
        changed=tuple(id for id in both if content(old[id]) != content(new[id])),
        removed=tuple(sorted(old.keys() - new.keys())),
    )


def content(article: Article) -> dict[str, Any]:
    """What the article says, without who wrote it and when."""
    return article.dict(exclude=_NOT_CONTENT)


def content_hash(articles: Mapping[str, Article]) -> str:
    """Equal for two sets that say the same."""
    digest = hashlib.sha256()
    for id in sorted(articles):
        digest.update(articles[id].json(exclude=_NOT_CONTENT, sort_keys=True, ensure_ascii=False).encode() + b"\n")
    return digest.hexdigest()


def _known(found: dict[str, Any]) -> Article:
    return Article(**{key: value for key, value in found.items() if key in Article.__fields__})


@lru_cache(maxsize=32)
def _answering(release: Release, day: date, scopes: frozenset[Scope]) -> tuple[Article, ...]:
    return tuple(a for a in release.articles.values() if a.scope in scopes and a.valid_on(day))
