"""The dictionary of readings beside the articles: told with file, line and remedy, and it never stops anything."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from kb.article import Article
from kb.check import check, check_article, start_problems
from kb.dictionary import beside
from kb.files import load
from kb.problem import Severity
from nihongo.own_readings import read
from nihongo.readings import faults, readings
from settings import Settings

TODAY = date(2026, 12, 1)


def test_the_shops_own_dictionary_has_no_fault() -> None:
    shop = beside(Settings(_env_file=None).kb_dir)
    assert faults(shop) == [] and readings(shop).added


@pytest.mark.parametrize(
    ("written", "line", "told"),
    [
        ("words:\n  A: エー: ビー\n", 2, "一行に「: 」が二つあるか"),
        (
            "words: {A: エー}\nword:\n  A: エー\n",
            2,
            "節「word」はありません。綴りを確かめてください。使える節：words、",
        ),
        ("counters:\n  匹: ひき\n", 1, "節「counters」の書き方が違います"),
        ("- A\n", 1, "辞書の形になっていません"),
        ("words:\n  便:\n", 2, "「便」に言葉か読みがありません"),
        ("words:\n  便: つばめ便\n", 2, "読みが繰り返されます"),
        ("words:\n  便: びん\n  便: べん\n", 3, "項目「便」が二度書かれています"),
    ],
)
def test_a_fault_is_told_with_line_and_remedy(kb_dir: Path, written: str, line: int, told: str) -> None:
    file = kb_dir.parent / "readings.yml"
    file.write_text(written, encoding="utf-8")
    (problem,) = check(load(kb_dir), TODAY)
    assert str(problem).startswith(f"{file}:{line}: 注意: 読み上げの辞書：") and told in problem.message
    assert problem.severity is Severity.WARNING and start_problems(kb_dir) == []


def test_every_fault_has_its_sentence(kb_dir: Path) -> None:
    file = kb_dir.parent / "readings.yml"
    file.write_text("[" * 9_000, encoding="utf-8")
    (problem,) = check(load(kb_dir), TODAY)
    assert problem.code == read(file, {}).faults[0].code == "too_deep"


def test_its_words_may_be_used_in_what_is_read_aloud(kb_dir: Path, make: Callable[..., Article]) -> None:
    article = make("a", answer={"web": "はい。", "sms": "はい。", "speech": "CLUB-Tの会員です。"})
    path = kb_dir / "delivery" / "a.yml"
    assert [one.code for one in check_article(load(kb_dir), article, path, TODAY)] == ["unspeakable"]
    (kb_dir.parent / "readings.yml").write_text("words: {CLUB-T: クラブティー}\n", encoding="utf-8")
    assert check_article(load(kb_dir), article, path, TODAY) == []
