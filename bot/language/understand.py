"""From a customer's message to an Understanding: normalise, complex matters, talk, articles, gate. For one thread."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from bot.language import gate
from bot.language.abuse import ABUSE, feelings, flagged, without_abuse
from bot.language.assent import assents
from bot.language.both import both
from bot.language.by_words import bare
from bot.language.choosing import chosen, corrected
from bot.language.clock import Clock
from bot.language.complexity import COMPLAINT, STRONG_FEELING, Complexity
from bot.language.deciding import Deciding, Seen
from bot.language.dialogue import DialogueClassifier
from bot.language.encoders import E5Encoder, Encoder, EncoderAway, Vectors, vector
from bot.language.firms import Firms
from bot.language.follow import carried, followed
from bot.language.hours import hours
from bot.language.index import Index
from bot.language.readings import Before, Readings
from bot.language.sayings import acknowledged
from bot.language.selector import Query, Ranking, rank
from bot.language.tokens import Tokeniser
from bot.language.understanding import Candidate, Decision, Understanding
from kb.article import Scope
from nihongo.denied import without_denied
from nihongo.normalise import compare_key, in_hiragana, normalise
from nihongo.questions import leans
from nihongo.refused import without_refusal

log = logging.getLogger(__name__)
SHOWN = 5  # candidates that travel with an Understanding
CUSTOMERS = (Scope.SELF_SERVICE, Scope.HAND_OFF)  # scopes that a customer's words may reach
_NOTHING = (Decision.REPHRASE, Decision.DECLINE)  # beside 「担当者はいりません」: nothing is asked
_LOAN = "ー"  # which no Japanese word is written with when it is not in katakana anyway


class Understander:
    """Holds the live index; `index` is replaced as a whole, a question uses the one it began with."""

    def __init__(
        self, tokeniser: Tokeniser, use: Encoder | None, e5: E5Encoder | None, thresholds: gate.Thresholds
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
        written, (said, alone) = said, self._asked(index, said, rows, clock)
        before = Before.of(context, index)
        readings = self._readings(index, rows, clock)
        found = (
            corrected(readings, said, before)
            or chosen(readings, said, alone, before)
            or both(readings, said, alone)
            or followed(readings, said, alone, before)
            or carried(readings, said, alone, before)
        )
        lost = found is None and alone.decision is Decision.CLARIFY and not before.article and leans(said)
        if lost and not any(word in index.titled for word in self._tokeniser.terms(said)):
            found = alone.decided(Decision.REPHRASE)  # about something we do not know: what it resembles is chance
        found = replace(found or alone, text=written, release=index.number, ms=clock.ms, reduced=alone.reduced)
        found = replace(found, assent=assents(index, self._tokeniser.terms, found, before))
        return flagged(found, alone.feelings, self.thresholds.abusive)

    def _asked(self, index: Index, said: str, rows: Vectors, clock: Clock) -> tuple[str, Understanding]:
        """What is asked beside 「担当者はいりません」; nothing, where that is all."""
        rest = without_refusal(said)
        heard, found = self._alone(index, rest, rows, clock) if rest else ("", acknowledged(said))
        if rest != said and found.intent == "request_agent" and not found.evidence:  # heard by tone alone
            likely = _likeliest(found) >= self.thresholds.clarify
            found = found.decided(Decision.CLARIFY if likely else Decision.REPHRASE)
        asked = rest == said or found.decision not in _NOTHING
        return (heard, found) if asked else ("", acknowledged(said))

    def _alone(self, index: Index, said: str, rows: Vectors, clock: Clock) -> tuple[str, Understanding]:
        """By itself; what is in katakana alone as it would be in hiragana, where more is understood so."""
        found = self._past_anger(index, said, self._read(index, said, rows, clock), rows, clock)
        plain = in_hiragana(said)
        if plain is None or found.decision in (Decision.ANSWER, Decision.HAND_OFF):
            return said, found
        other = self._past_anger(index, plain, self._read(index, plain, rows, clock), rows, clock)
        if other.decision is Decision.ANSWER and _likeliest(other) < self.thresholds.answer:
            other = other.decided(Decision.CLARIFY)  # without kanji and without loan words chance is greater
        loan = _LOAN in said and other.decision is Decision.TALK
        if loan or other.decision in (Decision.DECLINE, Decision.REPHRASE):
            return said, found
        lost = found.decision is Decision.CLARIFY and _likeliest(other) <= _likeliest(found)
        return (said, found) if lost else (plain, other)

    def _read(self, index: Index, said: str, rows: Vectors, clock: Clock) -> Understanding:
        """One message, or one question of it, by itself."""
        query, ranking = self._ranked(index, self._firms.read(without_denied(said)), rows, clock)
        with clock.part("gate"):
            found = self._candidates(index, query, ranking, SHOWN)
        other = query.text not in index.questions and hours().of_another_matter(query.text)
        if other:  # what its days are the article of our hours does not tell
            found = [one for one in found if one.article_id not in hours().articles]
        away = query.use is None or (self._e5 is not None and "e5" in clock.ms and query.e5 is None)
        seen = Seen(said, query, index, found, self._near(index, ranking), other, hours().of_a_visit(query.text))
        decided = Deciding(self._complexity, self.thresholds).decided(seen)
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
        return read.decided(Decision.ANSWER, confidence=best.probability, feelings=alone.feelings)

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
            lambda said: tuple(self._tokeniser.terms(said)),
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

    def _ranked(
        self, index: Index, said: str, rows: Vectors, clock: Clock, surely: bool = False
    ) -> tuple[Query, Ranking]:
        """Words and USE always; E5 where phrasings are few and it may matter, or `surely`."""
        key = (said, rows.tobytes())
        if key not in clock.ranked:
            clock.ranked[key] = self._fresh(index, said, rows, clock, surely)
        return clock.ranked[key]

    def _fresh(self, index: Index, said: str, rows: Vectors, clock: Clock, surely: bool) -> tuple[Query, Ranking]:
        query = clock.heard[said] = clock.heard.get(said) or self._heard(index, said, clock)
        with clock.part("rank"):
            ranking = clock.light[said] = rank(index, query, rows, before=clock.light.get(said))
        if self._e5 and index.e5 and (surely or self._worth_e5(index, query, ranking)):
            with clock.part("e5"):
                query = as_e5_reads(self._e5, query)
            with clock.part("rank"):
                ranking = rank(index, query, rows, before=ranking)
        return query, ranking

    def _heard(self, index: Index, said: str, clock: Clock) -> Query:
        with clock.part("tokens"):
            query = self._words_of(said)
        with clock.part("use"):
            query = replace(query, use=vector(self._use, said))
        with clock.part("talk"):
            return replace(query, firm=self._firms.named(said, index), kinds=self._kinds(query))

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


def _likeliest(found: Understanding) -> float:
    return max((one.probability for one in found.candidates), default=0.0)


def as_e5_reads(encoder: E5Encoder, query: Query) -> Query:
    """The question as E5 reads it, where it can be asked."""
    try:
        read = encoder.read(query.text)
    except EncoderAway as error:
        log.info("encoder away: %s", error)
        return query
    return replace(query, e5=read.vector, pieces=read.pieces)


def _nearness(index: Index, ranking: Ranking) -> float | None:
    """Of the best article."""
    return next((gate.nearness(index, ranking, row) for row in ranking.top(1)), None)


def _unclear(said: str, index: Index | None, clock: Clock) -> Understanding:
    """Nothing was said that can be read, or nothing is published yet."""
    release = index.number if index else 0
    return Understanding.of(said, Decision.REPHRASE, 0.0, release=release, ms=clock.ms, reduced=index is None)
