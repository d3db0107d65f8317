"""Names in customers' words: found wherever they stand, and cheaply not looked for where none can be."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.language.names import LONGEST, NameFinder, pieces


@pytest.fixture(scope="module")
def finder() -> NameFinder:
    return NameFinder()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("山田太郎と申します", ["山田太郎"]),
        ("返品の送料を教えてください", []),
        ("キャンセルしたい", []),
        ("送料を教えてください。" * 60 + "名前は佐藤花子です。", ["佐藤花子"]),
        ("昨日注文したジョン・スミスです", ["ジョン・スミス"]),
        ("\ud800山田太郎と申します\udfff", ["山田太郎"]),
    ],
)
def test_names_are_found(finder: NameFinder, text: str, names: list[str]) -> None:
    assert [text[start:end] for start, end, _ in finder.spans(text)] == names


@given(st.text(alphabet="あ山。\n!ア", max_size=3 * LONGEST))
@example("！" * 20_000)  # SudachiPy raises on more than 49,149 bytes at once
def test_pieces_are_the_text_and_short(text: str) -> None:
    found = list(pieces(text))
    assert "".join(piece for _, piece in found) == text
    assert all(text.startswith(piece, place) for place, piece in found)
    assert all(len(piece.rstrip("。!\n")) <= LONGEST for _, piece in found)
