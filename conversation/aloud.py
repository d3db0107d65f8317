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
    """An article and a person's words are left as they are; ours speak of no screen."""
    own = not article and speaker is not Speaker.AGENT
    return list(reader.parts(said(text, "voice") if own else text))
