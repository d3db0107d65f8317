"""abuse.yml by tests/bot/language/conduct.yml's sentences: kinds, and harmless words that hold the same signs."""

from __future__ import annotations

from pathlib import Path
from time import thread_time
from typing import Any

import pytest
import yaml

from nihongo.abusive import offensive, table
from nihongo.normalise import normalise

LANGUAGE = Path(__file__).parents[1] / "bot" / "language"
ROWS: dict[str, Any] = yaml.safe_load((LANGUAGE / "conduct.yml").read_text(encoding="utf-8"))
SAFETY: dict[str, list[str]] = yaml.safe_load((LANGUAGE / "safety.yml").read_text(encoding="utf-8"))
ABUSE = [(text, kind) for kind, texts in ROWS["abuse"].items() for text in texts]
CLEAN = [text for group in ("complaints", "angry_questions", "harmless") for text in ROWS[group]]


def test_abuse_is_told_by_its_words_and_hardly_a_kind_is_mistaken() -> None:
    found = [(text, kind, table().of(normalise(text))) for text, kind in ABUSE]
    wrong = [text for text, kind, one in found if one is None or one.kind != kind]
    assert len(wrong) <= 0.05 * len(ABUSE), wrong  # the classifier hears more: tests/bot/language/test_conduct.py
    assert all(word in normalise(text) for text, _, one in found if one for word in one.words)


@pytest.mark.parametrize("text", CLEAN)
def test_complaints_anger_and_harmless_words_are_no_abuse(text: str) -> None:
    assert not offensive(text)


@pytest.mark.parametrize("text", [text for group in ("life", "calm", "not_abuse") for text in SAFETY[group]])
def test_despair_politeness_and_reports_are_no_abuse(text: str) -> None:
    assert not offensive(text)


@pytest.mark.parametrize(("text", "kind"), [(text, kind) for kind in ("threat", "insult") for text in SAFETY[kind]])
def test_threats_and_insults_are_told_however_they_are_written(text: str, kind: str) -> None:
    found = table().of(normalise(text))
    assert found and found.kind == kind


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("バカ売れの店だからって、このバカ店員が", True),
        ("店員に死ねと言われました", False),
        ("クソ重い荷物を運んだのはお前か、クズ野郎", True),
        ("バカ", False),  # alone it may be anything: the classifier hears it
    ],
)
def test_a_harmless_word_does_not_excuse_the_rest(text: str, told: bool) -> None:
    assert offensive(text) is told


def test_what_is_asked_beside_abuse_is_left() -> None:
    assert table().without("送料いくらだよ、このクズ店員が").startswith("送料いくらだよ")


@pytest.mark.parametrize("piece", ["毎日", "慰謝料", "店員の", "殺", "クソ", "名前を", "土下座"])
def test_no_text_holds_the_table_up(piece: str) -> None:
    began = thread_time()
    for _ in range(5):
        table().of(piece * 200)
    assert thread_time() - began < 1
