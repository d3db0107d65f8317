"""Words by columns: what a sum over dictionaries would give, to the last bit."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bot.language.bm25 import BM25, K1, B, Columns, Counted, Vocabulary

WORDS = st.sampled_from(["返品", "送料", "配送", "ポイント", "会員", "解約"])
DOCUMENTS = st.lists(st.lists(WORDS, max_size=9), min_size=1, max_size=7)


def weighed(documents: list[list[str]], words: list[str]) -> list[float]:
    """BM25 as the books have it."""
    mean = (sum(map(len, documents)) / len(documents)) or 1.0
    scores = [0.0] * len(documents)
    for word in words:
        holders = sum(word in document for document in documents)
        idf = float(np.log(1 + (len(documents) - holders + 0.5) / (holders + 0.5)))
        for row, document in enumerate(documents):
            if n := Counter(document)[word]:
                scores[row] += float(np.float32(idf * n * (K1 + 1) / (n + K1 * (1 - B + B * len(document) / mean))))
    return scores


@given(DOCUMENTS, st.lists(WORDS, max_size=5))
def test_scores_are_those_of_the_formula(documents: list[list[str]], asked: list[str]) -> None:
    found = BM25.of(documents).scores([*asked, "知らない語"])
    assert found.tolist() == np.array(weighed(documents, asked), dtype=np.float32).tolist()


@given(DOCUMENTS, WORDS)
def test_a_document_has_the_words_that_are_in_it(documents: list[list[str]], word: str) -> None:
    vocabulary = Vocabulary()
    columns = Columns([Counted.of(words, vocabulary) for words in documents], vocabulary)
    assert [columns.has(row, word) for row in range(len(documents))] == [word in words for words in documents]
    assert columns.holders(word).tolist() == [row for row, words in enumerate(documents) if word in words]
    assert (word in columns) == any(word in words for words in documents)


def test_a_word_that_is_learned_later_is_as_one_nobody_holds() -> None:
    vocabulary = Vocabulary()
    index = BM25([Counted.of(["返品", "送料"], vocabulary)], vocabulary)
    unknown = index.weight("配送")
    Counted.of(["配送"], vocabulary)
    assert "配送" not in index
    assert not index.has(0, "配送")
    assert index.weight("配送") == unknown > index.weight("返品")
    assert index.scores(["配送"]).tolist() == [0.0]
