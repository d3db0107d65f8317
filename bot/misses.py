"""Counting misses: when the bot has failed often enough that a person should take over. No Rasa here."""

from __future__ import annotations

from dataclasses import dataclass

# What the customer says when we did not help; what shows that we did.
MISS = frozenset({"faq_rephrase", "none_of_these"})
HIT = frozenset({"faq_answer", "faq_answer_both", "choose_article", "solved"})
# The second in a row, or the third in a conversation: more tries cost more trust than they win.
IN_ROW = 2
IN_CONVERSATION = 3


@dataclass(frozen=True)
class Misses:
    in_row: int = 0
    total: int = 0

    def after(self, intent: str) -> Misses:
        """The counts after a message of this intent."""
        if intent in MISS:
            return Misses(self.in_row + 1, self.total + 1)
        return Misses(0, self.total) if intent in HIT else self

    @property
    def enough(self) -> bool:
        return self.in_row >= IN_ROW or self.total >= IN_CONVERSATION
