"""The quick sums are scikit-learn's."""

from __future__ import annotations

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.language.grams import Grams

KNOWN = ["返品したい", "送料はいくらですか", "ありがとう", "ありがとうございます", "担当者と話したい"]


def test_likeness_is_the_product_of_tfidf_rows() -> None:
    vectoriser = TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 3), sublinear_tf=True)
    rows = vectoriser.fit_transform(KNOWN)
    for text in [*KNOWN, "返品の送料を知りたいたい", "zzz", ""]:
        expected = (rows @ vectoriser.transform([text]).T).toarray().ravel()
        assert np.allclose(Grams(KNOWN).likeness(text), expected, atol=1e-12)
