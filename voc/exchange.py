"""The noun of this room: an Exchange is one customer message and all that was shown for it (やりとり).

`build` is pure: the words of a conversation and what Rasa decided in, one row an exchange out. A finished exchange
does not change when later words come, but for the customer's verdict on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from conversation.words import Kind, Speaker, Word
from voc.events import Event
from voc.talk import NO_VERDICT, handed_off, noted, pages, verdicts, with_person


class Outcome(str, Enum):
    ANSWERED = "answered"  # an article was shown
    CLARIFIED = "clarified"  # candidates were put to the customer
    MISSED = "missed"  # not understood; the customer was asked to say it again
    DECLINED = "declined"  # out of scope, and told so
    SMALL_TALK = "small_talk"  # greeting, thanks, chat
    ACTION = "action"  # a button or a command was carried out
    HANDED_OFF = "handed_off"  # a ticket was opened, or a message left for it while nobody was there
    WITH_AGENT = "with_agent"  # a person had (or was about to have) the conversation
    REFUSED = "refused"  # too long, too fast, abuse
    FAILED = "failed"  # nothing was shown, or only the apology for that


@dataclass(frozen=True)
class Shown:
    """One utterance that the customer saw, in its place of the stream. `cut`: a caller began to speak into it."""

    seq: int
    speaker: str
    text: str
    at: float
    article: bool = False
    cut: bool = False


@dataclass(frozen=True)
class Exchange:
    """`asks` is false for words that staff or the clock started: no question, no outcome, outside every rate."""

    conversation_id: str
    exchange_id: str
    seq: int
    opened_at: float
    channel: str
    page: str
    asked_by: str
    asks: bool
    question: str
    answers: tuple[Shown, ...]
    outcome: str | None
    decision: str | None
    reason: str | None
    article_id: str | None
    release: int | None
    confidence: float | None
    runner_up: str | None
    runner_up_score: float | None
    intent: str | None
    latency_ms: int | None
    feedback: str
    solved_asked: bool
    ticket: str | None
    agent: str | None
    reduced: bool
    recognition: float | None = None


DECIDED = {
    "answer": Outcome.ANSWERED,
    "clarify": Outcome.CLARIFIED,
    "rephrase": Outcome.MISSED,
    "decline": Outcome.DECLINED,
    "hand_off": Outcome.MISSED,  # a person was meant to come and no ticket was opened
}
SMALL_TALK = frozenset(
    {"greet", "thanks", "goodbye", "affirm", "deny", "ask_ability", "ask_bot", "small_talk", "chitchat_praise"}
)


def build(
    words: Iterable[Word], decisions: Mapping[str, Event], about: Mapping[str, str] | None = None
) -> list[Exchange]:
    """One row an exchange, in the order in which they opened. `about` is the conversation's hash (channel, page)."""
    ordered = sorted({word.seq: word for word in words}.values(), key=lambda word: word.seq)
    talk = _Talk(ordered, decisions, about or {})
    seen = [word.exchange_id for word in ordered if word.shown or word.meta.get("refused")]
    return [talk.exchange(exchange_id) for exchange_id in dict.fromkeys(seen)]


