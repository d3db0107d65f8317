"""Texts made alike: the table editors may extend, and the laws that keep the encoders alive."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from nihongo.normalise import LIMIT, clean, compare_key, neutral_command, normalise, visible
from nihongo.numbers import value

ROWS = YAML(typ="safe").load(Path(__file__).with_name("normalise_table.yml"))

ANY_TEXT = st.text(st.characters(), max_size=80)  # lone surrogates too
NUMBERS = st.text("0123456789〇一二三九十百千万億兆円番月日年分時人度本,，.、- 〜ー~から!?？数何第％", max_size=24)
EXPANDS = "\ufdfa"  # one character, eighteen in NFKC


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["text"]))
def test_each_row_of_the_table_reads_as_expected(row: dict[str, str]) -> None:
    assert normalise(row["text"]) == row.get("expect", row["text"])


@given(ANY_TEXT | NUMBERS)
@example("1,〇〇〇万円")
@example("İ" * 60)
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@given(ANY_TEXT, st.integers(1, 60))
@example(EXPANDS * 60, 60)
def test_cleaned_text_is_capped_visible_and_on_one_line(text: str, limit: int) -> None:
    cleaned = clean(text, limit)
    assert len(cleaned) <= limit
    assert unicodedata.is_normalized("NFKC", cleaned)
    assert not any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co") for char in cleaned)
    cleaned.encode()  # no lone surrogate: any store, any encoder takes it
    assert clean(cleaned, limit) == cleaned


def test_no_character_of_unicode_leaves_something_invisible_behind() -> None:
    every = "".join(map(chr, range(0x110000)))
    cleaned = clean(every, limit=len(every) * 2)
    assert {char for char in cleaned if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co")} == set()


def test_a_flood_of_expanding_characters_stays_within_the_limit() -> None:
    assert len(clean(EXPANDS * 100_000)) <= LIMIT
    assert len(normalise("九千兆円" * 100_000)) <= LIMIT


def test_line_breaks_and_tabs_become_spaces_and_other_controls_go() -> None:
    assert clean("送料\nは\tいくら\r\nですか\x00\x07\x9b") == "送料 は いくら ですか"
    assert clean("送\u200b料\u202e無\ufe0f料\ud800") == "送料無料"


@pytest.mark.parametrize(
    "text",
    ["/restart", "／restart", "//restart", " / ／ restart", "\u200b/restart", "/\u200b/ restart", "\n／／\x00restart"],
)
def test_a_leading_slash_never_reaches_rasa(text: str) -> None:
    assert neutral_command(text) == "restart"


@given(ANY_TEXT)
def test_no_text_is_a_command_even_after_cleaning(text: str) -> None:
    for written in (text, "/" + text, " ／" + text):
        neutral = neutral_command(written)
        assert not neutral.strip().startswith("/")
        assert not clean(neutral).startswith("/")


def test_a_slash_inside_a_sentence_stays() -> None:
    assert neutral_command("11/22に届けて") == "11/22に届けて"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("送料はいくらですか？", "送料は いくらですか"),
        ("ポイントカード", "ﾎﾟｲﾝﾄ・カード"),
        ("コピーできますか", "こぴーできますか。"),
        ("２番", "二番"),
        ("3,980円以上", "三千九百八十円以上"),
    ],
)
def test_two_writings_of_one_phrasing_share_a_key(one: str, other: str) -> None:
    assert compare_key(one) == compare_key(other)


def test_different_numbers_keep_different_keys() -> None:
    assert compare_key("1〜3日で届く") != compare_key("13日で届く")


@pytest.mark.parametrize(
    ("numeral", "expected"),
    [("千", 1000), ("二十", 20), ("三千九百八十", 3980), ("一億二千万", 120_000_000), ("1万5千", 15000), ("十十", None)]
    + [("万", None), ("", None), ("百千", None)],
)
def test_a_numeral_has_its_value_or_none(numeral: str, expected: int | None) -> None:
    assert value(numeral) == expected


def test_what_is_shown_stays_as_it_was_written() -> None:
    assert visible("送料は？\r\n１，０００円\u200bですか\x07") == "送料は？\n１，０００円ですか"
    assert visible("a\n\n\n\n\nb") == "a\n\nb"
    assert visible("\u200b \n\ufeff") == ""


def test_marks_piled_on_one_character_stop_at_four() -> None:
    assert visible("こ" + "\u0301" * 200 + "れ") == "こ" + "\u0301" * 4 + "れ"
    assert visible("\u0301\u200b" * 9) == "\u0301" * 4  # what stood between is gone
    assert visible("か\u3099ホ\u309ae\u0302\u0301") == "か\u3099ホ\u309ae\u0302\u0301"


SEEN_OR_NOT = st.text(
    st.sampled_from("あ \n\u3000\u0301\u3099\u200b\u200d\ufe0f\U0001f468\U0001f3fd\u2764\u20e31"), max_size=30
)


@given(ANY_TEXT | SEEN_OR_NOT, st.integers(1, 40))
@example("\U0001f468\u200d\U0001f469", 2)
def test_what_is_shown_twice_is_shown_alike(text: str, limit: int) -> None:
    once = visible(text, limit)
    assert len(once) <= limit
    assert visible(once, limit) == once


@pytest.mark.parametrize(
    "text", ["\U0001f468\u200d\U0001f469\u200d\U0001f467", "\u2764\ufe0f", "\U0001f3f3\ufe0f\u200d\U0001f308"]
)
def test_an_emoji_of_several_parts_stays_one(text: str) -> None:
    assert visible(f"うちは{text}です") == f"うちは{text}です"


def test_joiners_elsewhere_hide_nothing() -> None:
    assert visible("あ\u200dい\ufe0f1\ufe0f\U0001f44d\u200d") == "あい1\U0001f44d"
