"""Hashes that tell of which data and settings a figure is."""

from __future__ import annotations

from pathlib import Path

from bench.inputs import SHORT, content, inputs, settings


def test_a_file_is_named_with_a_hash_of_its_content(tmp_path: Path) -> None:
    file = tmp_path / "queries.tsv"
    file.write_text("query\n送料は？\n")
    before = inputs(file, None)
    assert list(before) == ["queries.tsv"] and len(before["queries.tsv"]) == SHORT
    file.write_text("query\n返品は？\n")
    assert inputs(file) != before


def test_a_folder_changes_with_any_file_content_or_name(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "one.yml").write_text("1")
    (tmp_path / "two.yml").write_text("2")
    before = content(tmp_path)
    (tmp_path / "two.yml").rename(tmp_path / "three.yml")
    renamed = content(tmp_path)
    (tmp_path / "a" / "one.yml").write_text("changed")
    assert len({before, renamed, content(tmp_path)}) == 3


def test_files_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    for folder in ("train", "test"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "rows.tsv").write_text(folder)
    found = inputs(tmp_path / "train" / "rows.tsv", tmp_path / "test" / "rows.tsv")
    assert list(found) == ["train/rows.tsv", "test/rows.tsv"] and len(set(found.values())) == 2


def test_settings_hold_what_decides_and_the_options() -> None:
    assert set(settings(seed=3)) == {"thresholds.yml", "selector.WEIGHTS", "seed"}
    assert settings(seed=3) == settings(seed=3) != settings(seed=4)
