"""Few classes or many: the n-grams are summed before or after a text comes, and the scores are the same."""

from __future__ import annotations

import numpy as np
import pytest

from bot.language import ridge
from bot.language.grams import Gathered, Likeness

TEXTS = ["返品したい", "送料はいくらですか", "ありがとう", "ありがとうございます", "担当者と話したい"]


def test_gathered_or_not_the_scores_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    use = np.random.default_rng(0).standard_normal((len(TEXTS), 8)).astype(np.float32)
    use /= np.linalg.norm(use, axis=1, keepdims=True)
    truth = np.eye(len(TEXTS), dtype=np.float32)
    few, left_out = ridge.fit(TEXTS, use, truth, np.ones(len(TEXTS)))
    monkeypatch.setattr(ridge, "_GATHERED_MOST", 0)
    many, same = ridge.fit(TEXTS, use, truth, np.ones(len(TEXTS)))
    assert isinstance(few.grams, Gathered) and isinstance(many.grams, Likeness)
    assert np.allclose(left_out, same)
    for text, vector in zip([*TEXTS, "送料を教えて", ""], [*use, use[0], use[1]], strict=True):
        assert np.allclose(few.scores(text, vector), many.scores(text, vector), atol=1e-5)


def test_left_out_is_what_a_model_without_the_text_says() -> None:
    use = np.random.default_rng(1).standard_normal((len(TEXTS), 8)).astype(np.float32)
    use /= np.linalg.norm(use, axis=1, keepdims=True)
    truth = np.eye(len(TEXTS), dtype=np.float32)[:, :2]
    _, left_out = ridge.fit(TEXTS, use, truth, np.ones(len(TEXTS)))
    assert left_out is not None
    grams, rows = ridge.Grams.of(TEXTS)
    kernel = ridge._sharp(use @ use.T) + ridge._products(rows)
    rest = [1, 2, 3, 4]
    weights = np.linalg.solve(kernel[np.ix_(rest, rest)] + np.eye(4), truth[rest])
    assert np.allclose(left_out[0], kernel[0, rest] @ weights, atol=1e-4)