class _Talk:
    """The words of one conversation, sorted into its exchanges."""

    def __init__(self, words: list[Word], decisions: Mapping[str, Event], about: Mapping[str, str]) -> None:
        self._decisions, self._about = decisions, about
        self._of: dict[str, list[Word]] = {}
        for word in words:
            self._of.setdefault(word.exchange_id, []).append(word)
        self._with_person = with_person(words)
        self._handed_off = handed_off(words)
        self._pages = pages(words, about.get("page", ""))
        self._verdicts = verdicts(words)

    def exchange(self, exchange_id: str) -> Exchange:
        words = self._of[exchange_id]
        asked = next((word for word in words if word.asks and word.message_id == exchange_id), None)
        refused = None if asked else next((word for word in words if word.meta.get("refused")), None)
        answers = [word for word in words if word is refused or (word.shown and word is not asked)]
        first, said = asked or refused or answers[0], _Said(answers, self._decisions.get(exchange_id, {}))
        told = [word for word in answers if "notice" not in word.meta]
        outcome = _told(told) or (self._outcome(asked, words, told, said).value if asked else None)
        return Exchange(
            conversation_id=first.conversation_id,
            exchange_id=exchange_id,
            seq=first.seq,
            opened_at=first.at,
            channel=str(first.meta.get("channel") or self._about.get("channel") or "web"),
            page=self._pages.get(first.seq, ""),
            asked_by=Speaker.CUSTOMER.value if refused else first.speaker.value,
            asks=bool(asked or refused),
            question=asked.text if asked else "",
            answers=_answers(words, answers),
            outcome=Outcome.REFUSED.value if refused else outcome if asked else None,
            decision=said.first("decision"),
            reason=refused.meta["refused"] if refused else noted(words, "reason") or said.first("reason"),
            article_id=next((word.article_id for word in answers if word.article_id), None),
            release=_number(said.first("release"), int),
            confidence=_number(said.first("confidence"), float),
            runner_up=said.runner_up()[0],
            runner_up_score=said.runner_up()[1],
            intent=said.first("intent"),
            latency_ms=round((told[0].at - asked.at) * 1000) if asked and told else None,
            feedback=self._verdicts.get(exchange_id, NO_VERDICT),
            solved_asked=any(choice.command == "/solved" for word in answers for choice in word.choices),
            ticket=noted(words, "ticket"),
            agent=next((str(word.meta["agent"]) for word in answers if word.meta.get("agent")), None),
            reduced=bool(said.first("reduced")),
            recognition=_number(asked.meta.get("recognition"), float) if asked else None,
        )

    def _outcome(self, asked: Word, words: list[Word], answers: list[Word], said: _Said) -> Outcome:
        told_of_ticket = any(word.meta.get("ticket") and word.meta.get("decision") == "hand_off" for word in answers)
        if told_of_ticket or asked.exchange_id in self._handed_off:
            return Outcome.HANDED_OFF
        if any(word.speaker is Speaker.AGENT for word in answers):
            return Outcome.WITH_AGENT
        if asked.seq in self._with_person.at_question | self._with_person.at_night:
            if asked.kind is Kind.CHOICE:
                return Outcome.ACTION
            return Outcome.HANDED_OFF if asked.seq in self._with_person.at_night else Outcome.WITH_AGENT
        if not answers:
            return Outcome.WITH_AGENT if asked.seq in self._with_person.before_next else Outcome.FAILED
        return _of_the_bot(asked, answers, said)


def _answers(words: list[Word], answers: list[Word]) -> tuple[Shown, ...]:
    notes = [word.meta["heard"] for word in words if word.meta.get("heard")]
    cut = {note.get("seq") for note in notes if not note.get("whole")}
    return tuple(
        Shown(word.seq, word.speaker.value, word.text, word.at, bool(word.article_id), word.seq in cut)
        for word in answers
    )


def _told(answers: list[Word]) -> str | None:
    """The outcome that a word itself carries: the door knows best when it refuses or apologises."""
    return next((str(word.meta["outcome"]) for word in answers if word.meta.get("outcome")), None)


def _of_the_bot(asked: Word, answers: list[Word], said: _Said) -> Outcome:
    """What the bot made of it, by what it decided and by what it showed."""
    decision, intent = said.first("decision"), said.first("intent") or ""
    if intent == "abuse":
        return Outcome.REFUSED
    if decision == "clarify" and any(word.meta.get("offered") == [] for word in answers):
        return Outcome.MISSED  # there was nothing to choose from
    if decision in DECIDED:
        return DECIDED[decision]
    if any(word.article_id for word in answers):
        return Outcome.ANSWERED
    if asked.kind is Kind.CHOICE or intent not in SMALL_TALK:
        return Outcome.ACTION
    return Outcome.SMALL_TALK


class _Said:
    """What the shown words carry about the decision, and behind them what the broker sent."""

    def __init__(self, answers: list[Word], event: Event) -> None:
        self._metas = [word.meta for word in answers if word.speaker is not Speaker.CUSTOMER]
        self._event = event

    def first(self, name: str) -> Any:
        found = [meta[name] for meta in self._metas if meta.get(name) not in (None, "")]
        return found[0] if found else self._event.get(name) or None

    def runner_up(self) -> tuple[str | None, float | None]:
        """The second article and its probability."""
        told = self.first("runner_up")
        candidates = [told] if isinstance(told, dict) else list(self._event.get("candidates") or ())[1:2]
        second = candidates[0] if candidates else {}
        score = second.get("probability", second.get("score"))
        return second.get("article_id"), _number(score, float)


def _number(value: Any, kind: type[int] | type[float]) -> Any:
    return kind(value) if isinstance(value, int | float | str) and str(value) else None
