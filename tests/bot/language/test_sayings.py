"""sayings.yml by its table, and what the whole understanding makes of who refuses a person."""

from __future__ import annotations

from datetime import date

import pytest

from bot.language.by_words import bare, by_words
from bot.language.sayings import saying
from bot.language.understand import Understander
from bot.language.understanding import Decision
from tests.bot.language.conftest import table

ROWS = [(text, intent) for intent, texts in table("sayings.yml").items() for text in texts]
REFUSED = table("refusals.yml")
WISHED = [
    "スタッフさんに直接聞きたい",
    "話のわかるやつに代わって",
    "責任者の方とお話しできますか",
    "電話をかけ直してほしいです",
    "直接問い合わせたい",
    "伝言を残したいんですが",
]


@pytest.mark.parametrize(("text", "intent"), ROWS)
def test_a_whole_message_is_told_by_its_words(text: str, intent: str) -> None:
    found = saying(bare(text))
    assert (found.intent if found else "none") == intent


@pytest.mark.model
@pytest.mark.parametrize(("text", "intent"), [row for row in ROWS if row[1] != "none"])
def test_no_classifier_overrules_it(understander: Understander, text: str, intent: str) -> None:
    assert understander.understand(text, {}, date(2026, 11, 22)).intent == intent


@pytest.mark.model
@pytest.mark.parametrize(("text", "expected"), [(text, intent) for intent, texts in REFUSED.items() for text in texts])
def test_a_person_comes_only_to_who_wants_one(understander: Understander, text: str, expected: str) -> None:
    found = understander.understand(text, {}, date(2026, 11, 22))
    told = found.candidates[0].article_id if found.decision is Decision.ANSWER else found.intent
    assert (told, found.text) == (expected, bare(text))


@pytest.mark.parametrize("text", WISHED)
def test_these_wishes_for_a_person_need_no_model(text: str) -> None:
    found = by_words(text)
    assert found is not None and found.intent == "request_agent"


@pytest.mark.parametrize("text", REFUSED["go_on"])
def test_nor_without_any_model(text: str) -> None:
    assert by_words(text) is None
