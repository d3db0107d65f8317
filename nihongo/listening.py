"""What a recogniser's text means beside a question: 相槌, もう一度, ゆっくり, 担当者に代わって, and yes or no."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal, get_args

from nihongo.choice import none_of
from nihongo.phrases import meaning
from nihongo.speech_noise import strip_noise
from nihongo.spoken_code import code
from nihongo.spoken_digits import digits

__all__ = ["Meaning", "code", "digits", "heard", "yes_no"]

Meaning = Literal["backchannel", "repeat", "slower", "back", "go_on", "hang_up", "person", "wait", ""]

WORDS = Path(__file__).with_name("listening.yml")
YES_NO = Path(__file__).with_name("yes_no.yml")
_ASKED = re.compile("(?:はい|え|えっ|ええ|うん|ん|はあ?|はぁ|へ|あ)[?？]+")
_QUESTION = re.compile(r"[?？]\s*$")
_DRAWN = "ー〜~。、… "
_LONGEST = 60  # characters; whoever says more asks or tells something


def heard(text: str) -> Meaning:
    """What the whole of it means to the talk itself; empty where it is a question, an answer or anything else.

    A bare はい is a backchannel: who asked something reads `yes_no` first.
    """
    if _ASKED.fullmatch(text.strip()):
        return "repeat"
    ways = _ways(text)
    if ways == [""]:
        return "backchannel" if text.strip() else ""
    found = next(filter(None, (meaning(WORDS, said) for said in ways)), "")
    return next((name for name in get_args(Meaning) if name == found), "")


def yes_no(text: str) -> bool | None:
    """The answer to a question for confirmation; None where both or neither may be meant (結構です, 大丈夫です)."""
    ways = [] if _QUESTION.search(text) else _ways(text)
    found = next(filter(None, (meaning(YES_NO, said) for said in ways)), "")
    if found:
        return found == "agreed"
    return False if any(none_of(said) for said in ways) else None


def _ways(text: str) -> list[str]:
    """It, without what is said while thinking, and without a drawn-out end; nothing where it is too long."""
    said = text.strip()
    if len(said) > _LONGEST:
        return []
    bare = strip_noise(said)
    return list(dict.fromkeys((bare, said, bare.rstrip(_DRAWN)))) if bare.rstrip(_DRAWN) else [""]
