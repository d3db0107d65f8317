"""hours.yml: questions about hours and days, which the calendar answers, the article of hours, or another one."""

from __future__ import annotations

from datetime import date

import pytest
import yaml

from bot.intents import HOURS, intent_of
from bot.language.understand import Understander
from bot.language.understanding import Understanding
from tests.bot.language.conftest import HERE

pytestmark = pytest.mark.model
TABLE = yaml.safe_load((HERE / "hours.yml").read_text(encoding="utf-8"))
TODAY = date(2026, 11, 26)


def heard(understander: Understander, text: str) -> Understanding:
    return understander.understand(text, {}, TODAY)


def test_days_are_asked_of_the_calendar(understander: Understander) -> None:
    said = {text: intent_of(heard(understander, text)) for text in TABLE["calendar"]}
    assert {text: intent for text, intent in said.items() if intent != HOURS} == {}


def test_usual_hours_are_told_by_the_article(understander: Understander) -> None:
    said = {text: heard(understander, text) for text in TABLE["article"]}
    wrong = [text for text, one in said.items() if intent_of(one) != "faq_answer" or _best(one) != "contact-hours"]
    assert wrong == []


@pytest.mark.parametrize("article_id", TABLE["others"])
def test_days_of_other_matters_are_left_to_their_articles(understander: Understander, article_id: str) -> None:
    said = {text: heard(understander, text) for text in TABLE["others"][article_id]}
    wrong = [text for text, one in said.items() if intent_of(one) != "faq_answer" or _best(one) != article_id]
    assert wrong == []


def _best(one: Understanding) -> str:
    return one.candidates[0].article_id
