"""カスハラ in one message: the words of nihongo/abuse.yml and the dialogue classifier together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.language.understanding import Understanding
from nihongo.abusive import table

ABUSE = "abuse"
TONE = "tone"  # the kind where only the classifier hears it


def feelings(kinds: Mapping[str, float] | None) -> dict[str, float]:
    """What the classifier hears of anger in a message; empty without it."""
    return {name: round(kinds.get(name, 0.0), 4) for name in ("complaint", ABUSE)} if kinds else {}


def flagged(found: Understanding, heard: Mapping[str, float], limit: float) -> Understanding:
    """With the flag, its kind and words; a harmless word (バカ売れ) is no abuse, whatever the classifier says."""
    found = replace(found, feelings=dict(heard))
    if words := table().of(found.text):
        return replace(found, abusive=True, abuse=words.kind, abuse_words=words.words)
    if heard.get(ABUSE, 0.0) >= limit and not table().harmless_only(found.text):
        return replace(found, abusive=True, abuse=TONE)
    return found


def without_abuse(text: str) -> str:
    """What else a message says; the text itself when it holds no such words."""
    return table().without(text)
