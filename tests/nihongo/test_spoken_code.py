"""Order numbers with letters, as they are said or as a recogniser writes them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings

from nihongo.spoken_code import code
from tests.hostile import texts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ティービーの1234の5678です", "TB12345678"),
        ("TB 1234 5678", "TB12345678"),
        ("tb-1234-5678", "TB12345678"),
        ("注文番号はティービー、いちにさんよん、ごろくななはちです", "TB12345678"),
        ("えーと、エービーシー ハイフン 一二三四五", "ABC12345"),
        ("てぃーびー一二三四", "TB1234"),
        ("アール ゼロ いち", "R01"),
        ("1234 5678", "12345678"),
        ("エムの123456になります", "M123456"),
        ("ABCDEF1234", None),
        ("ティービーじゃなくてディービーの1234", None),
        ("キューの1234", None),  # Q or 9
        ("ティービー", None),
        ("返品したいです", None),
        ("TV1台", None),
        ("", None),
    ],
)
def test_letters_and_digits_are_heard_or_nothing(text: str, expected: str | None) -> None:
    assert code(text) == expected


@settings(deadline=None)
@given(texts(150))
def test_no_text_breaks_it(text: str) -> None:
    found = code(text)
    assert found is None or re.fullmatch("[A-Z]{0,5}[0-9]+", found)
