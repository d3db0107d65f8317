"""Counting abuse (カスハラ): warned twice, then ended or given to a supervisor, by conduct.yml. No Rasa here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from bot.conduct import AbuseRules
from bot.language.abuse import TONE


class Step(str, Enum):
    """What an abusive message brings."""

    WARN = "warn"
    LAST_WARNING = "last_warning"
    END = "end"
    SUPERVISOR = "supervisor"


@dataclass(frozen=True)
class Offences:
    """Abusive messages of a talk, oldest first: {"message", "kind", "words"}."""

    found: tuple[dict[str, Any], ...] = ()

    def after(self, message_id: str, kind: str, words: tuple[str, ...]) -> Offences:
        """With one more; the same message twice counts once."""
        if any(one["message"] == message_id for one in self.found):
            return self
        return replace(self, found=(*self.found, {"message": message_id, "kind": kind, "words": list(words)}))

    def step(self, rules: AbuseRules, ticket_open: bool = False) -> Step:
        """For the newest one. A tone that only the classifier heard is warned of, and never counts towards the end. A
        talk that a person is to take is never ended: nobody would read their words."""
        newest = self.found[-1]["kind"]
        if newest in rules.at_once:
            return Step.SUPERVISOR
        count = sum(one["kind"] != TONE for one in self.found)
        if newest == TONE:
            return Step.WARN
        if count > rules.warn:
            then = Step(rules.then)
            return Step.LAST_WARNING if ticket_open and then is Step.END else then
        return Step.LAST_WARNING if count == rules.warn and rules.warn > 1 else Step.WARN

    def as_list(self) -> list[dict[str, Any]] | None:
        return list(self.found) or None

    @classmethod
    def from_list(cls, found: list[Mapping[str, Any]] | None) -> Offences:
        return cls(tuple(dict(one) for one in found or ()))
