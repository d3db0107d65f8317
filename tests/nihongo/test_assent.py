"""The yes or no that opens an answer, and the questions which it fits."""

from __future__ import annotations

import pytest

from nihongo.assent import without_assent
from nihongo.normalise import normalise
from nihongo.questions import whether


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        ("はい、ご利用いただけます。", "ご利用いただけます。"),
        ("はい。会員の方には、お届けしています。", "会員の方には、お届けしています。"),
        ("はい、**無料**でお付けします。", "**無料**でお付けします。"),
        ("いいえ、承れません。", "承れません。"),
        ("はい。", "はい。"),
        ("はいざらは回収しません。", "はいざらは回収しません。"),
        ("手数料は330円です。", "手数料は330円です。"),
        ("", ""),
    ],
)
def test_the_opening_word_falls_away(answer: str, left: str) -> None:
    assert without_assent(answer) == left


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("代引きは使えますか？", True),
        ("代引きできる？", True),
        ("代引きで買えますか", True),
        ("ラッピングしてもらえるの？", True),
        ("代引きは？", False),
        ("代引きって？", False),
        ("代引きの手数料はいくらですか", False),
        ("代引きは使えませんか", False),
        ("代引き使えないの？", False),
        ("いつ届きますか", False),
        ("代引き", False),
        ("代引きにしたいです", False),
    ],
)
def test_a_yes_answers_some_questions(text: str, expected: bool) -> None:
    assert whether(normalise(text)) is expected
