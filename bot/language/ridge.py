"""Kernel ridge regression over USE vectors and character n-grams: closed form, so it is fitted in a second or two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.linalg import lapack

from bot.language.encoders import Vectors
from bot.language.grams import Gathered, Grams, Likeness

# Leave-one-out over 440 phrasings of talk and 1,180 questions (kernel, ridge, share of talk / of questions kept):
# USE .63/.83, characters .49/.97, both linear .67/.96, exp(4(USE-1)) + characters .67/.97; logistic regression on the
# same features .69/.97 but 12 s instead of 0.5 s.
_SHARPNESS = 4.0
_LEAVE_ONE_OUT_LIMIT = 12_500  # rows; beyond, the inverse costs too much memory
_GATHERED_MOST = 4_000_000  # n-grams times classes, 16 MB; beyond, the texts' own n-grams take less


@dataclass(frozen=True)
class Ridge:
    """Scores of every class; about 1 for the class of a known text and 0 for the others."""

    use_rows: Vectors
    weights: Vectors
    grams: Gathered | Likeness

    def scores(self, text: str, use: Vectors, cosines: Vectors | None = None) -> Vectors:
        """`cosines`: of the rows with `use`, where they are known."""
        kernel = _sharp(self.use_rows @ use if cosines is None else cosines)
        if isinstance(self.grams, Gathered):
            return kernel @ self.weights + self.grams.of(text)
        return (kernel + self.grams.of(text)).astype(np.float32) @ self.weights  # else all weights are made float64


def fit(
    texts: list[str], use_rows: Vectors, truth: Vectors, ridge: Vectors, left_out: bool = True
) -> tuple[Ridge, Vectors | None]:
    """truth: (texts, classes) of 0 and 1; ridge: how little each text is trusted. Also gives the scores of each text
    by a model that never saw it; None when they are not wanted (`left_out`) or too many."""
    grams, rows = Grams.of(texts)
    kernel = _sharp(use_rows @ use_rows.T) + _products(rows)
    kernel[np.diag_indices_from(kernel)] += ridge
    factor, _ = lapack.spotrf(kernel, lower=True, overwrite_a=True)
    weights, _ = lapack.spotrs(factor, truth, lower=True)
    weights = np.ascontiguousarray(weights)
    model = Ridge(use_rows, weights, _by_grams(grams, rows, weights))
    if not left_out or len(texts) > _LEAVE_ONE_OUT_LIMIT:
        return model, None
    inverse, _ = lapack.spotri(factor, lower=True, overwrite_c=True)
    return model, truth - weights / np.diag(inverse)[:, None]


def _by_grams(grams: Grams, rows: Any, weights: Vectors) -> Gathered | Likeness:
    if len(grams.names) * weights.shape[1] > _GATHERED_MOST:
        return Likeness(grams, rows)
    return Gathered(grams, np.asarray(rows.T @ weights, dtype=np.float32))


def _products(rows: Any) -> Any:
    """In single precision: of 10,000 texts 400 MB instead of 800."""
    rows = rows.astype(np.float32)
    return (rows @ rows.T).toarray()


def _sharp(use: Any) -> Any:
    return np.exp(_SHARPNESS * (use - 1))
