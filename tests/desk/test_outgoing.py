"""What an agent is asked about before it is sent."""

from __future__ import annotations

import pytest

from desk.outgoing import doubts, question


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("カード番号は4111 1111 1111 1111ですね", "4111 1111 1111 1111"),
        ("０９０－１２３４－５６７８におかけします", "０９０－１２３４－５６７８"),
        ("それはできません。", "できません"),
        ("１００％大丈夫です", "100%"),
        ("了解です", "了解です"),
    ],
)
def test_doubts_name_the_words(text: str, words: str) -> None:
    (doubt,) = doubts(text)
    assert words in doubt.words and doubt.why.endswith("。")
    assert words in question([doubt])


@pytest.mark.parametrize("text", ["お調べいたします。", "3,000円以上で送料無料です。", "8日以内に承ります。", ""])
def test_ordinary_words_raise_none(text: str) -> None:
    assert doubts(text) == []


def test_the_shops_own_number_may_be_told() -> None:
    assert doubts("0120-000-000におかけください", ("0120-000-000",)) == []
    assert doubts("0120-000-000におかけください")
