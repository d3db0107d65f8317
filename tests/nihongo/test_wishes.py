"""What of a talk says most clearly what the customer wants: wishes_table.yml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from nihongo.wishes import clearest

TABLE = yaml.safe_load(Path(__file__).with_name("wishes_table.yml").read_text())


@pytest.mark.parametrize("row", TABLE, ids=lambda row: " / ".join(row["said"]))
def test_the_clearest_wish(row: dict[str, Any]) -> None:
    assert clearest(row["said"]) == row["wanted"]
