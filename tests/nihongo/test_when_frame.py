"""The words around a day and an hour, and hours said as later or earlier."""

from __future__ import annotations

import pytest

from nihongo.when_frame import framed, shift


@pytest.mark.parametrize(
    ("text", "around"),
    [
        ("木曜の15時に変えたい", "日時に変えたい"),
        ("やっぱり水曜の午前10時に変更できますか", "やっぱり日時に変更できますか"),
        ("11月30日（月）の15時半はどうですか", "日時はどうですか"),
        ("水曜じゃなくて木曜の15時にしてください", "日時にしてください"),
        ("来週の火曜3時ごろ", "日時"),
        ("30分遅くしてほしい", "日時遅くしてほしい"),
        ("日時を変えたい", ""),
        ("090-1234", ""),
        ("電話番号は090-1234です", ""),
        ("ヤマダ", ""),
    ],
)
def test_the_words_around_a_time(text: str, around: str) -> None:
    assert framed(text) == around


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("30分遅くしてほしい", 30),
        ("1時間半ほど早めてください", -90),
        ("15分後ろにずらして", 15),
        ("2時間前にずらせますか", -120),
        ("30分後にお願いします", 0),
        ("木曜の15時に変えたい", 0),
    ],
)
def test_how_much_later_or_earlier(text: str, minutes: int) -> None:
    assert shift(text) == minutes
