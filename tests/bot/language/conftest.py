"""The production parts over the shop's articles, without E5: its vectors take minutes to make on a fresh clone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml

from bot.language import cohort
from bot.language.cohort import Cohort
from bot.language.dialogue import asked, examples, train, training_rows
from bot.language.encoders import UseEncoder
from bot.language.gate import Thresholds
from bot.language.index import Index, build
from bot.language.matrices import wanted
from bot.language.selector import Query
from bot.language.tokens import Tokeniser
from bot.language.understand import Understander
from bot.language.vectors import VectorCache
from kb.article import Article, Status
from kb.files import load
from settings import ROOT
from tests.sharing import lent

HERE = Path(__file__).parent


def table(name: str) -> dict[str, list[str]]:
    found = yaml.safe_load((HERE / name).read_text(encoding="utf-8"))
    return {key: [str(text) for text in texts] for key, texts in found.items()}


@pytest.fixture(scope="session")
def shop_articles() -> list[Article]:
    return [a for a in load(ROOT / "kb" / "articles").articles.values() if a.status is Status.READY]


@pytest.fixture(scope="session")
def cache(vectors: Path) -> Iterator[VectorCache]:
    found = VectorCache(vectors)
    yield found
    found.close()


@pytest.fixture(scope="session")
def two_articles(tmp_path_factory: pytest.TempPathFactory, vectors: Path) -> Path:
    """Vectors for services of test_server's two articles; beside them is kept what the first of these learned."""
    return lent(vectors, tmp_path_factory.mktemp("two") / "v.db")


@pytest.fixture(scope="session")
def understander(shop_articles: list[Article], cache: VectorCache) -> Understander:
    use, tokeniser = UseEncoder(), Tokeniser()
    rows = training_rows(examples(), asked(shop_articles))
    _encode(cache, use, [text for text, _ in rows])
    ready = Understander(tokeniser, use, None, Thresholds.load())
    ready.index = _index(shop_articles, tokeniser, cache, use).with_learned()
    known = cache.known("use", [text for text, _ in rows])
    ready.dialogue = train(rows, lambda texts: np.stack([known[text] for text in texts]))
    return ready


@pytest.fixture(scope="session")
def first_day(understander: Understander, shop_articles: list[Article], cache: VectorCache) -> Understander:
    """The shop before anybody wrote a phrasing."""
    use, tokeniser, bare = UseEncoder(), Tokeniser(), [a.copy(update={"phrasings": ()}) for a in shop_articles]
    index = _index(bare, tokeniser, cache, use)
    _encode(cache, use, cohort.sentences())
    known = cache.known("use", cohort.sentences())
    others = (Query.of(text, tokeniser, use=known[text]) for text in cohort.sentences())
    ready = Understander(tokeniser, use, None, Thresholds.load())
    ready.index = replace(index, cohort=Cohort.of(cohort.scores(index, other) for other in others))
    ready.dialogue = understander.dialogue
    return ready


def _index(articles: list[Article], tokeniser: Tokeniser, cache: VectorCache, use: UseEncoder) -> Index:
    index = build(articles, tokeniser, 7)
    _encode(cache, use, wanted(index.texts))
    return index.with_vectors("use", cache)


def _encode(cache: VectorCache, use: UseEncoder, texts: list[str]) -> None:
    for some in cache.missing("use", texts, step=64):
        cache.add("use", some, use.encode)
