"""What is heard on the telephone beside questions: the table says what it means, and anything else means nothing."""

from __future__ import annotations

import time
from pathlib import Path
from typing import get_args

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from nihongo.listening import WORDS, YES_NO, Meaning, heard, yes_no
from tests.hostile import texts

TABLE = YAML(typ="safe").load(Path(__file__).with_name("listening_table.yml"))
ANSWERS = {"はい": True, "いいえ": False, "なし": None}
_WORDS = (
    "はい",
    "ええ",
    "うん",
    "えーと",
    "あのー",
    "もう一度",
    "ゆっくり",
    "戻る",
    "続けて",
    "切ります",
    "担当者",
    "違います",
)
_SAID = st.lists(st.sampled_from((*_WORDS, "返品", "、")), max_size=8)


@pytest.mark.parametrize("row", TABLE["heard"], ids=lambda row: row["text"])
def test_each_row_is_heard(row: dict[str, str]) -> None:
    assert heard(row["text"]) == ("" if row["meaning"] == "なし" else row["meaning"])


@pytest.mark.parametrize("row", TABLE["answers"], ids=lambda row: row["text"])
def test_each_answer_is_heard(row: dict[str, str]) -> None:
    assert yes_no(row["text"]) is ANSWERS[row["means"]]


def test_every_meaning_of_the_table_is_known() -> None:
    assert set(yaml.safe_load(WORDS.read_text(encoding="utf-8"))["sentences"]) == set(get_args(Meaning)) - {""}
    assert set(yaml.safe_load(YES_NO.read_text(encoding="utf-8"))["sentences"]) == {"agreed", "denied"}


@pytest.mark.parametrize("path", [WORDS, YES_NO])
def test_no_word_of_a_table_was_read_as_something_else_by_yaml(path: Path) -> None:
    parts = yaml.safe_load(path.read_text(encoding="utf-8"))["parts"]
    assert all(type(word) is not bool for words in parts.values() for word in words)
    assert all(type(name) is str for name in parts)


@settings(deadline=None)
@given(texts(200))
def test_any_text_is_heard_as_something_known(text: str) -> None:
    assert heard(text) in get_args(Meaning)
    assert yes_no(text) in (True, False, None)


@settings(deadline=None)
@given(_SAID)
def test_punctuation_and_blanks_make_no_difference(words: list[str]) -> None:
    spaced, marked = " ".join(words), "、".join(words)
    assert heard(spaced) == heard(marked)
    assert yes_no(spaced) is yes_no(marked)


@settings(deadline=None)
@given(_SAID, st.sampled_from(["返品したい", "送料はいくら", "山田です"]))
def test_whoever_says_more_is_not_overheard(words: list[str], more: str) -> None:
    said = " ".join([*words, more])
    assert heard(said) == ""
    assert yes_no(said) is None


def test_silence_means_nothing() -> None:
    assert heard("") == heard(" \n") == ""
    assert yes_no("") is None


@pytest.mark.parametrize("word", ["はい", "え", "あ", "うん", "もう一度", "ちゃう", "そう"])
def test_no_word_said_again_and_again_takes_long(word: str) -> None:
    start = time.thread_time()
    heard((word * 60)[:59] + "x")
    yes_no((word * 60)[:59] + "x")
    assert time.thread_time() - start < 0.5
