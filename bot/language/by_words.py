"""What can be understood of a message without any model: by complex.yml, abuse.yml and sayings.yml. Light."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from bot.language.abuse import ABUSE, flagged
from bot.language.complexity import Complexity, Matter
from bot.language.sayings import saying
from bot.language.understanding import Decision, Understanding
from nihongo.courtesy import without_courtesy
from nihongo.mask import without_card_sentences
from nihongo.normalise import normalise
from nihongo.refused import without_refusal
from nihongo.speech_noise import strip_noise


def by_words(text: str) -> Understanding | None:
    """A matter for people, a wish for one, abuse, talk (こんばんは); None where a search by characters may help."""
    said = bare(text)
    matter = _complexity().of(without_refusal(said))
    decided = of_matter(said, matter) if matter else Understanding(said, Decision.TALK, ABUSE, 1.0)
    found = flagged(replace(decided, reduced=True), {}, 1.0)
    if found.abusive or found.intent != ABUSE:
        return found
    return replace(told, reduced=True) if (told := saying(said)) else None


def bare(text: str) -> str:
    """What a message says: normalised, without noise, courtesy and the sentence of a card number."""
    return without_courtesy(strip_noise(without_card_sentences(normalise(text))))


def of_matter(said: str, matter: Matter) -> Understanding:
    """What words alone decide."""
    if matter.reason == "customer_request":
        return Understanding(said, Decision.TALK, "request_agent", 1.0, evidence=matter.evidence)
    more = {"reason": matter.reason, "matter": matter.kind, "evidence": matter.evidence}
    return Understanding.of(said, Decision.HAND_OFF, 1.0, **more)


@lru_cache(maxsize=1)
def _complexity() -> Complexity:
    return Complexity()
