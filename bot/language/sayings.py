"""What a whole message means by its words alone, by sayings.yml: what the dialogue classifier would mistake."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import yaml

from bot.language.understanding import INTENTS, Decision, Understanding

WORDS = Path(__file__).with_name("sayings.yml")
_DECISIONS = {intent: decision for decision, intent in INTENTS.items()}
_SURE = 1.0


def saying(text: str) -> Understanding | None:
    """Of a normalised text; None where the table knows nothing of it."""
    intent = next((intent for words, intent in _table() if words.fullmatch(text)), None)
    return Understanding(text, _DECISIONS.get(intent, Decision.TALK), intent, _SURE) if intent else None


def acknowledged(text: str) -> Understanding:
    """The customer refuses a person and asks nothing: neither no nor yes to what the bot asked."""
    return Understanding(text, Decision.TALK, "go_on", _SURE)


@cache
def _table() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(_rows())


def _rows() -> Iterator[tuple[re.Pattern[str], str]]:
    for rule in yaml.safe_load(WORDS.read_text(encoding="utf-8")).values():
        yield from ((re.compile(words), rule["intent"]) for words in rule["words"])
