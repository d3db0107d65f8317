"""data/nlu/ keeps its promise to Rasa and to the classifier."""

from __future__ import annotations

from bot.language.dialogue import examples, outside
from nihongo.normalise import compare_key

INTENTS = [
    "greet", "thanks", "goodbye", "affirm", "deny", "request_agent", "complaint", "ask_ability", "ask_bot",
    "small_talk", "ask_hours", "chitchat_praise", "abuse", "cancel", "ask_repeat",
]  # fmt: skip


def test_every_dialogue_intent_of_the_contract_has_twenty_phrasings() -> None:
    found = examples()
    assert sorted(found) == sorted(INTENTS)
    assert {intent: len(texts) for intent, texts in found.items() if len(texts) < 20} == {}


def test_no_phrasing_stands_twice() -> None:
    keys = [compare_key(text) for texts in examples().values() for text in texts]
    assert sorted({key for key in keys if keys.count(key) > 1}) == []


def test_no_outside_sentence_is_also_talk() -> None:
    talk = {compare_key(text) for texts in examples().values() for text in texts}
    assert [text for text in outside() if compare_key(text) and compare_key(text) in talk] == []
