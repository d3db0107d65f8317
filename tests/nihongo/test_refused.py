"""refused.yml by its table: what refuses a person is taken out, a wish for one never."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from nihongo.normalise import normalise
from nihongo.refused import without_refusal

ROWS: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("refused_table.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("text", "rest"), ROWS["refused"].items())
def test_what_refuses_a_person_is_taken_out(text: str, rest: str) -> None:
    assert without_refusal(normalise(text)) == rest


@pytest.mark.parametrize("text", ROWS["kept"])
def test_a_wish_for_a_person_or_about_other_people_stays(text: str) -> None:
    assert without_refusal(normalise(text)) == normalise(text)
