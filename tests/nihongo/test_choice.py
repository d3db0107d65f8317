"""A typed or spoken choice: the table says which of the offered answers is meant."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from nihongo.choice import asks_by_itself, none_of, only_a_topic, ordinal, piece_of, several

ROWS = YAML(typ="safe").load(Path(__file__).with_name("choice_table.yml"))
WORDS = YAML(typ="safe").load(Path(__file__).with_name("choice_words_table.yml"))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['text']}/{row.get('count', 3)}")
def test_each_row_of_the_table_is_understood(row: dict[str, Any]) -> None:
    expected = None if row["expect"] == "なし" else row["expect"] - 1
    assert ordinal(row["text"], row.get("count", 3)) == expected


@pytest.mark.parametrize(
    ("text", "placed", "expect"),
    [
        ("最後の", 2, 1),
        ("一番最後のやつ", 2, 1),
        ("一番下のやつで", 2, 1),
        ("下から2番目", 2, 0),
        ("真ん中の", 3, 1),
        ("さっきの2番目", 3, 1),
        ("4", 3, 3),  # a number is the number shown beside the button
        ("一番上", 0, None),
        ("一番下のやつで", 0, None),
        ("1と2", 3, None),
    ],
)
def test_words_of_place_count_only_what_was_offered_as_an_answer(text: str, placed: int, expect: int | None) -> None:
    assert ordinal(text, 4, placed) == expect


@given(
    st.text(st.characters() | st.sampled_from("123一二三番目つのでお願いします上下から最初後"), max_size=20),
    st.integers(-1, 12),
)
def test_a_choice_always_lies_among_those_offered(text: str, count: int) -> None:
    found = ordinal(text, count)
    assert found is None or 0 <= found < count
    assert all(0 <= number < count for number in several(text, count))


def test_a_long_message_is_never_a_choice() -> None:
    assert ordinal("1" + "。" * 100_000, 3) is None


@pytest.mark.parametrize("row", WORDS["pieces"], ids=lambda row: row["text"])
def test_a_piece_of_one_title_alone_chooses_it(row: dict[str, Any]) -> None:
    expected = None if row["expect"] == "なし" else row["expect"] - 1
    assert piece_of(row["text"], row.get("titles", WORDS["titles"])) == expected


@pytest.mark.parametrize("row", WORDS["several"], ids=lambda row: row["text"])
def test_several_are_chosen_in_the_order_they_are_named(row: dict[str, Any]) -> None:
    assert [number + 1 for number in several(row["text"], row.get("count", 3))] == row["expect"]


@pytest.mark.parametrize("text", WORDS["none"])
def test_none_of_those_offered_is_heard(text: str) -> None:
    assert none_of(text)


@pytest.mark.parametrize("text", WORDS["not_none"])
def test_what_says_more_than_no_is_not_none(text: str) -> None:
    assert not none_of(text)


@pytest.mark.parametrize(
    ("text", "topic"),
    [("返品", True), ("返品。", True), ("返品のほう", False), ("手続き方法が知りたい", False), ("1", False)],
)
def test_a_bare_noun_may_be_a_topic_of_its_own(text: str, topic: bool) -> None:
    assert only_a_topic(text) is topic


@pytest.mark.parametrize("row", WORDS["asks_by_itself"], ids=lambda row: row["text"])
def test_a_question_that_a_title_holds_may_be_a_new_one(row: dict[str, Any]) -> None:
    assert asks_by_itself(row["text"], ["沖縄や離島への送料はいくらですか？"]) is row["expect"]
