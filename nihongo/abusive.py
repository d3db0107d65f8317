"""Words of customer harassment (カスハラ), by the kinds of abuse.yml. A table, so that staff can read and mend it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from nihongo import life
from nihongo.normalise import normalise

WORDS = Path(__file__).with_name("abuse.yml")
_GAP = "、"  # stands for what was taken out, so that its neighbours do not join to a new word


@dataclass(frozen=True)
class Abuse:
    kind: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Abusive:
    """The table, read. Texts are normalised ones (`nihongo.normalise.normalise`)."""

    kinds: dict[str, tuple[re.Pattern[str], ...]]
    harmless: tuple[re.Pattern[str], ...]

    @classmethod
    def load(cls, path: Path = WORDS) -> Abusive:
        found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        kinds = {kind: _compiled(patterns) for kind, patterns in found["kinds"].items()}
        return cls(kinds, _compiled(found["harmless"]))

    def of(self, text: str) -> Abuse | None:
        """The first kind that speaks, with all its words as they stand in the text. Despair is none."""
        if life.at_risk(text):
            return None
        left = self._without_harmless(text)
        for kind, patterns in self.kinds.items():
            if words := tuple(match[0].strip(_GAP) for pattern in patterns for match in pattern.finditer(left)):
                return Abuse(kind, words)
        return None

    def harmless_only(self, text: str) -> bool:
        """Whether what sounds abusive is a harmless word, and nothing else is left."""
        return self._without_harmless(text) != text and self.of(text) is None

    def without(self, text: str) -> str:
        """The text without its abusive words: what else is asked."""
        for patterns in self.kinds.values():
            text = _cut(text, patterns)
        return text.strip(_GAP)

    def _without_harmless(self, text: str) -> str:
        return _cut(text, self.harmless)


@lru_cache(maxsize=1)
def table() -> Abusive:
    return Abusive.load()


def offensive(text: str) -> bool:
    """Whether a message as it was written holds abusive words."""
    return table().of(normalise(text)) is not None


def _cut(text: str, patterns: Iterable[re.Pattern[str]]) -> str:
    for pattern in patterns:
        text = pattern.sub(_GAP, text)
    return text


def _compiled(patterns: list[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in patterns)
