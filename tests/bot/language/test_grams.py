"""The quick sums are scikit-learn's."""

from __future__ import annotations

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.language.encoders import Vectors
from bot.language.grams import Gathered, Grams, Likeness

KNOWN = ["返品したい", "送料はいくらですか", "ありがとう", "ありがとうございます", "担当者と話したい"]


ASKED = [*KNOWN, "返品の送料を知りたいたい", "zzz", ""]


def test_likeness_is_the_product_of_tfidf_rows() -> None:
    grams = Likeness(*Grams.of(KNOWN))
    for text in ASKED:
        assert np.allclose(grams.of(text), _expected(text), atol=1e-12)


def test_gathered_it_is_the_same_product_with_the_weights() -> None:
    weights = np.random.default_rng(0).standard_normal((len(KNOWN), 3)).astype(np.float32)
    grams, rows = Grams.of(KNOWN)
    gathered = Gathered(grams, rows.T @ weights)
    for text in ASKED:
        assert np.allclose(gathered.of(text), _expected(text) @ weights, atol=1e-6)


def _expected(text: str) -> Vectors:
    vectoriser = TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 3), sublinear_tf=True)
    rows = vectoriser.fit_transform(KNOWN)
    return (rows @ vectoriser.transform([text]).T).toarray().ravel()
