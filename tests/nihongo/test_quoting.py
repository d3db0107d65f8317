"""Evidence is read with the sentence it stands in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nihongo.quoting import in_its_sentence

LONG = (
    "昨日届いた鍋の取っ手が最初から外れていて、何度お願いしても"
    "オペレータに代わってもらえず、もう三日も待って困っています"
)


@pytest.mark.parametrize(
    ("piece", "text", "quoted"),
    [
        ("オペレータ", "鍋の件です。オペレーターに代わってください！早く", "オペレーターに代わってください"),
        ("オペレータ", "ｵﾍﾟﾚｰﾀ呼んで", "オペレータ呼んで"),
        ("オペレータ", LONG, "…初から外れていて、何度お願いしてもオペレータに代わってもらえず、もう三日も待って…"),
        ("個人情報の削除", "消してください", "個人情報の削除"),
        ("", "はい", ""),
    ],
)
def test_the_sentence_around(piece: str, text: str, quoted: str) -> None:
    assert in_its_sentence(piece, text) == quoted


@given(st.text("あ、。!漢字", max_size=120), st.integers(0, 100), st.integers(1, 60))
def test_the_piece_is_never_cut(text: str, start: int, length: int) -> None:
    piece = text[start : start + length]
    assert piece in in_its_sentence(piece, text)
