"""Many articles: few dimensions choose, full vectors decide; what is found is what an exhaustive search finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.language import shortlist
from bot.language.encoders import Vectors
from bot.language.index import Index, build
from bot.language.matrices import kept_as
from bot.language.projection import Projection, train
from bot.language.selector import Query, rank
from bot.language.vectors import E5_QUERY, VectorCache
from kb.article import Answer, Article
from tests.bot.language.test_reading import Characters

pytestmark = pytest.mark.slow
ARTICLES, CLUSTERS = 300, 30
SIZES = {"use": 512, "e5": 384}
RNG = np.random.default_rng(0)


@pytest.fixture(scope="module")
def articles() -> list[Article]:
    return [
        Article(
            id=f"a{i}",
            title=f"第{i}番の手続きを教えてください",
            category="手続き",
            phrasings=(f"手続き{i}はどうしますか", f"{i}の手続き"),
            answer=Answer(web=f"手続き{i}は窓口で受け付けます。\n手続き{i}には書類{i}が必要です。"),
        )
        for i in range(ARTICLES)
    ]


@pytest.fixture(scope="module")
def cache(articles: list[Article], tmp_path_factory: pytest.TempPathFactory) -> Iterator[VectorCache]:
    """Texts of an article lie together, articles of a cluster near each other."""
    found = VectorCache(tmp_path_factory.mktemp("vectors") / "v.db")
    for name, size in SIZES.items():
        clusters = RNG.standard_normal((CLUSTERS, size))
        for i, article in enumerate(articles):
            middle = clusters[i % CLUSTERS] + 0.7 * RNG.standard_normal(size)
            for kept, texts in kept_as(build([article], Characters()).texts, name):
                found.add(kept, texts, lambda some, middle=middle: _unit(_around(middle, len(some))))  # type: ignore[misc]
    yield found
    found.close()


def _around(middle: Vectors, count: int) -> Vectors:
    return middle + 0.5 * RNG.standard_normal((count, len(middle)))


def _unit(vectors: Vectors) -> Vectors:
    return (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype(np.float32)


def filled(articles: list[Article], cache: VectorCache, before: Index | None = None) -> Index:
    index = build(articles, Characters())
    for name in SIZES:
        index = index.with_vectors(name, cache, before)
    return index


def turned(index: Index, projection: Projection | None, before: Index | None = None) -> Index:
    return index.with_projection(projection, before)


@pytest.fixture(scope="module")
def exact(articles: list[Article], cache: VectorCache) -> Index:
    index = filled(articles, cache)
    assert index.use and index.use.whole is None
    return turned(index, train(index))


@pytest.fixture
def few(exact: Index, cache: VectorCache, monkeypatch: pytest.MonkeyPatch) -> Index:
    """The same articles as if they were many."""
    assert exact.turned
    monkeypatch.setattr(shortlist, "MANY", 50)
    monkeypatch.setattr(shortlist, "BEST", 30)
    index = filled(list(exact.articles), cache)
    assert index.use and index.use.questions.shape == (3 * ARTICLES, shortlist.DIMENSIONS)
    return turned(index, exact.turned.projection)


@pytest.fixture(scope="module")
def queries(exact: Index) -> list[Query]:
    """Each near a text of one article, which its words do not name."""
    assert exact.use and exact.e5
    rows = RNG.integers(3 * ARTICLES, size=200)
    near = [
        _unit(m.questions[rows] + 0.03 * RNG.standard_normal((200, m.questions.shape[1])))
        for m in (exact.use, exact.e5)
    ]
    return [Query("手続き", ("手",), ("手続",), use, e5) for use, e5 in zip(*near, strict=True)]


ALL = np.ones(ARTICLES, dtype=bool)


@pytest.mark.parametrize("encoders", [("use", "e5"), ("use",), ("e5",), ()])
def test_the_best_article_is_that_of_an_exhaustive_search(
    exact: Index, few: Index, queries: list[Query], encoders: tuple[str, ...]
) -> None:
    missing = {name: None for name in SIZES if name not in encoders}
    asked = [replace(query, **missing) for query in queries]  # type: ignore[arg-type]
    pairs = [(rank(exact, one, ALL), rank(few, one, ALL)) for one in asked]
    assert np.mean([ours.top(1) == theirs.top(1) for ours, theirs in pairs]) >= 0.95
    for ours, theirs in pairs:
        assert set(ours.views) == set(theirs.views)
        assert sorted(theirs.order.tolist()) == list(range(ARTICLES))


def test_a_shortlist_of_all_is_an_exhaustive_search(
    exact: Index, few: Index, queries: list[Query], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shortlist, "BEST", ARTICLES)
    for query in queries[:20]:
        ours, theirs = rank(exact, query, ALL), rank(few, query, ALL)
        assert ours.total == pytest.approx(theirs.total, abs=2e-4)
        for name, scores in ours.views.items():
            assert theirs.views[name] == pytest.approx(scores, abs=2e-5), name


def test_up_to_the_limit_nothing_is_told_in_few_dimensions(
    articles: list[Article], cache: VectorCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shortlist, "MANY", ARTICLES)
    index = filled(articles, cache)
    known = cache.known("use", index.texts.questions)
    assert index.use and index.use.whole is None and index.use.basis is None
    assert np.array_equal(index.use.questions, np.stack([known[text] for text in index.texts.questions]))
    ranking = rank(index, Query("手続き", ("手",), use=index.use.questions[0]), ALL)
    assert ranking.first is ranking.views
    assert np.array_equal(ranking.views["use_passage"], index.use.passages @ index.use.questions[0])


def test_only_articles_that_may_surface_are_among_the_best(few: Index, queries: list[Query]) -> None:
    allowed = np.arange(ARTICLES) % 7 == 3
    ranking = rank(few, queries[0], allowed)
    assert sorted(ranking.order.tolist()) == np.flatnonzero(allowed).tolist()
    assert rank(few, queries[0], ~ALL).top(3) == []


def test_e5_may_come_later_to_the_same_question(exact: Index, few: Index, queries: list[Query]) -> None:
    for index in (exact, few):
        for query in queries[:10]:
            light = rank(index, replace(query, e5=None), ALL)
            later, at_once = rank(index, query, ALL, before=light), rank(index, query, ALL)
            assert np.array_equal(later.total, at_once.total)
            assert later.order.tolist() == at_once.order.tolist()
            assert list(later.views) == list(at_once.views)


def test_a_release_takes_over_what_the_one_before_had(few: Index, cache: VectorCache) -> None:
    assert few.turned
    cache.add("use", ["新しい手続きですか"], lambda _: _unit(RNG.standard_normal((1, 512))))
    cache.add(E5_QUERY, ["新しい手続きですか"], lambda _: _unit(RNG.standard_normal((1, 384))))
    moved = [*few.articles[5:], few.articles[2]]
    moved[3] = moved[3].copy(update={"phrasings": ("新しい手続きですか", *moved[3].phrasings)})
    after = turned(filled(moved, cache, few), few.turned.projection, few)
    anew = turned(filled(moved, cache), few.turned.projection)
    for name in SIZES:
        ours, theirs = getattr(after, name), getattr(anew, name)
        assert np.array_equal(ours.whole, theirs.whole)
        assert ours.basis is getattr(few, name).basis
    assert after.turned and anew.turned and after.turned.question_scales and anew.turned.question_scales
    for scales in ("question_scales", "sentence_scales", "passage_scales"):
        assert np.allclose(getattr(after.turned, scales), getattr(anew.turned, scales), rtol=1e-5), scales
    query = Query("手続き", (), (), *(np.asarray(getattr(anew, name).whole[8], dtype=np.float32) for name in SIZES))
    assert rank(after, query, ALL[: len(moved)]).top(1) == rank(anew, query, ALL[: len(moved)]).top(1)


def test_vectors_on_disk_leave_no_file_behind(few: Index, cache: VectorCache) -> None:
    assert {path.name.split("-")[0] for path in Path(cache.folder).iterdir()} == {"v.db"}
    assert few.use and few.use.whole is not None and few.use.whole.dtype == np.float16
