"""What sounds like dangers.yml's matters, and who comes to repair: decided on the whole road, not by words alone."""

from __future__ import annotations

from datetime import date

import pytest

from bot.language.understand import Understander
from bot.language.understanding import ACCIDENT, Decision
from tests.bot.language.conftest import table

pytestmark = pytest.mark.model
TODAY = date(2026, 11, 26)
DANGERS = table("dangers.yml")


def test_a_danger_goes_to_a_person_with_what_to_do_first(understander: Understander) -> None:
    said = [understander.understand(text, {}, TODAY) for text in DANGERS["accident"]]
    assert [one.text for one in said if one.decision is not Decision.HAND_OFF or one.matter != ACCIDENT] == []


def test_plain_questions_in_its_words_are_no_accident(understander: Understander) -> None:
    said = [understander.understand(text, {}, TODAY) for text in DANGERS["none"]]
    assert [one.text for one in said if one.decision is Decision.HAND_OFF and one.reason == "complex_topic"] == []


def test_when_somebody_comes_to_repair_no_article_tells_so_it_is_asked_back(understander: Understander) -> None:
    said = understander.understand("修理の担当者は何日に来ますか", {}, TODAY)
    assert said.decision is Decision.CLARIFY and said.candidates[0].article_id == "repair-duration"


@pytest.mark.parametrize("text", ["楽天で買ったものの返品はできますか", "楽天で買った商品の返品はできますか"])
def test_what_was_bought_elsewhere_is_declined(understander: Understander, text: str) -> None:
    assert understander.understand(text, {}, TODAY).decision is Decision.DECLINE
