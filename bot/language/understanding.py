"""What the language process says of one message. Light: no GiNZA, no Rasa."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

ACCIDENT = "accident"  # the kind of complex.yml where what to do first is told before a person comes


class Decision(str, Enum):
    """判断: what to do with a message."""

    ANSWER = "answer"  # the top article answers it
    CLARIFY = "clarify"  # two or three candidates are put to the customer
    REPHRASE = "rephrase"  # not understood: ask once
    DECLINE = "decline"  # out of scope: say honestly what the bot can do
    HAND_OFF = "hand_off"  # a person: `reason` says why
    TALK = "talk"  # a dialogue intent (greet, thanks, affirm, request_agent …): `intent` says which


# Rasa's intents; talk has its own.
INTENTS = {
    Decision.ANSWER: "faq_answer",
    Decision.CLARIFY: "faq_clarify",
    Decision.REPHRASE: "faq_rephrase",
    Decision.DECLINE: "faq_decline",
    Decision.HAND_OFF: "faq_hand_off",
}


@dataclass(frozen=True)
class Candidate:
    """An article that might answer. `score` orders; `probability` (0–1) is the gate's, that it truly answers."""

    article_id: str
    title: str
    score: float
    probability: float
    scope: str = "self_service"


@dataclass(frozen=True)
class Understanding:
    """`text` is normalised; `also` answers a second question of the same message, `more` counts those
    left for the next; `unanswered`: to another of its questions there is no answer; `assent`: a yes that
    opens the answer fits the question; `confidence` is that of the decision (0–1); `release` the live
    release's number; `evidence` what the reason rests on (words, scores); `ms` the time each part took,
    in milliseconds; `abusive` flags カスハラ, whatever was decided; `reduced` tells that a part (an encoder,
    GiNZA) was missing and the rest decided. `matter`: the kind of complex.yml that handed off; `abuse`:
    the kind of abuse.yml (`tone` by the classifier alone) with `abuse_words`; `feelings`: the
    classifier's probabilities that it is a complaint, or abuse."""

    text: str
    decision: Decision
    intent: str
    confidence: float
    candidates: tuple[Candidate, ...] = ()
    also: tuple[Candidate, ...] = ()
    more: int = 0
    unanswered: bool = False
    assent: bool = False
    reason: str | None = None
    evidence: tuple[str, ...] = ()
    entities: tuple[dict[str, Any], ...] = ()
    release: int = 0
    ms: dict[str, float] = field(default_factory=dict)
    reduced: bool = False
    abusive: bool = False
    matter: str | None = None
    abuse: str | None = None
    abuse_words: tuple[str, ...] = ()
    feelings: dict[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str, decision: Decision, confidence: float, **more: Any) -> Understanding:
        """With the decision's intent."""
        return cls(text, decision, INTENTS[decision], confidence, **more)

    def decided(self, decision: Decision, **more: Any) -> Understanding:
        """The same message, decided otherwise."""
        return replace(self, decision=decision, intent=INTENTS[decision], **more)

    def as_dict(self) -> dict[str, Any]:
        articles = {key: tuple(dict(vars(one)) for one in getattr(self, key)) for key in ("candidates", "also")}
        return vars(self) | articles | {"decision": self.decision.value}

    @classmethod
    def from_dict(cls, found: dict[str, Any]) -> Understanding:
        known = {key: value for key, value in found.items() if key in cls.__dataclass_fields__}
        known["decision"] = Decision(known["decision"])
        for key in ("candidates", "also"):
            known[key] = tuple(Candidate(**candidate) for candidate in known.get(key, ()))
        for key in ("evidence", "entities", "abuse_words"):
            known[key] = tuple(known.get(key, ()))
        return cls(**known)
