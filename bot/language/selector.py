"""The article selector: hybrid retrieval over the live index, the sum of z-scores of several views of each article."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from bot.language import late, shortlist
from bot.language.encoders import Vectors
from bot.language.index import FEW_QUESTIONS, Index
from bot.language.late import Pieces
from bot.language.matrices import Matrices, Scales, Texts, Turned
from bot.language.tokens import Words

Scores: TypeAlias = Vectors  # one number an article

# What each view's z-score counts: one each, the learned view two. On the choosing half of bench/gold (452 questions)
# Hit@1/Hit@3 .894/.985, on 142 questions to a city hall Hit@1/3/10 .592/.845/.944; half or twice any one weight moves
# Hit@1 by at most .02, less than the bootstrap interval (.04), so they are not tuned finer.
WEIGHTS = {
    "words": 1.0,
    "sounds": 1.0,
    "use_question": 1.0,
    "use_sentence": 1.0,
    "use_passage": 0.0,  # only the gate looks at it
    "e5_question": 1.0,
    "e5_sentence": 1.0,
    "e5_passage": 1.0,
    "learned": 1.0,
    "turned_question": 2.0,
    "turned_sentence": 2.0,
    "turned_passage": 2.0,
}
# Written without kanji the encoders and words know less, sounds most: of 34 such questions .65 -> .82 are found first.
_KANA_SOUNDS = 4.0
_KANJI = re.compile("[一-龠々]")


@dataclass(frozen=True)
class Query:
    """A question as the retrievers see it."""

    text: str
    words: tuple[str, ...]
    sounds: tuple[str, ...] = ()
    use: Vectors | None = None
    e5: Vectors | None = None
    pieces: Pieces | None = None
    """As E5 read them."""
    bare: bool = False
    """Nothing but one content word, not even a verb."""
    firm: bool = False
    """Names another firm."""
    kinds: Mapping[str, float] | None = None
    """The dialogue classifier's probabilities by class; None while it cannot be asked."""

    @classmethod
    def of(cls, text: str, words: Words, **more: Any) -> Query:
        """From a normalised text, as a tokeniser reads it."""
        return cls(text, tuple(words.terms(text)), tuple(words.sounds(text)), **more)


@dataclass(frozen=True)
class Ranking:
    """Scores of all articles of an index for one question; `order` has those that may surface, best first."""

    total: Scores
    views: dict[str, Scores]
    order: Vectors
    first: dict[str, Scores]
    """The views as they were before the best articles were scored by full vectors; else the same."""

    @cached_property
    def highest(self) -> dict[str, float]:
        """The best score of each view."""
        return {name: scores.max() for name, scores in self.views.items()}

    def top(self, count: int) -> list[int]:
        return [int(row) for row in self.order[:count]]


def rank(index: Index, query: Query, allowed: Vectors, before: Ranking | None = None) -> Ranking:
    """Every view that can be had is used; one that is missing (an encoder away) is left out for all articles. `before`
    is of the same question with fewer vectors: what it tells is not told again."""
    return _reordered(index, query, _by_views(index, query, allowed, before))


def _reordered(index: Index, query: Query, found: Ranking) -> Ranking:
    """The best few by how their pieces meet the question's, too; their totals keep mean and spread."""
    best = found.order[: late.BEST]
    if index.late is None or index.learned is not None or query.pieces is None or len(best) < 2:
        return found
    likeness = index.late.likeness(query.pieces, best)
    if likeness is None:
        return found
    total, told = found.total.copy(), found.total[best]
    joined = _z(_z(told) + late.WEIGHT * _z(likeness))
    total[best] = told.mean() + told.std() * joined
    order = np.concatenate([best[np.argsort(-joined, kind="stable")], found.order[late.BEST :]])
    return replace(found, total=total, order=order)


def _by_views(index: Index, query: Query, allowed: Vectors, before: Ranking | None) -> Ranking:
    first = _views(index, query, before.first if before else {})
    weights = _weights(index, query, first)
    total, rows = _total(first, weights), np.flatnonzero(allowed)
    order = rows[np.argsort(-total[rows], kind="stable")]
    if not any(found and found.whole is not None for found in (index.use, index.e5)):
        return Ranking(total, first, order, first)
    best, rest = np.split(order, [shortlist.BEST])
    needed = index if query.e5 is not None else replace(index, e5=None, turned=None)
    views = first | _told(first, best, _by_encoders(needed.part(best), query, {}))
    total = _total(views, weights)
    best = best[np.argsort(-total[best], kind="stable")]
    return Ranking(total, views, np.concatenate([best, rest]), first)


