"""A letter wrong in a known word."""

from __future__ import annotations

import pytest

from nihongo.typos import mistyped


@pytest.mark.parametrize(
    ("said", "known", "word"),
    [
        ("キャンセリしたい", "注文をキャンセルできますか", "キャンセル"),
        ("領収所の書き方", "領収書を発行してもらえますか", "領収書"),
        ("領収書の書き方", "領収書を発行してもらえますか", ""),
        ("ポイソトの期限", "ポイントの有効期限", "ポイント"),
        ("送信の期限", "送料はいくらですか", ""),
        ("カレーの作り方", "クーポンの使い方", ""),
    ],
)
def test_one_letter_may_be_wrong_in_a_long_enough_word(said: str, known: str, word: str) -> None:
    assert mistyped(said, [known]) == word
