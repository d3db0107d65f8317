"""The vectors of an index's texts, by encoder; and what the learned view keeps of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from bot.language.encoders import Vectors
from bot.language.projection import Projection
from bot.language.vectors import E5_QUERY, VectorCache

Scales: TypeAlias = tuple[Vectors, Vectors]


@dataclass(frozen=True)
class Texts:
    """What is encoded of the articles; `*_of` gives the first row of each article (for maximum by article)."""

    questions: list[str]
    question_of: Vectors
    sentences: list[str]
    sentence_of: Vectors
    passages: list[str]


@dataclass(frozen=True)
class Matrices:
    """One encoder's vectors of the same rows; of many articles in few dimensions (see shortlist.py)."""

    questions: Vectors
    sentences: Vectors
    passages: Vectors
    basis: Vectors | None = None
    """(encoder's dimensions, few); None: the rows are as the encoder gave them."""
    whole: Vectors | None = None
    """Where there is a basis: questions, sentences, passages as the encoder gave them, float16, on disk."""

    @property
    def few(self) -> bool:
        """Whether the rows have few dimensions."""
        return self.basis is not None

    def asked(self, vector: Vectors) -> Vectors:
        """The encoder's vector of a question, to be multiplied with the rows."""
        return vector if self.basis is None else vector @ self.basis

    def taken(self, questions: Vectors, sentences: Vectors, passages: Vectors) -> Matrices:
        """These rows as the encoder gave them."""
        if self.whole is None:
            return Matrices(self.questions[questions], self.sentences[sentences], self.passages[passages])
        starts = (0, len(self.questions), len(self.questions) + len(self.sentences))
        rows = zip(starts, (questions, sentences, passages), strict=True)
        return Matrices(*(self.whole[start + some].astype(np.float32) for start, some in rows))


@dataclass(frozen=True)
class Turned:
    """What the learned view needs: the questions turned, and how the other rows are centred without a copy of them."""

    projection: Projection
    questions: Vectors | None
    """Of many articles not kept: `question_scales` tell them from the encoders' rows."""
    sentence_scales: Scales
    passage_scales: Scales
    question_scales: Scales | None = None

    def taken(self, questions: Vectors, sentences: Vectors, passages: Vectors) -> Turned:
        def some(scales: Scales, rows: Vectors) -> Scales:
            return scales[0][rows], scales[1][rows]

        return Turned(
            self.projection,
            None if self.questions is None else self.questions[questions],
            some(self.sentence_scales, sentences),
            some(self.passage_scales, passages),
            self.question_scales and some(self.question_scales, questions),
        )


def wanted(texts: Texts) -> list[str]:
    """Every text that an encoder must have a vector of."""
    return [*texts.questions, *texts.sentences, *texts.passages]


def kept_as(texts: Texts, encoder: str) -> list[tuple[str, list[str]]]:
    """The same in the same order, by its name in the cache: E5 reads titles and phrasings as questions."""
    if encoder == "e5":
        return [(E5_QUERY, texts.questions), ("e5", [*texts.sentences, *texts.passages])]
    return [(encoder, wanted(texts))]


def matrices(texts: Texts, encoder: str, cache: VectorCache) -> Matrices:
    found = [vector for name, some in kept_as(texts, encoder) for vector in _stacked(cache.known(name, some), some)]
    first, second = len(texts.questions), len(texts.questions) + len(texts.sentences)
    rows = np.stack(found) if found else np.zeros((0, 1), dtype=np.float32)
    return Matrices(rows[:first], rows[first:second], rows[second:])


def _stacked(known: dict[str, Vectors], texts: list[str]) -> list[Vectors]:
    return [known[text] for text in texts]


def turned(projection: Projection, use: Matrices, e5: Matrices) -> Turned:
    return Turned(
        projection,
        projection.turned(use.questions, e5.questions),
        _scales(projection, use.sentences, e5.sentences),
        _scales(projection, use.passages, e5.passages),
    )


def _scales(projection: Projection, use: Vectors, e5: Vectors) -> Scales:
    """One over the length of each row once it is centred, by encoder."""
    return tuple(
        (1 / (np.linalg.norm(rows - mean, axis=1) + 1e-9)).astype(np.float32)
        for rows, mean in ((use, projection.use_mean), (e5, projection.e5_mean))
    )
