"""Where one message holds two questions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from nihongo.normalise import normalise
from nihongo.questions import questions

TABLE = yaml.safe_load(Path(__file__).with_name("questions_table.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("row", TABLE, ids=lambda row: str(row["text"])[:20])
def test_the_questions_of_a_message(row: dict[str, Any]) -> None:
    assert questions(normalise(row["text"])) == row["parts"]
