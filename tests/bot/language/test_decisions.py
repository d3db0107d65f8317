"""decisions.yml: what is decided about sentences nobody trained on. The half that chose no threshold judges."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from hashlib import sha256

import pytest
import yaml

from bot.language.dialogue import asked, examples, outside, unclear
from bot.language.understand import Understander
from bot.language.understanding import Decision, Understanding
from kb.article import Article
from nihongo.normalise import compare_key
from tests.bot.language.conftest import HERE

pytestmark = pytest.mark.model
TODAY = date(2026, 11, 22)
Row = tuple[str, str]  # sentence, what is expected of its group


def rows(group: str) -> Iterator[Row]:
    found = yaml.safe_load((HERE / "decisions.yml").read_text(encoding="utf-8"))[group]
    for expected, texts in found.items() if isinstance(found, dict) else [("", found)]:
        yield from ((str(text), expected) for text in texts)


def judging(group: str) -> list[Row]:
    return [row for row in rows(group) if int(sha256(row[0].encode()).hexdigest(), 16) % 2]


def short_of(understander: Understander, found: list[Row], holds: Callable[[Understanding, str], bool]) -> list[str]:
    """The sentences for which it does not hold, with what was decided."""
    said = [(understander.understand(text, {}, TODAY), expected) for text, expected in found]
    return [f"{one.text} → {one.decision.value} {one.intent}" for one, expected in said if not holds(one, expected)]


def right_article(one: Understanding, expected: str) -> bool:
    offered = {Decision.ANSWER: 1, Decision.CLARIFY: 3}.get(one.decision, 0)
    return bool({found.article_id for found in one.candidates[:offered]} & set(expected.split(", ")))


def not_answered(one: Understanding, _: str) -> bool:
    return one.decision is not Decision.ANSWER


def asked_again(one: Understanding, _: str) -> bool:
    return one.decision in (Decision.REPHRASE, Decision.CLARIFY)


def declined(one: Understanding, kind: str) -> bool:
    return one.decision is Decision.DECLINE or (kind == "small_talk" and one.intent == "small_talk")


def to_a_person(one: Understanding, _: str) -> bool:
    return one.intent == "request_agent" or one.decision is Decision.HAND_OFF


def handed_off(one: Understanding, _: str) -> bool:
    return one.decision is Decision.HAND_OFF and one.reason is not None and bool(one.evidence)


@pytest.mark.parametrize(
    ("groups", "holds", "share"),
    [
        (("inside", "ambiguous"), right_article, 0.92),
        (("outside",), declined, 0.90),
        (("vague", "nonsense"), not_answered, 0.95),
        (("vague", "nonsense"), asked_again, 0.85),
        (("person",), to_a_person, 0.98),
        (("hand_off",), handed_off, 0.95),
        (("talk",), lambda one, intent: one.intent == intent, 0.90),
    ],
    ids=["right-article", "outside-declined", "vague-not-answered", "vague-asked", "person", "handed-off", "talk"],
)
def test_decided_as_expected(
    understander: Understander, groups: tuple[str, ...], holds: Callable[[Understanding, str], bool], share: float
) -> None:
    found = [row for group in groups for row in judging(group)]
    short = short_of(understander, found, holds)
    print(f"{len(found) - len(short)} of {len(found)}", *short, sep="\n  ")
    assert len(short) <= (1 - share) * len(found), short


def test_hardly_a_direct_answer_is_wrong(understander: Understander) -> None:
    found = [row for group in ("inside", "ambiguous", "outside", "vague", "nonsense") for row in judging(group)]
    wrong = short_of(understander, found, lambda one, ids: not_answered(one, ids) or right_article(one, ids))
    answered = short_of(understander, found, not_answered)
    print(f"{len(wrong)} of {len(answered)} answers", *wrong, sep="\n  ")
    assert len(wrong) <= 0.02 * len(answered), wrong


def test_most_questions_of_the_shop_are_answered_without_asking_back(understander: Understander) -> None:
    found = judging("inside")
    assert len(short_of(understander, found, not_answered)) >= 0.75 * len(found)


def test_no_sentence_of_the_table_was_learned(shop_articles: list[Article]) -> None:
    talk = [text for texts in examples().values() for text in texts]
    known = {compare_key(text) for text in (*asked(shop_articles), *outside(), *unclear(), *talk)}
    groups = ("inside", "ambiguous", "vague", "nonsense", "outside", "person", "hand_off", "talk")
    bare = {compare_key(text) for text, _ in rows("ambiguous")}  # one word may well be a phrasing
    assert [text for group in groups for text, _ in rows(group) if compare_key(text) in known - bare] == []


@pytest.mark.parametrize(
    ("text", "decision"),
    [
        ("メルカリの送料はいくらですか", Decision.DECLINE),
        ("明日の東京の天気を教えて", Decision.DECLINE),
        ("ほげふが ぴよぴよ もげもげ", Decision.REPHRASE),
        ("ほげふが ぴよぴよ もげもげ ほい", Decision.REPHRASE),
        ("さっきのやつ、どうにかなりませんか", Decision.REPHRASE),
        ("なんかうまくいかないんですけど", Decision.REPHRASE),
    ],
)
def test_what_is_none_of_ours_is_told_from_what_is_unclear(
    understander: Understander, text: str, decision: Decision
) -> None:
    assert understander.understand(text, {}, TODAY).decision is decision
