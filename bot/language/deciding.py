"""What to do with one message by itself, once its articles are found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import itemgetter

import numpy as np

from bot.language import gate
from bot.language.abuse import ABUSE, harmless
from bot.language.by_words import of_matter
from bot.language.complexity import COMPLAINT, Complexity
from bot.language.dialogue import NOT_TALK, VAGUE, Intent
from bot.language.gate import Thresholds
from bot.language.index import Index
from bot.language.readings import HOURS
from bot.language.sayings import saying
from bot.language.selector import Query
from bot.language.understanding import Candidate, Decision, Understanding
from kb.article import Scope
from nihongo.questions import does_again
from nihongo.typos import mistyped

REPEAT = "ask_repeat"
_MISTYPED_FROM = 0.1  # the probability of the article whose word it is
VAGUE_FROM = 3  # articles that one word may mean before it is asked which


@dataclass(frozen=True)
class Seen:
    """One message: as it was said, as the retrievers read it, the articles `found`, best first, and whether it is
    `near` to what the articles are about (None where their phrasings tell that)."""

    said: str
    query: Query
    index: Index
    found: Sequence[Candidate]
    near: bool | None
    other: bool = False
    """Of the days or hours of something else than the contact centre."""
    visit: bool = False
    """Of when somebody comes to the customer, which no article tells."""

    @property
    def best(self) -> Candidate | None:
        return self.found[0] if self.found else None

    @property
    def likely(self) -> tuple[float, float]:
        """The probabilities of the best article and of the next."""
        best, second = ([one.probability for one in self.found] + [0.0, 0.0])[:2]
        return best, second

    @property
    def literal(self) -> bool:
        """Whether an article has this very phrasing."""
        return self.query.text in self.index.questions

    def heard(self, kind: str) -> float:
        """The dialogue classifier's probability of a kind. Without USE nothing is known of any."""
        return (self.query.kinds or {}).get(kind, 0.0)


@dataclass(frozen=True)
class Deciding:
    """By the words of complex.yml and thresholds.yml."""

    complexity: Complexity
    thresholds: Thresholds

    def decided(self, seen: Seen) -> Understanding:
        """Words of complex.yml and sayings.yml first, then talk, then what is none of ours, then the best article."""
        if matter := self.complexity.of(seen.said):
            return of_matter(seen.said, matter)
        if told := saying(seen.said):
            return told
        if intent := self._complaint(seen) or self._talk(seen):
            return _talked(seen.said, intent)
        if self._elsewhere(seen):
            if _mistyped(seen):
                return Understanding.of(seen.said, Decision.CLARIFY, seen.likely[0])
            return Understanding.of(seen.said, Decision.DECLINE, round(1 - seen.likely[0], 4))
        return self._answered(seen)

    def _answered(self, seen: Seen) -> Understanding:
        """By the best article, also where that sends to a person; asked which or asked again."""
        unclear = 0.0 if seen.literal else seen.heard(VAGUE)
        vague = unclear < self.thresholds.unclear and _vague(seen)
        decision = Decision.CLARIFY if vague else self._by_probability(seen, unclear)
        if seen.visit and not seen.literal and decision is Decision.ANSWER:
            decision = Decision.CLARIFY
        best, probability = seen.best, seen.likely[0]
        sure = decision is Decision.ANSWER or probability >= self.thresholds.answer
        if best and best.scope == Scope.HAND_OFF and sure:
            reason = seen.index.articles[seen.index.row_of[best.article_id]].reason or "complex_topic"
            return _hand_off(seen.said, probability, reason, best.title)
        return Understanding.of(seen.said, decision, probability)

    def _complaint(self, seen: Seen) -> Intent | None:
        """It must be the surer where an article would answer."""
        limits = self.thresholds
        least = limits.complaint_answered if seen.likely[0] >= limits.answer else limits.complaint
        grievance = 0.0 if self.complexity.excused(seen.said) else seen.heard(COMPLAINT)
        return Intent(COMPLAINT, grievance) if grievance >= least else None

    def _talk(self, seen: Seen) -> Intent | None:
        """The dialogue intent, when the message is one and no article answers as surely."""
        name, probability = max((seen.query.kinds or {}).items(), key=itemgetter(1), default=("", 0.0))
        text, limits = seen.query.text, self.thresholds
        if (name == HOURS and seen.other) or (name == REPEAT and does_again(text)):
            return None
        if (name == ABUSE and harmless(text)) or (name == COMPLAINT and self.complexity.excused(text)):
            return None
        if name in NOT_TALK or probability < limits.talk or seen.likely[0] >= max(limits.answer, probability):
            return None
        return Intent(name, probability)

    def _elsewhere(self, seen: Seen) -> bool:
        """None of our business: that must be the surer, the surer the best article is."""
        if seen.literal:
            return False
        if seen.near or seen.query.firm:
            return seen.query.firm
        limit, probability = self.thresholds.decline, seen.likely[0]
        found = gate.elsewhere(self.thresholds, seen.index, seen.query, probability)
        return found >= limit + (1 - limit) * probability

    def _by_probability(self, seen: Seen, unclear: float) -> Decision:
        limits, (best, second) = self.thresholds, seen.likely
        if seen.near is False or unclear >= limits.unclear + (1 - limits.unclear) * best:
            return Decision.REPHRASE
        if best >= (limits.answer_cold if seen.near else limits.answer) and second < limits.rival:
            return Decision.ANSWER
        if seen.near is None and best >= limits.alone and second < limits.none_beside:
            return Decision.ANSWER
        return Decision.CLARIFY if best >= limits.clarify else Decision.REPHRASE


def _vague(seen: Seen) -> bool:
    """One word that several articles are about (返品): which of them is asked back, however sure the scores."""
    if not seen.query.bare or seen.literal:
        return False
    holders = [seen.index.asked.holders(word) for word in set(seen.query.words)]
    return bool(holders) and len(reduce(np.intersect1d, holders)) >= VAGUE_FROM


def _mistyped(seen: Seen) -> bool:
    """Whether it holds a word of the likeliest article's title or keywords with one letter wrong."""
    article = seen.index.articles[seen.index.row_of[seen.best.article_id]] if seen.best else None
    likely = seen.likely[0] >= _MISTYPED_FROM and not seen.query.firm
    return article is not None and likely and bool(mistyped(seen.said, (article.title, *article.keywords)))


def _talked(said: str, spoken: Intent) -> Understanding:
    if spoken.name == COMPLAINT:
        return _hand_off(said, spoken.probability, "complaint_recovery", f"complaint {spoken.probability:.2f}")
    return Understanding(said, Decision.TALK, spoken.name, round(spoken.probability, 4))


def _hand_off(said: str, confidence: float, reason: str, evidence: str) -> Understanding:
    return Understanding.of(said, Decision.HAND_OFF, confidence, reason=reason, evidence=(evidence,))
