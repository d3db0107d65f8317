"""The customer's mood over the talk: signs of each message, added up, half forgotten at the next. No Rasa here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.conduct import MoodRules

_REMEMBERED = 6  # messages whose signs are kept as evidence
_NOTHING = 0.1  # a level or a probability below it is none, so that a calm talk keeps no book
_LEAST = 0.3  # a sign weighs this much to be worth telling


@dataclass(frozen=True)
class Signs:
    """What one message shows. `complaint`, `abuse`: probabilities (0–1); `words`: of irritation, as they were said."""

    complaint: float = 0.0
    abuse: float = 0.0
    words: tuple[str, ...] = ()
    miss: bool = False
    unsolved: bool = False
    repeated: bool = False

    def weights(self, rules: MoodRules) -> dict[str, float]:
        """What each sign adds."""
        heard = {"complaint": self.complaint, "abuse": self.abuse}
        found = {name: strength if strength >= _NOTHING else 0.0 for name, strength in heard.items()}
        found |= {"words": float(bool(self.words)), "miss": float(self.miss)}
        found |= {"unsolved": float(self.unsolved), "repeated": float(self.repeated)}
        return {name: rules.weights[name] * strength for name, strength in found.items()}


@dataclass(frozen=True)
class Mood:
    """`level` from 0; `turns`: of the last messages with signs {"message", "signs", "words"}, oldest first."""

    level: float = 0.0
    turns: tuple[dict[str, Any], ...] = field(default=())

    def after(self, signs: Signs, rules: MoodRules, message_id: str = "") -> Mood:
        """The mood after a message."""
        weights = signs.weights(rules)
        level = self.level * rules.keeps + min(rules.at_most, sum(weights.values()))
        level = level if level >= _NOTHING else 0.0
        told = [name for name, weight in weights.items() if weight >= _LEAST]
        turn = {"message": message_id, "signs": told, "words": list(signs.words)}
        return Mood(level, (*self.turns, *([turn] if told else []))[-_REMEMBERED:])

    def enough(self, rules: MoodRules) -> bool:
        """Whether a person should take over."""
        return self.level >= rules.limit

    def as_dict(self) -> dict[str, Any] | None:
        """For a slot; None at the beginning, so that a calm talk stores nothing."""
        return {"level": self.level, "turns": list(self.turns)} if self.level or self.turns else None

    @classmethod
    def from_dict(cls, found: Mapping[str, Any] | None) -> Mood:
        return cls(float(found["level"]), tuple(found["turns"])) if found else cls()
