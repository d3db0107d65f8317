"""A typed or spoken choice: the table says which of the offered answers is meant."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from nihongo.choice import ordinal

ROWS = YAML(typ="safe").load(Path(__file__).with_name("choice_table.yml"))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['text']}/{row.get('count', 3)}")
def test_each_row_of_the_table_is_understood(row: dict[str, Any]) -> None:
    expected = None if row["expect"] == "なし" else row["expect"] - 1
    assert ordinal(row["text"], row.get("count", 3)) == expected


@given(
    st.text(st.characters() | st.sampled_from("123一二三番目つのでお願いします上下から最初後"), max_size=20),
    st.integers(-1, 12),
)
def test_a_choice_always_lies_among_those_offered(text: str, count: int) -> None:
    found = ordinal(text, count)
    assert found is None or 0 <= found < count


def test_a_long_message_is_never_a_choice() -> None:
    assert ordinal("1" + "。" * 100_000, 3) is None
