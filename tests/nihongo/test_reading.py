"""Text for the eye read aloud: every row of the table, and the dictionary that editors extend."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from nihongo.reading import speakable
from nihongo.readings import FILE, readings

ROWS = YAML(typ="safe").load(Path(__file__).with_name("reading_table.yml"))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"])
def test_each_row_of_the_table_is_said(row: dict[str, str]) -> None:
    assert speakable(row["text"]) == row["said"]
    assert speakable(row["said"]) == row["said"]


def test_an_editors_file_adds_and_overrides(tmp_path: Path) -> None:
    own = tmp_path / "own.yml"
    own.write_text("words:\n  今日中: きょうじゅう\n  HP: エイチピー\nunits:\n  pcs: 個\n", encoding="utf-8")
    assert speakable("今日中にHPで3pcs、SMSで", own) == "きょうじゅうにエイチピーで3個、エスエムエスで"
    assert speakable("今日中にHPで") == "今日中にホームページで"


def test_an_editors_file_is_read_again_when_it_changes(tmp_path: Path) -> None:
    own = tmp_path / "own.yml"
    own.write_text("words: {人気: にんき}\n", encoding="utf-8")
    assert speakable("人気", own) == "にんき"
    own.write_text("words: {人気: ひとけ}\n", encoding="utf-8")
    os.utime(own, ns=(1, 1))
    assert speakable("人気", own) == "ひとけ"


@pytest.mark.parametrize("listed", ["word: {A: エー}\n", "words: [A]\n", "address: [こちら]\n"])
def test_a_section_that_is_none_is_refused(tmp_path: Path, listed: str) -> None:
    own = tmp_path / "own.yml"
    own.write_text(listed, encoding="utf-8")
    with pytest.raises(ValueError, match="no such section"):
        speakable("あ", own)


def test_a_missing_file_of_an_editor_is_as_none(tmp_path: Path) -> None:
    assert readings(tmp_path / "none.yml") is readings()


def test_no_entry_is_written_twice() -> None:
    assert YAML(typ="safe").load(FILE)  # refuses a key that stands twice in its section
