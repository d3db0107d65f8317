"""What can be understood of a message without any model: the words of complex.yml and abuse.yml. Light."""

from __future__ import annotations

from functools import lru_cache

from bot.language.abuse import ABUSE, flagged
from bot.language.complexity import Complexity
from bot.language.understanding import Decision, Understanding
from nihongo.courtesy import without_courtesy
from nihongo.normalise import normalise
from nihongo.speech_noise import strip_noise


def by_words(text: str) -> Understanding | None:
    """A matter for people, a wish for a person, or abuse; None where a search by characters may help more."""
    said = without_courtesy(strip_noise(normalise(text)))
    found = flagged(_decided(said), {}, 1.0)
    return found if found.abusive or found.intent != ABUSE else None


def _decided(said: str) -> Understanding:
    matter = _complexity().of(said)
    if matter is None:
        return Understanding(said, Decision.TALK, ABUSE, 1.0, reduced=True)
    if matter.reason == "customer_request":
        return Understanding(said, Decision.TALK, "request_agent", 1.0, evidence=matter.evidence, reduced=True)
    return Understanding(
        said,
        Decision.HAND_OFF,
        "faq_hand_off",
        1.0,
        reason=matter.reason,
        evidence=matter.evidence,
        matter=matter.kind,
        reduced=True,
    )


@lru_cache(maxsize=1)
def _complexity() -> Complexity:
    return Complexity()
