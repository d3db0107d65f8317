"""The shape of the tables of whole messages."""

from __future__ import annotations

from pathlib import Path

import pytest

from nihongo.phrases import meaning

TABLE = """
parts:
  lead: [すみません, やっぱり]
  drop: [やめ, キャンセルし]
  wish: [たい, ます]
sentences:
  sure: [キャンセルで]
  drop:
  - lead* drop wish?
  more:
  - lead* 追加です …
  - …? ほしい
"""


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("キャンセルで。", "sure"),
        ("すみません、やっぱり、やめたい", "drop"),
        ("ヤメマス", "drop"),
        ("やめ", "drop"),
        ("注文をやめたい", ""),
        ("やめたいです", ""),
        ("追加です", ""),
        ("やっぱり追加です。色は赤です", "more"),
        ("ほしい", "more"),
        ("鍋がほしい！", "more"),
        ("", ""),
    ],
)
def test_only_what_fits_as_a_whole_is_meant(tmp_path: Path, text: str, name: str) -> None:
    table = tmp_path / "table.yml"
    table.write_text(TABLE)
    assert meaning(table, text) == name
