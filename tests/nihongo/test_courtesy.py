"""Courtesy around a question: the table says what is left."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from nihongo.courtesy import without_courtesy
from nihongo.normalise import normalise

ROWS = YAML(typ="safe").load(Path(__file__).with_name("courtesy_table.yml"))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"])
def test_each_row_of_the_table_is_left(row: dict[str, str]) -> None:
    assert without_courtesy(normalise(row["text"])) == row["expect"]


@given(st.text(st.sampled_from("お世話になっております。すみませんがよろしくお願いします、送料は？ "), max_size=40))
def test_something_is_always_left_and_it_was_said(text: str) -> None:
    said = normalise(text)
    left = without_courtesy(said)
    assert left in said
    assert bool(left) == bool(said)


def test_a_flood_does_not_take_long() -> None:
    start = time.thread_time()
    without_courtesy("お世話になっております。" * 40 + "すみません、" * 40)
    assert time.thread_time() - start < 0.5
