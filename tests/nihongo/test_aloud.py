"""What a caller hears of an answer: parts of bounded length, digit groups with pauses, no markup and no addresses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nihongo.aloud import PAUSE_MS, Piece, Reader, parts, pieces
from nihongo.reading import speakable
from nihongo.speech import LONGEST
from tests.hostile import texts

_WRITTEN = st.text(
    st.sampled_from(
        "送料は550円です。受付番号 、（）「」〜：:％/-−–ー.,¥№①※=×月火日土祝時分円個/0123456789ABCkgm*[]#&<>@!?😀 \nhttps://"
    )
    | st.characters(),
    max_size=80,
)
_LEFT = re.compile(r"[^\w\s、。.!?゙゚]|_|(?<![0-9])\.|\.(?![0-9])|https?:|[()\[\]{}<>「」『』【】（）]")


def _shown(pieces: list[Piece]) -> list[str | int]:
    return [piece.text or (f"<{piece.digits}>" if piece.digits else piece.pause_ms) for piece in pieces]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("お電話は0120、000、123へ。", ["お電話は", "<0120>", 300, "<000>", 300, "<123>", "へ。"]),
        ("受付番号はエービーシー、12345です。", ["受付番号はエービーシー、", "<12345>", "です。"]),
        ("1980円、2980円。", ["1980円、2980円。"]),
        ("2024、2025、2026年", ["2024、2025、2026年"]),
        ("0.5ミリで3.5パーセント", ["0.5ミリで3.5パーセント"]),
        ("確認コードは123、456です。", ["確認コードは", "<123>", 300, "<456>", "です。"]),
        ("暗証番号は1234です。", ["暗証番号は", "<1234>", "です。"]),
        ("暗証番号は4桁です。", ["暗証番号は4桁です。"]),
        ("1、2、3", ["1、2、3"]),
        ("1234、5678", ["<1234>", 300, "<5678>"]),
        ("12345678円", ["12345678円"]),
        ("送料は無料です。", ["送料は無料です。"]),
        ("", []),
    ],
)
def test_digits_of_a_number_stand_apart_from_words(text: str, expected: list[str | int]) -> None:
    assert _shown(pieces(text)) == expected


def test_a_voice_without_digits_is_given_words() -> None:
    assert [piece.said for piece in pieces("03、1234")] == ["ゼロサン", "", "イチニーサンヨン"]
    assert [piece.pause_ms for piece in pieces("03、1234")] == [0, PAUSE_MS, 0]


def test_a_reader_knows_the_editors_dictionary(tmp_path: Path) -> None:
    own = tmp_path / "readings.yml"
    own.write_text("words: {QX: キュックス}\nnumber_names: [棚]\ndigits: {'7': シチ}\n", encoding="utf-8")
    reader = Reader(own)
    assert reader.parts("QXは棚71です。") == ("キュックスは棚71です。",)
    assert [piece.said for piece in reader.pieces("棚71です。")] == ["棚", "シチイチ", "です。"]
    assert [piece.said for piece in Reader().pieces("棚71です。")] == ["棚71です。"]


def test_addresses_are_kept_for_a_message() -> None:
    spoken = parts(
        "詳しくは[こちら](https://shop.example/a)か (https://shop.example/b_(1))。"
        "shop.example/faq も、info@shop.example へも。[再び](https://shop.example/a)"
    )
    assert spoken.links == ("https://shop.example/a", "https://shop.example/b_(1)", "https://shop.example/faq")
    assert spoken.emails == ("info@shop.example",)
    assert "example" not in "".join(spoken.parts)


def test_a_long_answer_is_cut_at_its_sentences() -> None:
    spoken = parts("送料は全国一律550円です。" * 30, longest=100)
    assert len(spoken.parts) > 3
    assert all(part.endswith("。") for part in spoken.parts)


def test_a_number_is_never_cut() -> None:
    spoken = parts("受付は、" * 23 + "0120-000-123" + "、受付は" * 10, longest=100)
    assert any("0120、000、123" in part for part in spoken.parts)


@settings(deadline=None)
@given(_WRITTEN | texts(200), st.integers(1, 600))
def test_parts_are_the_whole_reading_and_fit(markdown: str, longest: int) -> None:
    spoken = parts(markdown, longest)
    assert "".join(spoken.parts) == speakable(markdown)
    assert all(0 < len(part) <= max(2, min(longest, LONGEST)) for part in spoken.parts)


@settings(deadline=None)
@given(_WRITTEN | texts(200))
def test_a_reading_is_words_only_and_final(markdown: str) -> None:
    said = speakable(markdown)
    assert not _LEFT.search(said)
    assert speakable(said) == said


@settings(deadline=None)
@given(_WRITTEN)
def test_pieces_are_the_part(markdown: str) -> None:
    for part in parts(markdown).parts:
        said = "".join("、" if piece.pause_ms else piece.digits or piece.text for piece in pieces(part))
        assert said == part
