"""hours.yml: questions about hours and days, which the calendar answers, the article of hours, or another one."""

from __future__ import annotations

import re
from datetime import date

import pytest
import yaml

from bot.intents import HOURS, intent_of
from bot.language.hours import Hours, hours
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


def test_days_of_what_is_not_ours_are_not_answered_with_our_hours(understander: Understander) -> None:
    said = {text: heard(understander, text) for text in TABLE["not_ours"]}
    told = [one.article_id for found in said.values() for one in found.candidates]
    assert {text for text, found in said.items() if intent_of(found) == HOURS} == set() and told
    assert "contact-hours" not in told


@pytest.mark.parametrize(
    "text",
    [
        "配達のことで聞きたいのですが、お盆も電話つながりますか",
        "返品の窓口は土曜もやってますか",
        "修理の担当の人は明日いますか",
        "返金の件で土曜も相談できますか",
    ],
)
def test_who_wants_to_talk_about_another_matter_asks_for_our_hours(text: str) -> None:
    assert not hours().of_another_matter(text)


def test_what_an_editor_wrote_as_a_phrasing_of_our_hours_stays_theirs(
    understander: Understander, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Hours(frozenset({"contact-hours"}), re.compile("定休日"), re.compile("窓口"), re.compile("来る"))
    monkeypatch.setattr("bot.language.understand.hours", lambda: other)
    assert _best(heard(understander, "定休日")) == "contact-hours"
    assert _best(heard(understander, "定休日を教えて")) != "contact-hours"


def _best(one: Understanding) -> str:
    return one.candidates[0].article_id
