"""A learned view: both encoders' centred vectors joined, turned so that a question lands near the answers it means.

Trained without labels in seconds, whenever the articles changed: a title or phrasing belongs to the sentences of its
own answer and to its sister phrasings; the other articles of the batch are what it does not mean. On 142 real questions
to a city hall (titles only) it took the sum of the other views from Hit@1/3/10 .563/.746/.880 to .592/.845/.944.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import numpy as np

from bot.language.encoders import Vectors
from bot.language.sampling import even
from bot.language.vectors import READS

if TYPE_CHECKING:
    from bot.language.index import Index

# Half or twice of any of these moved Hit@1 by less than .02 on either set, so they are not tuned finer.
_STEPS, _BATCH, _RATE, _DECAY = 300, 256, 1e-3, 1e-2
_TEMPERATURE, _NOISE = 0.1, 0.5
_FEWEST, _MOST = 8, 2000  # articles; fewer teach nothing, more no more: a step draws 256


@dataclass(frozen=True)
class Projection:
    """`turn` is added to the identity; `use_mean` and `e5_mean` centre the encoders."""

    use_mean: Vectors
    e5_mean: Vectors
    turn: Vectors

    def joined(self, use: Vectors, e5: Vectors) -> Vectors:
        """(rows, 512) and (rows, 384) → unit vectors (rows, 896)."""
        return np.hstack([_unit(use - self.use_mean), _unit(e5 - self.e5_mean)]) / np.float32(np.sqrt(2))

    def turned(self, use: Vectors, e5: Vectors) -> Vectors:
        joined = self.joined(use, e5)
        return _unit(joined + joined @ self.turn)

    def save(self, path: Path, key: str) -> None:
        fresh = path.with_suffix(".fresh.npz")
        np.savez(fresh, key=key, use_mean=self.use_mean, e5_mean=self.e5_mean, turn=self.turn.astype(np.float16))
        fresh.replace(path)


def load(path: Path) -> tuple[str, Projection | None]:
    """What was saved, with the key of the texts it was trained on; nothing when the file cannot be read."""
    try:
        with np.load(path) as found:
            turn = found["turn"].astype(np.float32)
            return str(found["key"]), Projection(found["use_mean"], found["e5_mean"], turn)
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return "", None


def key_of(index: Index) -> str:
    """Changes with the texts that a projection is trained on, and with what encoders make of them."""
    texts = "\0".join([*READS.values(), *index.texts.questions, "", *index.texts.sentences])
    return hashlib.blake2b(texts.encode("utf-8", "replace"), digest_size=16).hexdigest()


def train(index: Index, seed: int = 0) -> Projection | None:
    """From the vectors of an index that has both encoders' ones. The same index gives the same projection."""
    if index.use is None or index.e5 is None or len(index.articles) < _FEWEST:
        return None
    index = index.part(even(len(index.articles), _MOST))
    assert index.use is not None and index.e5 is not None
    start = Projection(index.use.sentences.mean(axis=0), index.e5.sentences.mean(axis=0), np.zeros(0))
    questions = start.joined(index.use.questions, index.e5.questions)
    answers = start.joined(index.use.sentences, index.e5.sentences)
    rng = np.random.default_rng(seed)
    draw = _Draw(rng, index.texts.question_of, len(questions)), _Draw(rng, index.texts.sentence_of, len(answers))
    turn = np.zeros((questions.shape[1],) * 2, dtype=np.float32)
    adam = _Adam(turn)
    for step in range(_STEPS):
        rows = rng.permutation(len(index.articles))[:_BATCH]
        asked = questions[draw[0](rows)]
        asked = asked + _NOISE / np.sqrt(asked.shape[1]) * rng.standard_normal(asked.shape, dtype=np.float32)
        meant = answers[draw[1](rows)] if step % 2 else questions[draw[0](rows)]
        adam.step(_gradient(asked.astype(np.float32), meant, turn))
    return Projection(start.use_mean, start.e5_mean, turn)


class _Draw:
    """One row at random of each article."""

    def __init__(self, rng: np.random.Generator, first: Vectors, count: int) -> None:
        self._rng, self._first, self._end = rng, first, np.append(first[1:], count)

    def __call__(self, articles: Vectors) -> Vectors:
        return self._rng.integers(self._first[articles], self._end[articles])


class _Adam:
    def __init__(self, weights: Vectors) -> None:
        self._weights, self._steps = weights, 0
        self._mean, self._square = np.zeros_like(weights), np.zeros_like(weights)

    def step(self, gradient: Vectors) -> None:
        self._steps += 1
        self._mean += 0.1 * (gradient - self._mean)
        self._square += 0.001 * (gradient * gradient - self._square)
        mean, square = self._mean / (1 - 0.9**self._steps), self._square / (1 - 0.999**self._steps)
        self._weights -= _RATE * mean / (np.sqrt(square) + 1e-8)


def _gradient(asked: Vectors, meant: Vectors, turn: Vectors) -> Vectors:
    """Of the symmetric contrastive loss (InfoNCE) with weight decay."""
    moved = asked + asked @ turn
    length = np.linalg.norm(moved, axis=1, keepdims=True)
    found = moved / length
    likeness = found @ meant.T / _TEMPERATURE
    off = (_softmax(likeness, 1) + _softmax(likeness, 0)) / 2 - np.eye(len(asked), dtype=np.float32)
    pull = (off / (len(asked) * _TEMPERATURE)) @ meant
    return asked.T @ ((pull - found * (pull * found).sum(axis=1, keepdims=True)) / length) + _DECAY * turn


def _softmax(scores: Vectors, axis: int) -> Vectors:
    odds = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return odds / odds.sum(axis=axis, keepdims=True)


def _unit(vectors: Vectors) -> Vectors:
    return (vectors / (np.linalg.norm(vectors, axis=-1, keepdims=True) + 1e-9)).astype(np.float32)
