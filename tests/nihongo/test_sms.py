"""SMS: counted as the networks count, cut where a reader would."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nihongo.sms import segments, split, units

FAMILY = "👨\u200d👩\u200d👧"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("あ", 1),
        ("あ" * 70, 1),
        ("あ" * 71, 2),
        ("あ" * 134, 2),
        ("あ" * 135, 3),
        ("あ" * 201, 3),
        ("あ" * 202, 4),
    ]
    + [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 159 + "あ", 3),
    ]
    + [("😀" * 35, 1), ("😀" * 36, 2), ("😀" * 66, 2), ("😀" * 67, 3)],  # a pair is never torn: 33 in a part of 67
)
def test_segments_as_charged(text: str, expected: int) -> None:
    assert segments(text) == expected


def test_letters_outside_the_basic_plane_cost_two_units() -> None:
    assert units("𠮷野家") == 4


@given(st.text(st.characters(blacklist_categories=["Cs"])))
def test_units_are_those_of_utf_16(text: str) -> None:
    assert units(text) == len(text.encode("utf-16-le")) // 2


@given(
    st.text(
        st.characters() | st.sampled_from(["。", "、", "\n", " ", "😀", "\u200d", "\u3099", "か", "𠮷"]), max_size=200
    ),
    st.integers(2, 70),
)
def test_pieces_join_to_the_text_and_none_is_too_long_or_empty(text: str, room: int) -> None:
    pieces = split(text, room)
    assert "".join(pieces) == text
    assert all(0 < units(piece) <= room for piece in pieces)


def test_cut_at_sentence_ends_first() -> None:
    text = "送料は550円です。3,980円以上で無料です！離島は1,650円です。"
    assert split(text, 20) == ["送料は550円です。", "3,980円以上で無料です！", "離島は1,650円です。"]
    assert split(text) == [text]


def test_then_at_commas_then_between_letters() -> None:
    assert split("返品は、マイページから", 6) == ["返品は、", "マイページか", "ら"]


def test_an_emoji_and_a_letter_with_its_mark_stay_whole() -> None:
    assert split(FAMILY * 2, 8) == [FAMILY, FAMILY]
    assert split("か\u3099" * 3, 3) == ["か\u3099"] * 3


def test_room_for_less_than_one_letter_is_refused() -> None:
    with pytest.raises(ValueError, match="surrogate"):
        split("あ", 1)
