"""conduct.yml's sentences through the whole understanding: complaints heard, anger answered, harmless words let be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import yaml

from bot.language.dialogue import asked, examples, outside, rough, unclear
from bot.language.understand import Understander
from bot.language.understanding import Decision, Understanding
from kb.article import Article
from nihongo.normalise import compare_key
from tests.bot.language.conftest import HERE, table

pytestmark = pytest.mark.model
TODAY = date(2026, 11, 22)
SAFETY = table("safety.yml")
ROWS: dict[str, Any] = yaml.safe_load((HERE / "conduct.yml").read_text(encoding="utf-8"))


def texts_of(group: str) -> list[str]:
    found = ROWS[group]
    return [text for texts in found.values() for text in texts] if isinstance(found, dict) else list(found)


def to_a_person(one: Understanding) -> bool:
    return one.decision is Decision.HAND_OFF or one.intent == "request_agent"


def complaint_heard(one: Understanding) -> bool:
    return to_a_person(one) and not one.abusive


def question_heard(one: Understanding) -> bool:
    return one.decision in (Decision.ANSWER, Decision.CLARIFY) and not one.abusive


def left_in_peace(one: Understanding) -> bool:
    hurt = one.reason in ("complaint_recovery", "negative_emotion") or one.intent == "abuse"
    return not one.abusive and not hurt


def no_abuse(one: Understanding) -> bool:
    return not one.abusive


def flagged(one: Understanding) -> bool:
    return one.abusive and one.abuse is not None


@pytest.mark.parametrize(
    ("group", "least", "holds", "share"),
    [
        ("complaints", 60, complaint_heard, 0.95),
        ("angry_questions", 60, question_heard, 0.95),
        ("harmless", 60, left_in_peace, 0.97),
        ("abuse", 40, flagged, 0.97),
    ],
)
def test_false_alarms_are_rare(
    understander: Understander, group: str, least: int, holds: Callable[[Understanding], bool], share: float
) -> None:
    said = [understander.understand(text, {}, TODAY) for text in texts_of(group)]
    short = [f"{one.text} → {one.decision.value} {one.intent} {one.abuse}" for one in said if not holds(one)]
    print(f"{len(said) - len(short)} of {len(said)}", *short, sep="\n  ")
    assert len(said) >= least
    assert len(short) <= (1 - share) * len(said), short


def test_no_sentence_of_the_table_was_learned(shop_articles: list[Article]) -> None:
    talk = [text for texts in examples().values() for text in texts]
    known = {compare_key(text) for text in (*asked(shop_articles), *outside(), *unclear(), *rough(), *talk)}
    assert [text for group in ROWS for text in texts_of(group) if compare_key(text) in known] == []


@pytest.mark.parametrize(
    ("groups", "holds", "share"),
    [
        (("calm",), left_in_peace, 0.96),
        (("calm", "not_abuse", "life", "accident", "angry"), no_abuse, 0.99),
        (("threat", "insult"), flagged, 1.0),
    ],
)
def test_dangerous_words_are_weighed(
    understander: Understander, groups: tuple[str, ...], holds: Callable[[Understanding], bool], share: float
) -> None:
    said = [understander.understand(text, {}, TODAY) for group in groups for text in SAFETY[group]]
    short = [f"{one.text} → {one.decision.value} {one.intent} {one.abuse}" for one in said if not holds(one)]
    assert len(short) <= (1 - share) * len(said), short


@pytest.mark.parametrize("kind", ["life", "accident"])
def test_danger_goes_to_a_person_at_once(understander: Understander, kind: str) -> None:
    said = [understander.understand(text, {}, TODAY) for text in SAFETY[kind]]
    assert [one.text for one in said if (one.decision, one.matter) != (Decision.HAND_OFF, kind)] == []


@pytest.mark.parametrize("text", SAFETY["angry"])
def test_a_clear_question_in_anger_is_answered(understander: Understander, text: str) -> None:
    found = understander.understand(text, {}, TODAY)
    assert (found.decision, found.matter) == (Decision.ANSWER, None)


def test_a_clear_question_beside_abuse_is_answered_and_flagged(understander: Understander) -> None:
    found = understander.understand("送料はいくらですか、このクズ店員が", {}, TODAY)
    assert (found.decision, found.candidates[0].article_id) == (Decision.ANSWER, "shipping-fee")
    assert (found.abuse, found.text) == ("insult", "送料はいくらですか、このクズ店員が")
    assert found.abuse_words


def test_who_speaks_of_dying_is_a_matter_of_its_own(understander: Understander) -> None:
    for text in ("もう死にたいです", "消えてしまいたい", "生きているのがつらい"):
        found = understander.understand(text, {}, TODAY)
        assert (found.decision, found.matter, found.reason) == (Decision.HAND_OFF, "life", "negative_emotion")
    assert understander.understand("死ぬほど欲しいです、在庫ありますか", {}, TODAY).matter is None
