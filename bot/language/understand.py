"""From a customer's message to an Understanding: normalise, complex matters, talk, articles, gate. For one thread."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import reduce
from operator import itemgetter
from typing import Any

import numpy as np

from bot.language import gate
from bot.language.abuse import ABUSE, feelings, flagged, harmless, without_abuse
from bot.language.by_words import bare, of_matter
from bot.language.complexity import COMPLAINT, STRONG_FEELING, Complexity
from bot.language.dialogue import NOT_TALK, VAGUE, DialogueClassifier, Intent
from bot.language.encoders import Encoder, EncoderAway, Vectors
from bot.language.firms import Firms
from bot.language.follow import Before, Readings
from bot.language.index import Index
from bot.language.selector import Query, Ranking, rank
from bot.language.tokens import Tokeniser
from bot.language.understanding import Candidate, Decision, Understanding
from kb.article import Scope
from nihongo.denied import without_denied
from nihongo.normalise import compare_key, normalise
from nihongo.questions import leans

log = logging.getLogger(__name__)
SHOWN = 5  # candidates that travel with an Understanding
CUSTOMERS = (Scope.SELF_SERVICE, Scope.HAND_OFF)  # scopes that a customer's words may reach
VAGUE_FROM = 3  # articles that one word may mean before it is asked which
INTENTS = {
    Decision.ANSWER: "faq_answer",
    Decision.CLARIFY: "faq_clarify",
    Decision.REPHRASE: "faq_rephrase",
    Decision.DECLINE: "faq_decline",
    Decision.HAND_OFF: "faq_hand_off",
}


class Understander:
    """Holds the live index; `index` is replaced as a whole, a question uses the one it began with."""

    def __init__(
        self, tokeniser: Tokeniser, use: Encoder | None, e5: Encoder | None, thresholds: gate.Thresholds
    ) -> None:
        self._tokeniser, self._use, self._e5 = tokeniser, use, e5
        self._complexity, self._firms = Complexity(), Firms()
        self.thresholds = thresholds
        self.index: Index | None = None
        self.dialogue: DialogueClassifier | None = None

    def understand(self, text: str, context: dict[str, Any], day: date) -> Understanding:
        """The whole road of one message. context: `article` shown last, the `question` before, ids that were
        `offered`, as far as the asker knows."""
        index, clock = self.index, Clock()
        with clock.part("normalise"):
            said = bare(text)
        if index is None or not compare_key(said):
            return _unclear(said, index, clock)
        rows = index.surfacing(day, CUSTOMERS)
        alone = self._past_anger(index, said, self._read(index, said, rows, clock), rows, clock)
        before = Before.of(context, index)
        readings = self._readings(index, rows, clock)
        found = (
            readings.corrected(said, before)
            or readings.chosen(said, alone, before)
            or readings.both(said, alone)
            or readings.followed(said, alone, before)
        )
        lost = found is None and alone.decision is Decision.CLARIFY and not before.article and leans(said)
        if lost and not any(word in index.titled for word in self._words_of(said).words):
            decision = Decision.REPHRASE  # about something we do not know: what it resembles is chance
            found = replace(alone, decision=decision, intent=INTENTS[decision])
        found = replace(found or alone, text=said, release=index.number, ms=clock.ms, reduced=alone.reduced)
        return flagged(found, alone.feelings, self.thresholds.abusive)

    def _read(self, index: Index, said: str, rows: Vectors, clock: Clock) -> Understanding:
        """One message, or one question of it, by itself."""
        query, ranking = self._ranked(index, self._firms.read(without_denied(said)), rows, clock)
        with clock.part("gate"):
            found = self._candidates(index, query, ranking, SHOWN)
        away = query.use is None or (self._e5 is not None and "e5" in clock.ms and query.e5 is None)
        decided = self._decided(said, query, found, index, self._near(index, ranking))
        return replace(decided, candidates=tuple(found), reduced=away, feelings=feelings(query.kinds))

    def _past_anger(self, index: Index, said: str, alone: Understanding, rows: Vectors, clock: Clock) -> Understanding:
        """A question beside abusive words, or words of strong feeling, is answered all the same when it is clear."""
        rest = self._calm(said, alone)
        if rest == said or not compare_key(rest):
            return alone
        read = self._read(index, rest, rows, clock)
        best = next(iter(read.candidates), None)
        if read.matter or best is None or best.scope != Scope.SELF_SERVICE:
            return alone
        if read.decision is not Decision.ANSWER and best.probability < self.thresholds.answer:
            return alone
        decision = Decision.ANSWER
        found = replace(read, decision=decision, intent=INTENTS[decision], confidence=best.probability)
        return replace(found, feelings=alone.feelings)

    def _calm(self, said: str, alone: Understanding) -> str:
        """The message without what only anger said; itself where anger decided nothing."""
        if alone.matter == STRONG_FEELING and alone.feelings.get(COMPLAINT, 0.0) < self.thresholds.complaint:
            return without_abuse(self._complexity.without(STRONG_FEELING, said))
        return without_abuse(said) if alone.intent == ABUSE else said

    def _joined(self, index: Index, topic: str, said: str, rows: Vectors, clock: Clock) -> list[Candidate]:
        """The articles for a message read together with its topic."""
        query, together = self._ranked(index, f"{topic} {said}", rows, clock)
        total = together.total + self._ranked(index, said, rows, clock)[1].total
        merged = replace(together, total=total, order=together.order[np.argsort(-total[together.order], kind="stable")])
        return self._candidates(index, query, merged, SHOWN)

    def _readings(self, index: Index, rows: Vectors, clock: Clock) -> Readings:
        return Readings(
            index,
            rows,
            lambda said, among: self._read(index, said, among, clock),
            lambda topic, said, among: self._joined(index, topic, said, among, clock),
            lambda said: self._words_of(said).words,
            self.thresholds.alone,
            self.thresholds.second,
            self.thresholds.rival,
        )

    def search(self, text: str, limit: int, scopes: list[str], day: date) -> list[Candidate]:
        """The best articles for a person who reads through a list."""
        index, said = self.index, normalise(text)
        if index is None or not said:
            return []
        rows = index.surfacing(day, tuple(map(Scope, scopes)))
        query, ranking = self._ranked(index, said, rows, Clock(), surely=True)
        return self._candidates(index, query, ranking, limit)

    def _near(self, index: Index, ranking: Ranking) -> bool | None:
        """Whether the message is about what the articles are about; None where their phrasings tell that."""
        near = _nearness(index, ranking)
        return None if near is None else near >= self.thresholds.near

    def _decided(
        self, said: str, query: Query, found: list[Candidate], index: Index, near: bool | None
    ) -> Understanding:
        """Words of complex.yml first, then talk, then what is none of ours, then the best article."""
        best, spoken = found[0] if found else None, self._talk(query)
        matter = self._complexity.of(said)
        if matter:
            return of_matter(said, matter)
        grievance = 0.0 if self._complexity.excused(said) else (query.kinds or {}).get(COMPLAINT, 0.0)
        if grievance >= self._grievance(best):
            return self._talked(said, Intent(COMPLAINT, grievance))
        if spoken and not (best and best.probability >= max(self.thresholds.answer, spoken.probability)):
            return self._talked(said, spoken)
        if self._elsewhere(query, best, index, near):
            return Understanding(said, Decision.DECLINE, INTENTS[Decision.DECLINE], _confidence(Decision.DECLINE, best))
        unclear = 0.0 if query.text in index.questions else (query.kinds or {}).get(VAGUE, 0.0)
        known = unclear < self.thresholds.unclear and _vague(query, index)
        decision = Decision.CLARIFY if known else self._by_probability(found, unclear, near)
        answered = decision is Decision.ANSWER or (best and best.probability >= self.thresholds.answer)
        if best and best.scope == Scope.HAND_OFF and answered:
            reason = index.articles[index.row_of[best.article_id]].reason
            return _hand_off(said, best.probability, reason or "complex_topic", (best.title,))
        return Understanding(said, decision, INTENTS[decision], _confidence(decision, best))

    def _grievance(self, best: Candidate | None) -> float:
        """How sure a complaint must be: surer where an article would answer."""
        answered = best is not None and best.probability >= self.thresholds.answer
        return self.thresholds.complaint_answered if answered else self.thresholds.complaint

    def _talked(self, said: str, spoken: Intent) -> Understanding:
        if spoken.name == COMPLAINT:
            return _hand_off(said, spoken.probability, "complaint_recovery", (f"complaint {spoken.probability:.2f}",))
        return Understanding(said, Decision.TALK, spoken.name, round(spoken.probability, 4))

    def _talk(self, query: Query) -> Intent | None:
        """The dialogue intent, when the message is one. Without USE nothing is known of talk."""
        name, probability = max((query.kinds or {}).items(), key=itemgetter(1), default=("", 0.0))
        if (name == ABUSE and harmless(query.text)) or (name == COMPLAINT and self._complexity.excused(query.text)):
            return None
        return Intent(name, probability) if name not in NOT_TALK and probability >= self.thresholds.talk else None

    def _elsewhere(self, query: Query, best: Candidate | None, index: Index, near: bool | None) -> bool:
        """None of our business: that must be the surer, the surer the best article is."""
        if query.text in index.questions:
            return False
        if near:
            return query.firm
        limit, probability = self.thresholds.decline, best.probability if best else 0.0
        found = gate.elsewhere(self.thresholds, index, query, probability)
        return query.firm or found >= limit + (1 - limit) * probability

    def _by_probability(self, found: list[Candidate], unclear: float, near: bool | None) -> Decision:
        if near is False:
            return Decision.REPHRASE
        least = self.thresholds.answer_cold if near else self.thresholds.answer
        best, second = ([one.probability for one in found] + [0.0, 0.0])[:2]
        if unclear >= self.thresholds.unclear + (1 - self.thresholds.unclear) * best:
            return Decision.REPHRASE
        if best >= least and second < self.thresholds.rival:
            return Decision.ANSWER
        if near is None and best >= self.thresholds.alone and second < self.thresholds.none_beside:
            return Decision.ANSWER
        return Decision.CLARIFY if best >= self.thresholds.clarify else Decision.REPHRASE

    def _ranked(
        self, index: Index, said: str, rows: Vectors, clock: Clock, surely: bool = False
    ) -> tuple[Query, Ranking]:
        """Words and USE always; E5 where phrasings are few and it may matter, or `surely`."""
        with clock.part("tokens"):
            query = self._words_of(said)
        with clock.part("use"):
            query = replace(query, use=_vector(self._use, said))
        with clock.part("talk"):
            query = replace(query, firm=self._firms.named(said, index), kinds=self._kinds(query))
        with clock.part("rank"):
            ranking = rank(index, query, rows)
        if self._e5 and index.e5 and (surely or self._worth_e5(index, query, ranking)):
            with clock.part("e5"):
                query = replace(query, e5=_vector(self._e5, said))
            with clock.part("rank"):
                ranking = rank(index, query, rows, before=ranking)
        return query, ranking

    def _kinds(self, query: Query) -> dict[str, float] | None:
        if self.dialogue is None or query.use is None:
            return None
        return {intent.name: intent.probability for intent in self.dialogue.intents(query.text, query.use)}

    def _words_of(self, said: str) -> Query:
        return Query.of(said, self._tokeniser, bare=len(self._tokeniser.words(said)) == 1)

    def _worth_e5(self, index: Index, query: Query, ranking: Ranking) -> bool:
        """Where phrasings teach, or USE finds nothing near, E5 changes nothing beyond luck."""
        near = _nearness(index, ranking)
        return near is not None and near >= self.thresholds.worth_e5

    def _candidates(self, index: Index, query: Query, ranking: Ranking, limit: int) -> list[Candidate]:
        model = self.thresholds.model(index, ranking)
        return [
            Candidate(
                index.articles[row].id,
                index.articles[row].title,
                round(float(ranking.total[row]), 4),
                round(gate.probability(model, gate.features(index, query, ranking, row)), 4),
                index.articles[row].scope.value,
            )
            for row in ranking.top(limit)
        ]


class Clock:
    """Milliseconds of each part."""

    def __init__(self) -> None:
        self.ms: dict[str, float] = {}

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.ms[name] = round(self.ms.get(name, 0.0) + (time.perf_counter() - start) * 1000, 2)


def _vector(encoder: Encoder | None, said: str) -> Vectors | None:
    try:
        return encoder.encode([said])[0] if encoder else None
    except EncoderAway as error:
        log.info("encoder away: %s", error)
        return None


def _nearness(index: Index, ranking: Ranking) -> float | None:
    """Of the best article."""
    return next((gate.nearness(index, ranking, row) for row in ranking.top(1)), None)


def _vague(query: Query, index: Index) -> bool:
    """One word that several articles are about (返品): which of them is asked back, however sure the scores."""
    if not query.bare or query.text in index.questions:
        return False
    holders = [index.asked.holders(word) for word in set(query.words)]
    return bool(holders) and len(reduce(np.intersect1d, holders)) >= VAGUE_FROM


def _unclear(said: str, index: Index | None, clock: Clock) -> Understanding:
    """Nothing was said that can be read, or nothing is published yet."""
    decision = Decision.REPHRASE
    release = index.number if index else 0
    return Understanding(said, decision, INTENTS[decision], 0.0, release=release, ms=clock.ms, reduced=index is None)


def _hand_off(said: str, confidence: float, reason: str, evidence: tuple[str, ...]) -> Understanding:
    decision = Decision.HAND_OFF
    return Understanding(said, decision, INTENTS[decision], confidence, reason=reason, evidence=evidence)


def _confidence(decision: Decision, best: Candidate | None) -> float:
    probability = best.probability if best else 0.0
    return round(1 - probability, 4) if decision is Decision.DECLINE else probability