def _told(views: Mapping[str, Scores], rows: Vectors, better: Mapping[str, Scores]) -> dict[str, Scores]:
    """Those views that are told better, of these rows."""
    found = {name: views[name].copy() for name in better}
    for name, scores in better.items():
        found[name][rows] = scores
    return found


def _total(views: Mapping[str, Scores], weights: Mapping[str, float]) -> Scores:
    whole = sum(weights.values())
    shares = np.array([weights[name] / whole for name in views], dtype=np.float32)
    return np.sum(_z(np.stack(list(views.values()))) * shares[:, None], axis=0)


def _weights(index: Index, query: Query, views: Mapping[str, Scores]) -> dict[str, float]:
    weights = {name: WEIGHTS[name] for name in views}
    if not _KANJI.search(query.text):
        weights["sounds"] = _KANA_SOUNDS
    if len(index.texts.questions) >= FEW_QUESTIONS * len(index.articles):  # .878 -> .892 on the shop
        weights |= {name: 1.0 for name in ("turned_sentence", "turned_passage") if name in weights}
    return weights


def _views(index: Index, query: Query, known: Mapping[str, Scores]) -> dict[str, Scores]:
    views = dict(known)
    if not views:
        views["words"] = index.words.scores(list(query.words))
        views["sounds"] = index.sounds.scores(list(query.sounds))
    views |= _by_encoders(index, query, views)
    return {name: views[name] for name in WEIGHTS if name in views}


def _by_encoders(index: Index, query: Query, known: Mapping[str, Scores]) -> dict[str, Scores]:
    """The views that need vectors and are not known yet; the learned one by the products that USE's needs, too."""
    views: dict[str, Scores] = {}
    for name, vector, vectors in (("use", query.use, index.use), ("e5", query.e5, index.e5)):
        if vector is not None and vectors is not None and f"{name}_question" not in known:
            asked = vectors.asked(vector)
            questions = vectors.questions @ asked
            views |= _by_encoder(name, asked, questions, vectors, index.texts)
            if name == "use" and index.learned is not None:
                views["learned"] = index.learned.scores(query.text, vector, None if vectors.few else questions)
    if index.turned is not None and query.use is not None and query.e5 is not None:
        views |= _by_turn(index, index.turned, query.use, query.e5)
    return views


def _by_turn(index: Index, turned: Turned, use: Vectors, e5: Vectors) -> dict[str, Scores]:
    asked = turned.projection.turned(use[None], e5[None])[0]
    by_use, by_e5 = index.use, index.e5
    assert by_use is not None and by_e5 is not None

    def centred(mine: Vectors, other: Vectors, scales: Scales, asked: Vectors = asked) -> Scores:
        """asked · joined(row), from the encoders' own rows."""
        with_use, with_e5 = asked[: len(use)], asked[len(use) :]
        one = (mine @ by_use.asked(with_use) - turned.projection.use_mean @ with_use) * scales[0]
        two = (other @ by_e5.asked(with_e5) - turned.projection.e5_mean @ with_e5) * scales[1]
        return (one + two) / np.float32(np.sqrt(2))

    if turned.questions is not None:
        questions = turned.questions @ asked
    else:
        assert turned.question_scales is not None
        both = asked + turned.projection.turn @ asked
        questions = centred(by_use.questions, by_e5.questions, turned.question_scales, both)
    sentences = centred(by_use.sentences, by_e5.sentences, turned.sentence_scales)
    return {
        "turned_question": _best(questions, index.texts.question_of),
        "turned_sentence": _best(sentences, index.texts.sentence_of),
        "turned_passage": centred(by_use.passages, by_e5.passages, turned.passage_scales),
    }


def _by_encoder(name: str, vector: Vectors, questions: Scores, vectors: Matrices, texts: Texts) -> dict[str, Scores]:
    return {
        f"{name}_question": _best(questions, texts.question_of),
        f"{name}_sentence": _best(vectors.sentences @ vector, texts.sentence_of),
        f"{name}_passage": vectors.passages @ vector,
    }


def _best(scores: Scores, first: Vectors) -> Scores:
    """The maximum by article."""
    return np.maximum.reduceat(scores, first) if len(scores) else np.zeros(0, dtype=np.float32)


def _z(scores: Scores) -> Scores:
    """Of one view, or of each row's."""
    spread = scores.std(axis=-1, keepdims=True)
    return (scores - scores.mean(axis=-1, keepdims=True)) / np.where(spread > 1e-6, spread, np.inf)
