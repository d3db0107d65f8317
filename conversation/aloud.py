"""A word of the conversation as a caller hears it: for the telephone, and for staff who read a call."""

from __future__ import annotations

from conversation.words import Speaker, Word
from nihongo.aloud import Reader
from nihongo.manner import said

KEYS = 8  # that choose what is offered: 9, 0, * and # have their own meaning


def aloud(word: Word, reader: Reader) -> list[str]:
    """In parts that are said one by one."""
    return heard(word.text, word.speaker, bool(word.article_id), reader)


def heard(text: str, speaker: Speaker, article: bool, reader: Reader) -> list[str]:
    return list(reader.parts(in_manner(text, speaker, article, "voice")))


def in_manner(text: str, speaker: Speaker, article: bool, channel: str) -> str:
    """As `sms` or `voice` says it: ours speak of no screen; an article and people's words are left as they are."""
    own = speaker in (Speaker.BOT, Speaker.SYSTEM) and not article
    return said(text, channel) if own else text
