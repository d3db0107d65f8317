"""Late interaction: the pieces of a question against those of passages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.language import late
from bot.language.encoders import E5Encoder, Vectors
from bot.language.index import Index, build
from bot.language.late import Passages, Pieces, packed, unpacked
from bot.language.selector import Query, rank
from bot.language.vectors import E5_PIECES, VectorCache
from kb.article import Answer, Article
from tests.bot.language.test_shortlist import Characters


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[VectorCache]:
    made = VectorCache(tmp_path / "v.db")
    yield made
    made.close()


def _unit(vectors: Vectors) -> Vectors:
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def test_what_is_kept_has_the_direction_of_what_was_read() -> None:
    vectors = _unit(np.random.default_rng(1).standard_normal((50, 384)).astype(np.float32))
    kept = _unit(unpacked(packed(vectors), 384))
    assert kept.shape == (50, 384)
    assert (kept * vectors).sum(axis=1).min() > 0.9999


def test_a_passage_is_as_near_as_its_best_pieces(cache: VectorCache) -> None:
    """By hand: of two pieces one is met wholly and one not at all; the rare one counts three times."""
    one, two, three = np.eye(3, dtype=np.float32)
    cache.keep({(E5_PIECES, "a"): packed(np.stack([one, three])), (E5_PIECES, "b"): packed(np.stack([two]))})
    asked = Pieces(np.stack([one, two]), np.array([3.0, 1.0], dtype=np.float32))
    found = Passages(cache, ["b", "c", "a"]).likeness(asked, np.array([2, 0]))
    assert found == pytest.approx([0.75, 0.25], abs=1e-6)


def test_a_passage_that_was_not_read_yet_leaves_the_order_to_the_others(cache: VectorCache) -> None:
    asked = Pieces(np.eye(3, dtype=np.float32), np.ones(3, dtype=np.float32))
    assert Passages(cache, ["a"]).likeness(asked, np.array([0])) is None


@pytest.fixture
def shelf(cache: VectorCache) -> Index:
    """Two articles that words cannot tell apart; the second's passage holds the question's own piece."""
    articles = [Article(id=name, title="手続き", category="例", answer=Answer(web=f"{name}です")) for name in "ab"]
    index = build(articles, Characters())
    first, second = index.texts.passages
    east, north = np.eye(2, dtype=np.float32)
    cache.keep({(E5_PIECES, first): packed(north[None]), (E5_PIECES, second): packed(east[None])})
    return replace(index, late=Passages(cache, index.texts.passages))


def test_the_best_few_are_put_in_order_and_keep_mean_and_spread(shelf: Index) -> None:
    allowed = np.ones(2, dtype=bool)
    query = Query.of("手続き", Characters())
    before = rank(shelf, query, allowed)
    asked = Pieces(np.eye(2, dtype=np.float32)[:1], np.ones(1, dtype=np.float32))
    after = rank(shelf, replace(query, pieces=asked), allowed)
    assert (list(before.order), list(after.order)) == ([0, 1], [1, 0])
    assert after.total.mean() == pytest.approx(before.total.mean())
    alone = rank(shelf, replace(query, pieces=asked), np.array([True, False]))
    assert list(alone.order) == [0]  # what must not surface does not


@pytest.mark.model
def test_e5_reads_a_text_and_its_pieces_at_once(cache: VectorCache) -> None:
    encoder = E5Encoder()
    encoder.load()
    read = encoder.read("送料はいくらですか")
    assert read.vector == pytest.approx(encoder.encode(["送料はいくらですか"])[0], abs=1e-6)
    vectors, weights = read.pieces.vectors, read.pieces.weights
    assert len(vectors) == len(weights) >= 4
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(vectors)), abs=1e-5)
    texts = ["送料は全国一律550円です。", "返品は商品の到着から8日以内に承ります。"]
    late.add(cache, texts, encoder.read_passage)
    assert cache.known("e5", texts)[texts[0]] == pytest.approx(encoder.passages(texts[:1])[0], abs=1e-3)
    fee, back = Passages(cache, texts).likeness(read.pieces, np.array([0, 1]))
    assert fee > back
