"""conduct.yml: the rules of a whole conversation, for mood and abuse. bot/rules_check.py checks it at start."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.language.complexity import said

RULES = Path(__file__).with_name("conduct.yml")


@dataclass(frozen=True)
class MoodRules:
    """`limit`: from which mood a person takes over; `keeps`: the share that is left at the next message (0–1);
    `at_most`: what one message can add; `weights`: of each sign."""

    limit: float
    keeps: float
    at_most: float
    weights: Mapping[str, float]
    words: tuple[re.Pattern[str], ...] = ()

    def irritation(self, text: str) -> tuple[str, ...]:
        """The words of irritation in a normalised text."""
        return said(self.words, text)


@dataclass(frozen=True)
class AbuseRules:
    """`warn`: messages that are only warned of; `then`: end or supervisor; `at_once`: kinds that go to a supervisor."""

    warn: int
    then: str
    at_once: frozenset[str]


@dataclass(frozen=True)
class Conduct:
    mood: MoodRules
    abuse: AbuseRules

    @classmethod
    def load(cls, path: Path = RULES) -> Conduct:
        found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        mood, abuse = found["mood"], found["abuse"]
        words = tuple(re.compile(pattern) for pattern in mood.pop("words"))
        rules = AbuseRules(abuse["warn"], abuse["then"], frozenset(abuse["at_once"]))
        return cls(MoodRules(**mood, words=words), rules)


@lru_cache(maxsize=1)
def conduct() -> Conduct:
    return Conduct.load()
