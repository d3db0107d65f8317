"""Text for the eye read aloud: every row of the table, and the dictionary that editors extend."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from nihongo.reading import speakable
from nihongo.readings import FILE, faults, readings

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


@pytest.mark.parametrize("particle", ["を", "に", "へ", "から", "まで", "より", "が", "の", "は", "で、", "です"])
@pytest.mark.parametrize(
    "before", ["", "詳細：", "ご利用の際は、", "まず ", "〜", "※", "書いて。", "1行目\n", "(", "→"]
)
def test_no_sentence_begins_with_what_followed_an_address(before: str, particle: str) -> None:
    behind = ")" if before == "(" else ""
    for address in ("https://shop.example/a", "info@shop.example"):
        assert f"こちら{particle}" in speakable(f"{before}{address}{behind}{particle}ご案内します。")


GOOD = "words: {人気: にんき}\n"


@pytest.mark.parametrize(
    ("listed", "found"),
    [
        ("word: {A: エー}\n", [(1, "unknown_section", "word")]),
        ("letters: [A]\n", [(1, "section_form", "letters")]),
        ("address: [こちら]\n", [(1, "section_form", "address")]),
        ("versions: {あ: い}\n", [(1, "section_form", "versions")]),
        ("units:\n  pcs: 個\n  box:\n", [(3, "no_reading", "box")]),
        ("units:\n  pcs: [個]\n", [(2, "no_reading", "pcs")]),
        ('units: {"": 個}\n', [(1, "no_reading", "units")]),
        ('counters: [匹, " "]\n', [(1, "no_reading", "counters")]),
        ("units:\n  kb: ケー\n  kb: キロ\n", [(3, "repeated_field", "kb")]),
        ("units: {pcs: 1pcs}\n", [(1, "reading_circles", "pcs")]),
        ("units: {pcs: pcs}\nsymbols:\n", []),
        ('symbols: {"※": }\n', []),
    ],
)
def test_what_is_wrong_in_an_editors_file_is_told_and_the_rest_is_used(
    tmp_path: Path, listed: str, found: list[tuple[int, str, str]]
) -> None:
    own = tmp_path / "own.yml"
    own.write_text(listed + GOOD, encoding="utf-8")
    assert [(fault.line, fault.code, fault.name) for fault in faults(own)] == found
    assert speakable("人気のSMSは2pcs。", own).startswith("にんきのエスエムエスは2")


@pytest.mark.parametrize(
    ("written", "line", "code"),
    [
        (b"words:\n  a: [\n", 3, "broken_yaml"),
        (b"- a\n", 1, "not_readings"),
        ("words: {a: 送料}".encode("cp932"), 1, "unreadable"),
        (b"#" * 300_000, 1, "unreadable"),
        (b"[" * 9_000, 1, "too_deep"),
    ],
)
def test_with_a_file_that_cannot_be_read_ours_is_used(tmp_path: Path, written: bytes, line: int, code: str) -> None:
    own = tmp_path / "own.yml"
    own.write_bytes(written)
    assert [(fault.line, fault.code) for fault in faults(own)] == [(line, code)]
    assert speakable("HPで", own) == "ホームページで"


def test_an_entry_takes_the_place_of_ours_however_it_is_written(tmp_path: Path) -> None:
    own = tmp_path / "own.yml"
    own.write_text("words: {ＰａｙＰＡＹ: ペイ, 'No': ノー}\n", encoding="utf-8")
    assert speakable("PayPay、paypay、No、NO", own) == "ペイ、ペイ、ノー、ノー"


def test_nothing_but_comments_is_as_none(tmp_path: Path) -> None:
    own = tmp_path / "own.yml"
    own.write_text("# words:\n", encoding="utf-8")
    assert faults(own) == [] and readings(own).sections == readings().sections


def test_a_missing_file_of_an_editor_is_as_none(tmp_path: Path) -> None:
    assert readings(tmp_path / "none.yml") is readings()


def test_no_entry_is_written_twice() -> None:
    assert YAML(typ="safe").load(FILE)  # refuses a key that stands twice in its section
