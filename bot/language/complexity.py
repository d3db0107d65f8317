"""Matters that go to a person whatever the articles say, by the words of complex.yml, with reason and evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from nihongo import life

# A word's own ending (分から → 分からない), up to what begins something else.
_ENDING = re.compile(r"[ぁ-ん]{0,6}?(?=ので|から|けど|のに|と[言思]|[が、。!?]|[^ぁ-ん]|$)")
COMPLAINT = "complaint"
STRONG_FEELING = "strong_feeling"  # the kind that may stand beside a simple question
_EMPHASIS = re.compile(r"(まじで|マジで|本当に|ほんとに?|ほんま|もう)?、(?:よ|です|ます)?")  # of what was cut out
RULES = Path(__file__).with_name("complex.yml")


@dataclass(frozen=True)
class Matter:
    kind: str
    reason: str
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    kind: str
    reason: str
    words: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]

    def matter(self, text: str) -> Matter | None:
        if any(pattern.search(text) for pattern in self.unless):
            return None
        found = said(self.words, text)
        return Matter(self.kind, self.reason, found) if found else None


def said(patterns: Iterable[re.Pattern[str]], text: str) -> tuple[str, ...]:
    """What is found in a text, with its ending, as a person would quote it."""
    return tuple(_quoted(match) for pattern in patterns if (match := pattern.search(text)))


def _quoted(match: re.Match[str]) -> str:
    ending = _ENDING.match(match.string, match.end())
    return match[0] + (ending[0] if ending else "")


class Complexity:
    """Life first, then the rules in their order; the first that speaks decides."""

    def __init__(self, path: Path = RULES) -> None:
        found: dict[str, Any] = {}
        for rules in (life.WORDS, path):
            found |= yaml.safe_load(rules.read_text(encoding="utf-8"))
        self._rules = [
            Rule(rule.get("as", kind), rule["reason"], _compiled(rule["words"]), _compiled(rule.get("unless", [])))
            for kind, rule in found.items()
        ]

    def excused(self, text: str) -> bool:
        """Whether what sounds like a complaint or a strong feeling is harmless by its words (信じられないほど安い)."""
        rules = (rule for rule in self._rules if rule.kind in (COMPLAINT, STRONG_FEELING))
        return any(pattern.search(text) for rule in rules for pattern in rule.unless)

    def without(self, kind: str, text: str) -> str:
        """What else a text says: without the words of this kind."""
        for pattern in (words for rule in self._rules if rule.kind == kind for words in rule.words):
            text = pattern.sub("、", text)
        return _EMPHASIS.sub("、", text).strip("、。!? ")

    def of(self, text: str) -> Matter | None:
        return next((matter for rule in self._rules if (matter := rule.matter(text))), None)


def _compiled(patterns: list[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in patterns)
