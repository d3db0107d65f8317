"""The editor's form: what was typed as the values of an article, and an article as what the form shows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from multidict import MultiMapping

from kb.article import Article
from kb.problem import Problem
from kb.source import Source, build

_PLAIN = ("id", "title", "status", "scope", "reason", "category", "owner", "review_by", "valid_from", "valid_until")
_BETWEEN = re.compile("[、,，\n]")

Values = Mapping[str, Any]


def values(article: Article) -> dict[str, Any]:
    """What the form shows of an article."""
    shown: dict[str, Any] = {name: _shown(getattr(article, name)) for name in _PLAIN}
    return shown | {
        "keywords": "、".join(article.keywords),
        "phrasings": "\n".join(article.phrasings),
        "related": list(article.related),
        **article.answer.dict(),
    }


def typed(form: MultiMapping[Any]) -> dict[str, Any]:
    """The same from what the browser sent; nothing of it is lost or mended."""
    given: dict[str, Any] = {name: str(form.get(name, "")) for name in (*_PLAIN, "keywords", "phrasings")}
    given |= {name: str(form.get(name, "")) for name in ("web", "sms", "speech")}
    return given | {"related": [str(id) for id in form.getall("related", [])]}


def read(given: Values, path: Path) -> Source | list[Problem]:
    """The article that was typed, or what cannot be right about it."""
    found: dict[str, Any] = {name: given[name].strip() or None for name in _PLAIN}
    if found["scope"] != "hand_off":
        found["reason"] = None
    found["keywords"] = _BETWEEN.split(given["keywords"])
    found["phrasings"] = re.split("\r\n|\n|\r", given["phrasings"])
    found["related"] = given["related"]
    found["answer"] = {name: given[name] for name in ("web", "sms", "speech")}
    return build(found, path, {})


def blank() -> dict[str, Any]:
    """The form of a new article."""
    empty = dict.fromkeys((*_PLAIN, "keywords", "phrasings", "web", "sms", "speech"), "")
    return empty | {"status": "draft", "scope": "self_service", "related": []}


def _shown(value: Any) -> str:
    return "" if value is None else str(getattr(value, "value", value))
