"""What recognisers add is taken away, words stay."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from nihongo.speech_noise import strip_noise

ROWS = YAML(typ="safe").load(Path(__file__).with_name("speech_noise_table.yml"))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["text"]))
def test_each_row_of_the_table_reads_as_expected(row: dict[str, str]) -> None:
    assert strip_noise(row["text"]) == row.get("expect", row["text"])


@given(st.text(st.characters() | st.sampled_from("えーとあのそうんっ、 はがを送料"), max_size=60))
def test_nothing_is_ever_added(text: str) -> None:
    left = iter(text)
    assert all(char in left for char in strip_noise(text))  # what remains stood there, in that order
