"""An order number as callers say it, letters and digits: ティービーの1234の5678 → TB12345678. Never a guess."""

from __future__ import annotations

import re
from functools import cache

import jaconv

from nihongo.normalise import clean
from nihongo.readings import readings
from nihongo.speech_noise import strip_noise
from nihongo.spoken_digits import digits, leads

_MOST = 5  # letters
_APART = re.compile(r"[\s、。・\-]*ノ?[\s、。・\-]*")
_NINE = "キュー"  # or Q


def code(text: str) -> str | None:
    """Letters, then digits; digits alone are one too; None unless every word of it is understood."""
    said = str(jaconv.hira2kata(strip_noise(clean(text))))
    start = _lead().match(said)
    rest, letters = said[start.end() if start else 0 :], ""
    while found := _letter().match(rest):
        letters += found[0].upper() if found[0].isascii() else _sounds()[found[0]]
        rest = _APART.sub("", rest[found.end() :], count=1)
    number = None if rest.startswith(_NINE) else digits(rest)
    return None if number is None or len(letters) > _MOST else letters + number


@cache
def _sounds() -> dict[str, str]:
    return {said: letter for letter, said in readings()["letters"].items() if said != _NINE}


@cache
def _letter() -> re.Pattern[str]:
    return re.compile(f"{'|'.join(sorted(_sounds(), key=len, reverse=True))}|[A-Za-z]")


@cache
def _lead() -> re.Pattern[str]:
    return re.compile(rf"(?:(?:{'|'.join(re.escape(jaconv.hira2kata(lead)) for lead in leads())})[\s、。]*){{1,3}}")
