"""Any set of intents, from few or many examples: kernel softmax regression over several views of a text.

The views are each encoder's centred cosine, n-grams of characters and, where the rows have them, the bot's last words.
How much the characters and the bot's words count is chosen on held-out training rows, which give the probabilities'
temperature too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from scipy.linalg import blas, lapack
from scipy.optimize import minimize
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import StratifiedKFold

from bot.language.encoders import Vectors

Encode = Callable[[list[str]], Vectors]

# From 1/10 to 1/100 the accuracy on held-out phrasings of 60 articles moved by under .01.
_PENALTY = 1 / 30
_DESCENT = {"maxiter": 60, "ftol": 1e-4}
_CHARACTERS = (0.1, 0.3, 1.0)  # how much they count beside one encoder
_BEFORE = (0.0, 0.3, 1.0)  # how much the bot's words count; with few rows they may only mislead
_TEMPERATURES = np.geomspace(0.25, 4.0, 25)
_FOLDS, _CHOOSING_MOST = 3, 1800  # rows that choose; fitting takes their number's cube
_JITTER = 1e-3  # keeps the kernel of equal rows positive definite


class Weights(NamedTuple):
    characters: float
    before: float


class Said(NamedTuple):
    """A normalised text, and what the bot had said before it."""

    text: str
    before: str = ""


@dataclass(frozen=True)
class SoftmaxClassifier:
    classes: tuple[str, ...]
    views: tuple[str, ...]
    known: _Known
    weights: Vectors
    temperature: float

    def probabilities(self, said: Sequence[Said]) -> Vectors:
        """(texts, classes)."""
        return np.exp(_log_softmax(self.temperature * (self.known.likeness(said) @ self.weights)))


def train(rows: Sequence[tuple[Said, str]], vectors: KeptVectors) -> SoftmaxClassifier:
    """rows: (what was said, its class). The bot's last words may count where any row has them.

    A class's own name (`alarm_set`) is one more example of it: both encoders read English as well.
    """
    rows = [*rows, *((Said(_words(name)), name) for name in sorted({name for _, name in rows}))]
    said, names = [one for one, _ in rows], np.array([name for _, name in rows])
    classes = np.unique(names)
    truth = (names[:, None] == classes).astype(np.float32)
    chosen, temperature = _chosen(said, truth, vectors)
    known = _Known(said, vectors, chosen)
    views = (*vectors.names, "characters", *(["before"] if known.before else []))
    return SoftmaxClassifier(tuple(classes), views, known, _fitted(known.among(), truth), temperature)


class KeptVectors:
    """Each encoder's vectors, asked for once a text; the first encoder is the one that reads the bot's words."""

    def __init__(self, encoders: Mapping[str, Encode]) -> None:
        self.names = tuple(encoders)
        self._encoders = encoders
        self._kept: dict[str, dict[str, Vectors]] = {name: {} for name in encoders}

    def of(self, name: str, texts: list[str]) -> Vectors:
        kept = self._kept[name]
        if fresh := [text for text in dict.fromkeys(texts) if text not in kept]:
            kept.update(zip(fresh, self._encoders[name](fresh), strict=True))
        return np.stack([kept[text] for text in texts])


class _Side:
    """The known texts of one side (the customer's, the bot's), and how alike others are to them."""

    def __init__(self, texts: list[str], vectors: KeptVectors, names: tuple[str, ...], characters: float) -> None:
        self._vectors = vectors
        self._means = {name: vectors.of(name, texts).mean(axis=0) for name in names}
        self._rows = self._joined(texts)
        self._grams = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True, dtype=np.float32)
        self._scale = np.float32(np.sqrt(characters))
        self._characters = self._grams.fit_transform(texts) * self._scale

    def among(self) -> Vectors:
        return self._kernel(self._rows, self._characters)

    def likeness(self, texts: list[str]) -> Vectors:
        return self._kernel(self._joined(texts), self._grams.transform(texts) * self._scale)

    def _kernel(self, rows: Vectors, characters: Any) -> Vectors:
        kernel = rows @ self._rows.T
        kernel += (characters @ self._characters.T).toarray()
        return kernel

    def _joined(self, texts: list[str]) -> Vectors:
        return np.hstack([_unit(self._vectors.of(name, texts) - mean) for name, mean in self._means.items()])


class _Known:
    """What the customer said and, if any, the bot before: each for itself, and the one after the other."""

    def __init__(self, said: Sequence[Said], vectors: KeptVectors, weights: Weights) -> None:
        self._text = _Side([one.text for one in said], vectors, vectors.names, weights.characters)
        self._weight = weights.before
        before = [one.before for one in said] if weights.before else []
        self.before = _Side(before, vectors, vectors.names[:1], weights.characters) if any(before) else None

    def among(self) -> Vectors:
        return self._together(self._text.among(), self.before.among() if self.before else None)

    def likeness(self, said: Sequence[Said]) -> Vectors:
        before = self.before.likeness([one.before for one in said]) if self.before else None
        return self._together(self._text.likeness([one.text for one in said]), before)

    def _together(self, text: Vectors, before: Vectors | None) -> Vectors:
        if before is None:
            return text
        both = text * before
        both += before
        both *= np.float32(self._weight)
        both += text
        return both


def _chosen(said: Sequence[Said], truth: Vectors, vectors: KeptVectors) -> tuple[Weights, float]:
    """The weights and the temperature under which held-out rows are likeliest."""
    some = np.random.default_rng(0).permutation(len(said))[:_CHOOSING_MOST]
    said, truth = [said[row] for row in some], truth[some]
    before = _BEFORE if any(one.before for one in said) else _BEFORE[:1]
    tried = (Weights(*both) for both in product(_CHARACTERS, before))
    _, temperature, chosen = min((*_loss(_held_out(said, truth, vectors, one), truth), one) for one in tried)
    return chosen, temperature


def _held_out(said: Sequence[Said], truth: Vectors, vectors: KeptVectors, weights: Weights) -> Vectors:
    """Scores of each row by a model that never saw it."""
    kernel, scores = _Known(said, vectors, weights).among(), np.zeros_like(truth)
    folds = min(_FOLDS, max(2, int(truth.sum(axis=0).min())))
    for kept, left in StratifiedKFold(folds, shuffle=True, random_state=0).split(kernel, truth.argmax(axis=1)):
        scores[left] = kernel[np.ix_(left, kept)] @ _fitted(kernel[np.ix_(kept, kept)], truth[kept])
    return scores


def _loss(scores: Vectors, truth: Vectors) -> tuple[float, float]:
    """(mean negative log-likelihood, temperature) at the best temperature."""
    return min((float(-(_log_softmax(t * scores) * truth).sum() / len(truth)), float(t)) for t in _TEMPERATURES)


def _fitted(kernel: Vectors, truth: Vectors) -> Vectors:
    """Weights (rows, classes) of the softmax that is likeliest under the penalty; `kernel` is used up.

    Over the kernel's Cholesky factor L, where the penalty is the plain square and descent needs few steps.
    """
    kernel[np.diag_indices_from(kernel)] += _JITTER
    factor, _ = lapack.spotrf(np.asfortranarray(kernel), lower=True, overwrite_a=True)

    def loss(flat: Vectors) -> tuple[float, Vectors]:
        weights = flat.reshape(truth.shape).astype(np.float32)
        logs = _log_softmax(blas.strmm(1.0, factor, weights, lower=True))
        slope = blas.strmm(1.0, factor, np.exp(logs) - truth, lower=True, trans_a=True) + _PENALTY * weights
        value = -float((logs * truth).sum()) + _PENALTY / 2 * float((weights**2).sum())
        return value, slope.astype(float).ravel()

    found = minimize(loss, np.zeros(truth.size), jac=True, method="L-BFGS-B", options=_DESCENT).x
    return blas.strsm(1.0, factor, found.reshape(truth.shape).astype(np.float32), lower=True, trans_a=True)


def _words(name: str) -> str:
    return re.sub(r"[\W_]+", " ", name).strip() or name


def _log_softmax(scores: Vectors) -> Vectors:
    scores = scores - scores.max(axis=1, keepdims=True)
    return scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))


def _unit(vectors: Vectors) -> Vectors:
    return (vectors / (np.linalg.norm(vectors, axis=-1, keepdims=True) + 1e-9)).astype(np.float32)
