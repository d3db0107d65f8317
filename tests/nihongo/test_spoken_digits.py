"""Numbers said digit by digit: the table says which, and what is not wholly understood is none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from nihongo.spoken_digits import digits
from tests.hostile import texts

ROWS = YAML(typ="safe").load(Path(__file__).with_name("digits_table.yml"))
KANA = ("ぜろ", "いち", "に", "さん", "よん", "ご", "ろく", "なな", "はち", "きゅう")
WAYS = (
    KANA,
    ("ゼロ", "イチ", "ニー", "サン", "ヨン", "ゴー", "ロク", "シチ", "ハチ", "キュー"),
    tuple("〇一二三四五六七八九"),
    tuple("0123456789"),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"])
def test_each_row_is_understood(row: dict[str, str]) -> None:
    assert digits(row["text"]) == (None if row["digits"] == "なし" else row["digits"])


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 9), min_size=2, max_size=11),
    st.sampled_from(WAYS),
    st.sampled_from(["", " ", "、", "の", "-"]),
    st.sampled_from(["", "えーと、", "電話番号は", "はい、"]),
    st.sampled_from(["", "です", "になります", "でお願いします"]),
)
def test_what_was_said_is_what_is_heard(
    number: list[int], way: tuple[str, ...], between: str, before: str, behind: str
) -> None:
    assert digits(before + between.join(way[digit] for digit in number) + behind) == "".join(map(str, number))


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 9), min_size=2, max_size=11),
    st.sampled_from(["じゃなくて", "いや、", "違う", "三百円", "かな"]),
)
def test_a_correction_or_a_doubt_is_never_a_number(number: list[int], doubt: str) -> None:
    said = [KANA[digit] for digit in number]
    assert digits("".join(said[:1]) + doubt + "".join(said[1:])) is None


@settings(deadline=None)
@given(texts(200))
def test_no_text_breaks_it_and_digits_are_digits(text: str) -> None:
    found = digits(text)
    assert found is None or re.fullmatch("[0-9]+", found)
