"""The production parts over the shop's articles, without E5: its vectors take minutes to make on a fresh clone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import yaml

from bot.language.dialogue import asked, examples, train, training_rows
from bot.language.encoders import UseEncoder
from bot.language.gate import Thresholds
from bot.language.index import build, wanted
from bot.language.tokens import Tokeniser
from bot.language.understand import Understander
from bot.language.vectors import VectorCache
from kb.article import Article, Status
from kb.files import load
from settings import ROOT

HERE = Path(__file__).parent


def table(name: str) -> dict[str, list[str]]:
    found = yaml.safe_load((HERE / name).read_text(encoding="utf-8"))
    return {key: [str(text) for text in texts] for key, texts in found.items()}


@pytest.fixture(scope="session")
def shop_articles() -> list[Article]:
    return [a for a in load(ROOT / "kb" / "articles").articles.values() if a.status is Status.READY]


@pytest.fixture(scope="session")
def understander(shop_articles: list[Article], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Understander]:
    cache, use, tokeniser = VectorCache(tmp_path_factory.mktemp("vectors") / "v.db"), UseEncoder(), Tokeniser()
    index = build(shop_articles, tokeniser, 7)
    rows = training_rows(examples(), asked(shop_articles))
    for some in cache.missing("use", [*wanted(index.texts), *(text for text, _ in rows)], step=64):
        cache.add("use", some, use.encode)
    ready = Understander(tokeniser, use, None, Thresholds.load())
    ready.index = index.with_vectors("use", cache).with_learned()
    known = cache.known("use", [text for text, _ in rows])
    ready.dialogue = train(rows, lambda texts: np.stack([known[text] for text in texts]))
    yield ready
    cache.close()
