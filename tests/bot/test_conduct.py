"""Mood and abuse over a conversation, without Rasa: tables, laws, and conduct.yml itself."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conduct import AbuseRules, conduct
from bot.language.dialogue import asked
from bot.mood import Mood, Signs
from bot.offences import Offences, Step
from kb.article import Article
from nihongo.normalise import normalise
from tests.bot.language.conftest import shop_articles

__all__ = ["shop_articles"]
RULES = conduct().mood
CALM = Signs()
RUDE = Signs(complaint=0.2, words=("さっさと",))
MISS, UNSOLVED, AGAIN = Signs(miss=True), Signs(unsolved=True), Signs(repeated=True)
probability = st.floats(0, 1)
signs = st.builds(
    Signs, probability, probability, st.sampled_from([(), ("はあ?",)]), st.booleans(), st.booleans(), st.booleans()
)
moods = st.builds(Mood, st.floats(0, 10))


def after(*said: Signs) -> Mood:
    mood = Mood()
    for number, one in enumerate(said):
        mood = mood.after(one, RULES, f"m{number}")
    return mood


@pytest.mark.parametrize(
    ("said", "person"),
    [
        ((CALM,) * 10, False),
        ((RUDE,), False),
        ((RUDE, RUDE), False),
        ((RUDE, RUDE, RUDE), True),
        ((RUDE, CALM, RUDE, CALM, CALM, RUDE), False),
        ((UNSOLVED, AGAIN), False),
        ((UNSOLVED, replace(RUDE, repeated=True), UNSOLVED), True),
        ((UNSOLVED, UNSOLVED, UNSOLVED, UNSOLVED), True),
        ((MISS, CALM, MISS, CALM), False),
        ((Signs(1, 1, ("はあ?",), True, True, True),), False),
    ],
)
def test_when_a_person_takes_over(said: tuple[Signs, ...], person: bool) -> None:
    assert any(after(*said[:count]).enough(RULES) for count in range(1, len(said) + 1)) is person


def test_the_evidence_is_the_signs_with_their_messages() -> None:
    turns = after(CALM, RUDE, UNSOLVED).turns
    assert [(turn["message"], turn["signs"], turn["words"]) for turn in turns] == [
        ("m1", ["words"], ["さっさと"]),
        ("m2", ["unsolved"], []),
    ]


@given(moods, signs, st.data())
def test_no_sign_makes_the_mood_better(mood: Mood, one: Signs, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(["complaint", "abuse", "words", "miss", "unsolved", "repeated"]))
    full = {"complaint": 1.0, "abuse": 1.0, "words": ("はあ?",)}.get(name, True)
    assert mood.after(replace(one, **{name: full}), RULES).level >= mood.after(one, RULES).level


@given(moods, moods, signs)
def test_who_was_angrier_is_angrier_after_the_same_words(calmer: Mood, angrier: Mood, one: Signs) -> None:
    calmer, angrier = sorted((calmer, angrier), key=lambda mood: mood.level)
    assert calmer.after(one, RULES).level <= angrier.after(one, RULES).level


@given(moods)
def test_calm_turns_are_forgetting(mood: Mood) -> None:
    now = mood
    for _ in range(12):
        assert now.after(CALM, RULES).level <= now.level
        now = now.after(CALM, RULES)
    assert not now.enough(RULES)


@given(signs)
def test_one_message_alone_fetches_nobody(one: Signs) -> None:
    assert not Mood().after(one, RULES).enough(RULES)


@given(st.lists(signs, max_size=12))
def test_a_mood_survives_its_slot(said: list[Signs]) -> None:
    mood = after(*said)
    assert Mood.from_dict(mood.as_dict()) == mood


def test_what_the_shops_articles_are_asked_is_no_irritation(shop_articles: list[Article]) -> None:
    questions = asked(shop_articles)
    assert sum(bool(RULES.irritation(normalise(text))) for text in questions) <= 0.01 * len(questions)


@pytest.mark.parametrize(
    ("warn", "then", "steps"),
    [
        (2, "end", [Step.WARN, Step.LAST_WARNING, Step.END, Step.END]),
        (1, "supervisor", [Step.WARN, Step.SUPERVISOR]),
        (0, "end", [Step.END]),
    ],
)
def test_warned_then_ended_or_given_to_a_supervisor(warn: int, then: str, steps: list[Step]) -> None:
    rules, offences, found = AbuseRules(warn, then, frozenset()), Offences(), []
    for number in range(len(steps)):
        offences = offences.after(f"m{number}", "insult", ("クズ",))
        found.append(offences.step(rules))
    assert found == steps


def test_a_rude_tone_alone_never_ends_a_talk_nor_counts_towards_the_end() -> None:
    rules, offences = AbuseRules(2, "end", frozenset({"threat"})), Offences()
    for number in range(5):
        offences = offences.after(f"m{number}", "tone", ())
        assert offences.step(rules) is Step.WARN
    assert offences.after("m5", "insult", ("クズ",)).step(rules) is Step.WARN


def test_a_threat_goes_to_a_supervisor_at_once_and_a_repeated_turn_counts_once() -> None:
    rules = AbuseRules(2, "end", frozenset({"threat"}))
    once = Offences().after("m1", "threat", ("殺すぞ",))
    assert once.step(rules) is Step.SUPERVISOR
    assert once.after("m1", "threat", ("殺すぞ",)) == once
    assert Offences.from_list(once.as_list()) == once
