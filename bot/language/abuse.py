"""カスハラ in one message: the words of nihongo/abuse.yml and the dialogue classifier together."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from bot.language.understanding import Understanding
from nihongo import life
from nihongo.abusive import table

ABUSE = "abuse"
TONE = "tone"  # the kind where only the classifier hears it
THREAT = "threat"
# What the classifier must hear of abuse beside the words. Of the tests' abuse the least is .09 (エッチな話をしよう),
# most polite questions are below .02.
_AT_LEAST = 0.05
_SHORT = 4  # characters
_TO_SOMEBODY = re.compile("お前|おまえ|てめえ|貴様")


def feelings(kinds: Mapping[str, float] | None) -> dict[str, float]:
    """What the classifier hears of anger in a message; empty without it."""
    return {name: round(kinds.get(name, 0.0), 4) for name in ("complaint", ABUSE)} if kinds else {}


def flagged(found: Understanding, heard: Mapping[str, float], limit: float) -> Understanding:
    """With the flag, its kind and words. Who speaks of dying is never abusive; a harmless word (バカ売れ) is no
    abuse, whatever the classifier says, nor is most other rudeness of which it hears nothing at all."""
    found = replace(found, feelings=dict(heard))
    if life.at_risk(found.text):
        return found
    words = table().of(found.text)
    if words and (_certain(words.kind, found.text) or heard.get(ABUSE, 1.0) >= _AT_LEAST):
        return replace(found, abusive=True, abuse=words.kind, abuse_words=words.words)
    if heard.get(ABUSE, 0.0) >= limit and not harmless(found.text):
        return replace(found, abusive=True, abuse=TONE)
    return found


def _certain(kind: str, text: str) -> bool:
    """Whether words decide alone: a threat, said to somebody, or too short for the classifier to hear."""
    return kind == THREAT or len(text) <= _SHORT or _TO_SOMEBODY.search(text) is not None


def harmless(text: str) -> bool:
    """Whether a message only sounds abusive (バカ売れ)."""
    return table().harmless_only(text)


def without_abuse(text: str) -> str:
    """What else a message says; the text itself when it holds no such words."""
    return table().without(text)
