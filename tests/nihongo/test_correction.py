"""Corrections: the table says what is denied and what is meant instead."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from nihongo.correction import Correction, correction
from nihongo.normalise import normalise

ROWS = YAML(typ="safe").load(Path(__file__).with_name("correction_table.yml"))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"])
def test_each_row_of_the_table_is_read(row: dict[str, Any]) -> None:
    found = correction(normalise(row["text"]))
    if row["meant"] == "なし":
        assert found is None
    else:
        assert found == Correction(row.get("denied", ""), row["meant"])
        assert found.elliptical is row.get("elliptical", False)
