"""From an Understanding to Rasa's intent: the whole of what the NLU component decides. No Rasa here."""

from __future__ import annotations

from bot.language.hours import hours
from bot.language.understanding import ACCIDENT, INTENTS, Decision, Understanding
from nihongo import life
from nihongo.asked_day import Kind, asked_day
from nihongo.japan_time import today

# The language process did not answer; what is left is a search by characters.
LANGUAGE_AWAY = "language_away"

# Two questions in one message, each with an answer.
ANSWER_BOTH = "faq_answer_both"
# Asked about a certain day, which the calendar knows better than an article.
HOURS = "ask_hours"
_LIKELY = 0.5  # that our hours are asked for, of a day
# Somebody speaks of dying: comfort and a helpline come before the person.
LIFE = "life_at_risk"
_MATTERS = {life.KIND: LIFE, ACCIDENT: ACCIDENT}
# Reasons that ask for an apology before the person.
_HURT = frozenset({"complaint_recovery", "negative_emotion"})


def intent_of(understanding: Understanding) -> str:
    """The intent that the rules in data/rules/ speak of."""
    if understanding.decision is Decision.TALK:
        return understanding.intent
    if understanding.decision is Decision.HAND_OFF and understanding.matter in _MATTERS:
        return _MATTERS[understanding.matter]
    if understanding.decision is Decision.HAND_OFF and understanding.reason in _HURT:
        return "complaint"
    if understanding.decision is Decision.ANSWER and understanding.also:
        return ANSWER_BOTH
    return HOURS if _asks_calendar(understanding) else INTENTS[understanding.decision]


def _asks_calendar(understanding: Understanding) -> bool:
    best = next(iter(understanding.candidates), None)
    if best is None or best.article_id not in hours().articles:
        return False
    asked = asked_day(understanding.text, today())
    if understanding.decision is Decision.CLARIFY:  # 大晦日は電話つながりますか
        certain = asked is not None and asked.kind is Kind.DAYS and best.probability >= _LIKELY
        return certain and hours().of_ours(understanding.text)
    return understanding.decision is Decision.ANSWER and asked is not None and asked.kind is not Kind.WEEK
