"""The article selector: hybrid retrieval over the live index, the sum of z-scores of several views of each article."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from bot.language.encoders import Vectors
from bot.language.index import Index, Matrices, Texts

Scores: TypeAlias = Vectors  # one number an article

# What each view's z-score counts. Chosen on the shop's own articles, a fifth of all phrasings held out at a time (965
# questions): Hit@1/Hit@3 without E5 .658/.829, with it .685/.845; all weights 1: .569/.801 and .637/.832. Half or twice
# any one weight moves Hit@1 by at most .02, so they are not tuned finer. Check: python -m bench calibrate.
WEIGHTS = {
    "words": 1.5,
    "sounds": 0.5,
    "use_question": 0.8,
    "use_sentence": 0.8,
    "use_passage": 0.8,
    "e5_question": 1.0,
    "e5_sentence": 1.0,
    "e5_passage": 1.5,
}


@dataclass(frozen=True)
class Query:
    """A question as the retrievers see it."""

    text: str
    words: tuple[str, ...]
    sounds: tuple[str, ...] = ()
    use: Vectors | None = None
    e5: Vectors | None = None
    bare: bool = False
    """Nothing but one content word, not even a verb."""
    firm: bool = False
    """Names another firm."""
    kinds: Mapping[str, float] | None = None
    """The dialogue classifier's probabilities by class; None while it cannot be asked."""


@dataclass(frozen=True)
class Ranking:
    """Scores of all articles of an index for one question; `allowed` are those that may surface."""

    total: Scores
    views: dict[str, Scores]
    order: Vectors

    def top(self, count: int) -> list[int]:
        return [int(row) for row in self.order[:count]]


def rank(index: Index, query: Query, allowed: Vectors) -> Ranking:
    """Every view that can be had is used; one that is missing (an encoder away) is left out for all articles."""
    views = _views(index, query)
    weight = sum(WEIGHTS[name] for name in views)
    total = np.sum([_z(scores) * (WEIGHTS[name] / weight) for name, scores in views.items()], axis=0)
    rows = np.flatnonzero(allowed)
    return Ranking(total, views, rows[np.argsort(-total[rows], kind="stable")])


def _views(index: Index, query: Query) -> dict[str, Scores]:
    views = {
        "words": index.words.scores(list(query.words)),
        "sounds": _best(index.sounds.scores(list(query.sounds)), index.texts.question_of),
    }
    for name, vector, vectors in (("use", query.use, index.use), ("e5", query.e5, index.e5)):
        if vector is not None and vectors is not None:
            views |= _by_encoder(name, vector, vectors, index.texts)
    return views


def _by_encoder(name: str, vector: Vectors, vectors: Matrices, texts: Texts) -> dict[str, Scores]:
    return {
        f"{name}_question": _best(vectors.questions @ vector, texts.question_of),
        f"{name}_sentence": _best(vectors.sentences @ vector, texts.sentence_of),
        f"{name}_passage": vectors.passages @ vector,
    }


def _best(scores: Scores, first: Vectors) -> Scores:
    """The maximum by article."""
    return np.maximum.reduceat(scores, first) if len(scores) else np.zeros(0, dtype=np.float32)


def _z(scores: Scores) -> Scores:
    spread = float(scores.std())
    return (scores - scores.mean()) / spread if spread > 1e-6 else np.zeros_like(scores)
