"""From a customer's message to an Understanding: normalise, complex matters, talk, articles, gate. Runs in one thread."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.language import gate
from bot.language.encoders import Encoder, EncoderAway, Vectors
from bot.language.index import Index
from bot.language.selector import Query, Ranking, rank
from bot.language.tokens import Tokeniser
from bot.language.understanding import Candidate, Decision, Understanding
from kb.article import Scope
from nihongo.normalise import normalise
from nihongo.speech_noise import strip_noise

log = logging.getLogger(__name__)
SHOWN = 5  # candidates that travel with an Understanding
INTENTS = {
    Decision.ANSWER: "faq_answer",
    Decision.CLARIFY: "faq_clarify",
    Decision.REPHRASE: "faq_rephrase",
    Decision.DECLINE: "faq_decline",
    Decision.HAND_OFF: "faq_hand_off",
}


class Understander:
    """Holds the live index; `index` is replaced as a whole, a question uses the one it began with."""

    def __init__(self, tokeniser: Tokeniser, use: Encoder | None, e5: Encoder | None, thresholds: gate.Thresholds):
        self._tokeniser, self._use, self._e5 = tokeniser, use, e5
        self.thresholds = thresholds
        self.index: Index | None = None

    def understand(self, text: str, context: dict[str, Any], day: date) -> Understanding:
        """The whole road of one message."""
        index, clock = self.index, Clock()
        with clock.part("normalise"):
            said = strip_noise(normalise(text))
        if index is None or not said:
            return Understanding(said, Decision.REPHRASE, INTENTS[Decision.REPHRASE], 0.0, ms=clock.ms, reduced=not index)
        return self._article(index, said, day, clock)

    def search(self, text: str, limit: int, scopes: list[str], day: date) -> list[Candidate]:
        """The best articles for a person who reads through a list."""
        index, clock = self.index, Clock()
        said = normalise(text)
        if index is None or not said:
            return []
        query, ranking = self._ranked(index, said, allowed(index, day, scopes), clock, always_e5=False)
        return self._candidates(index, query, ranking, limit)

    def _article(self, index: Index, said: str, day: date, clock: Clock) -> Understanding:
        scopes = [Scope.SELF_SERVICE, Scope.HAND_OFF]
        query, ranking = self._ranked(index, said, allowed(index, day, scopes), clock)
        with clock.part("gate"):
            found = tuple(self._candidates(index, query, ranking, SHOWN))
            decision = self._decide(found)
        reason = index.articles[ranking.top(1)[0]].reason if decision is Decision.HAND_OFF else None
        return Understanding(
            text=said,
            decision=decision,
            intent=INTENTS[decision],
            confidence=found[0].probability if found else 0.0,
            candidates=found,
            reason=(reason or "policy_restriction") if decision is Decision.HAND_OFF else None,
            release=index.number,
            ms=clock.ms,
            reduced=query.use is None,
        )

    def _decide(self, found: tuple[Candidate, ...]) -> Decision:
        limits = self.thresholds
        best = found[0].probability if found else 0.0
        if best >= limits.answer:
            return Decision.HAND_OFF if found[0].scope == Scope.HAND_OFF else Decision.ANSWER
        if best >= limits.clarify:
            return Decision.CLARIFY
        return Decision.REPHRASE if best >= limits.rephrase else Decision.DECLINE

    def _ranked(
        self, index: Index, said: str, rows: NDArray[np.bool_], clock: Clock, always_e5: bool = False
    ) -> tuple[Query, Ranking]:
        with clock.part("tokens"):
            words = tuple(self._tokeniser.terms(said))
        with clock.part("use"):
            query = Query(said, words, use=self._vector(self._use, said))
        with clock.part("rank"):
            ranking = rank(index, query, rows)
        return query, ranking

    def _vector(self, encoder: Encoder | None, said: str) -> Vectors | None:
        try:
            return encoder.encode([said])[0] if encoder else None
        except EncoderAway as error:
            log.info("encoder away: %s", error)
            return None

    def _candidates(self, index: Index, query: Query, ranking: Ranking, limit: int) -> list[Candidate]:
        rows = ranking.top(limit + 1)
        name = "full" if query.use is not None and index.use is not None else "lexical"
        model = self.thresholds.models[name]
        found = []
        for row, rival in zip(rows[:limit], [*rows[1:2], *rows[:1] * limit]):
            values = gate.features(index, query, ranking, row, rival)
            article = index.articles[row]
            found.append(
                Candidate(
                    article.id,
                    article.title,
                    round(float(ranking.total[row]), 4),
                    round(gate.probability(model, values), 4),
                    article.scope.value,
                )
            )
        return found


def allowed(index: Index, day: date, scopes: list[Any]) -> NDArray[np.bool_]:
    """Which articles may surface today."""
    wanted = {Scope(scope) for scope in scopes}
    return np.array([article.scope in wanted and article.valid_on(day) for article in index.articles], dtype=bool)


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
