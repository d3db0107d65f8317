"""The article selector: hybrid retrieval over the live index, the sum of z-scores of several views of each article."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.language.encoders import Vectors
from bot.language.index import Index, Matrices, Texts

Scores = NDArray[np.float32]


@dataclass(frozen=True)
class Query:
    """A question as the retrievers see it."""

    text: str
    words: tuple[str, ...]
    use: Vectors | None = None
    e5: Vectors | None = None


@dataclass(frozen=True)
class Ranking:
    """Scores of all articles of an index for one question; `allowed` are those that may surface."""

    total: Scores
    views: dict[str, Scores]
    order: NDArray[np.int64]

    def top(self, count: int) -> list[int]:
        return [int(row) for row in self.order[:count]]


def rank(index: Index, query: Query, allowed: NDArray[np.bool_]) -> Ranking:
    """Every view that can be had is used; one that is missing (an encoder away) is left out for all articles."""
    views = _views(index, query)
    total = np.sum([_z(scores) for scores in views.values()], axis=0) / max(1, len(views))
    rows = np.flatnonzero(allowed)
    return Ranking(total, views, rows[np.argsort(-total[rows], kind="stable")])


def _views(index: Index, query: Query) -> dict[str, Scores]:
    words = list(query.words)
    views = {
        "words": index.words.scores(words),
        "question_words": _best(index.question_words.scores(words), index.texts.question_of),
    }
    for name, vector, vectors in (("use", query.use, index.use), ("e5", query.e5, index.e5)):
        if vector is not None and vectors is not None:
            views |= _by_encoder(name, vector, vectors, index.texts)
    return views


def _by_encoder(name: str, vector: Vectors, vectors: Matrices, texts: Texts) -> dict[str, Scores]:
    views = {
        f"{name}_question": _best(vectors.questions @ vector, texts.question_of),
        f"{name}_sentence": _best(vectors.sentences @ vector, texts.sentence_of),
    }
    if vectors.passages is not None:
        views[f"{name}_passage"] = vectors.passages @ vector
    return views


def _best(scores: Scores, first: NDArray[np.int64]) -> Scores:
    """The maximum by article."""
    return np.maximum.reduceat(scores, first) if len(scores) else np.zeros(0, dtype=np.float32)


def _z(scores: Scores) -> Scores:
    spread = float(scores.std())
    return (scores - scores.mean()) / spread if spread > 1e-6 else np.zeros_like(scores)
