"""A small knowledge base on disk, and the means to make one article."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kb.article import Article
from kb.render import render

TEXTS: dict[str, Any] = {
    "category": "配送",
    "owner": "配送チーム",
    "review_by": "2099-12-31",
    "answer": {"web": "**550円**です。", "sms": "550円です。", "speech": "550円です。"},
}


@pytest.fixture
def make() -> Callable[..., Article]:
    """An article without a fault; arguments change it."""

    def article(id: str, **changes: Any) -> Article:
        phrasings = [f"{id}の聞き方その{number}" for number in "一二三四五"]
        return Article(**TEXTS | {"id": id, "title": f"{id}について教えて", "phrasings": phrasings} | changes)

    return article


@pytest.fixture
def kb_dir(tmp_path: Path, make: Callable[..., Article]) -> Path:
    """Two good articles in `delivery/`."""
    folder = tmp_path / "articles" / "delivery"
    folder.mkdir(parents=True)
    for id in ("shipping-fee", "free-shipping"):
        (folder / f"{id}.yml").write_text(render(make(id)), encoding="utf-8")
    return tmp_path / "articles"
