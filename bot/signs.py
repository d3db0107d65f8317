"""What one message shows of the customer's mood, read from the talk. No Rasa types here but through Recall."""

from __future__ import annotations

from bot.conduct import conduct
from bot.misses import MISS
from bot.mood import Signs
from bot.recall import Recall
from nihongo.normalise import compare_key, normalise

_SOLVED = "utter_ask_solved"


def signs_of(recall: Recall, intent: str) -> Signs:
    """Of the latest message. Abuse has consequences of its own (bot/offences.py) and is no mood."""
    found = recall.understanding or {}
    felt = {} if recall.abuse else found.get("feelings") or {}
    typed = not recall.text.startswith("/")
    said = normalise(recall.text) if typed and not recall.abuse else ""
    return Signs(
        complaint=float(felt.get("complaint", 0.0)),
        abuse=float(felt.get("abuse", 0.0)),
        words=conduct().mood.irritation(said),
        miss=intent in MISS,
        unsolved=intent == "not_solved" or (intent == "deny" and recall.utter_before == _SOLVED),
        repeated=typed and _repeated(recall, intent),
    )


def _repeated(recall: Recall, intent: str) -> bool:
    """The same words again, or a question whose answer was shown before and is asked for once more."""
    key = compare_key(recall.text)
    if intent.startswith("faq_") and key in map(compare_key, recall.said_before):
        return True
    return intent == "faq_answer" and recall.wanted_article in recall.shown
