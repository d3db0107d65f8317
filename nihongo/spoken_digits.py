"""A number as callers say it, digit by digit: ぜろきゅうまるの一二三四の5678 → 09012345678. Never a guess."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import jaconv
import yaml

from nihongo.mask_numbers import HYPHENS
from nihongo.normalise import clean
from nihongo.numbers import KANJI_DIGITS, value

WORDS = Path(__file__).with_name("spoken_digits.yml")
_LONGEST = 120  # characters
_JOINT = "|"
_BREAK = re.compile(rf"[\s、。,.()「」・]+|(?<=[0-9{KANJI_DIGITS}])[{HYPHENS}]+|[\-‐‒–—―−─━]+")
_POINT = re.compile(r"[0-9][.:/][0-9]")  # 1.5, 9:30 and 11/26 are no numbers of anything
_DRAWN = re.compile("[ー〜~!?]")
_NUMERAL = re.compile(f"[{KANJI_DIGITS}十百千万]*[十百千万][{KANJI_DIGITS}十百千万]*")
_UNITS = "十百千万"
_FIGURES = re.compile(f"[0-9{KANJI_DIGITS}]")


def digits(text: str) -> str | None:
    """The digits of a telephone or order number or a code; None unless every word of it is understood."""
    words = _words()
    shown = clean(text)
    if len(shown) > _LONGEST or _POINT.search(shown) or words.never.search(shown):
        return None
    said = _stripped(_key(shown), words.lead)
    return words.read(_stripped(said[::-1], words.tail)[::-1])


def leads() -> tuple[str, ...]:
    """What is said before a number (注文番号は), the longest first."""
    return tuple(sorted(_listed()["leads"], key=len, reverse=True))


def _stripped(said: str, word: re.Pattern[str]) -> str:
    """Without the words that it begins with, the longest each time: never two ways to try."""
    while match := word.match(said):
        said = said[match.end() :]
    return said


def _key(text: str) -> str:
    """Hiragana without lengthening, a joint for every pause."""
    return str(_DRAWN.sub("", jaconv.kata2hira(_BREAK.sub(_JOINT, text.lower()))))


class _Words:
    """The table of spoken digits, as patterns."""

    def __init__(self, listed: dict[str, Any]) -> None:
        self.digits = {_key(word): digit for digit, said in listed["digits"].items() for word in said}
        self.short = {_key(word) for word in listed["short"]}
        passing = _either([*listed["fillers"], *listed["joints"]])
        self.passing = re.compile(f"{passing}|[{_JOINT}]")
        self.pause = re.compile(f"(?:^|(?<=[{_JOINT}]))(?:{_either(listed['pauses'])})(?=[{_JOINT}]|$)")
        self.digit = re.compile(_either(self.digits) + "|[0-9]")
        leads, pauses = _either([*listed["fillers"], *listed["leads"], *listed["joints"]]), _either(listed["pauses"])
        self.lead = re.compile(f"{leads}|(?:{pauses})[{_JOINT}]|[{_JOINT}]")
        self.tail = re.compile(f"{_either(listed['tails'], backwards=True)}|[{_JOINT}]")  # of a text turned round
        self.never = re.compile("|".join(re.escape(word) for word in listed["never"]))

    def read(self, said: str) -> str | None:
        """Digit words and what may stand between them, to the end."""
        figures, found, place, apart = bool(_FIGURES.search(said)), "", 0, True
        while place < len(said):
            if heard := self._digit(said, place, figures) or (apart and self._numeral(said, place)):
                found, place, apart = found + heard[0], heard[1], False
            elif pause := self.passing.match(said, place) or self.pause.match(said, place):
                place, apart = pause.end(), True
            else:
                return None
        return None if not found or said.strip(_JOINT) in self.short else found

    def _digit(self, said: str, place: int, figures: bool) -> tuple[str, int] | None:
        word = self.digit.match(said, place)
        if word is None or (figures and word[0] in self.short) or _NUMERAL.match(said, place):
            return None
        return self.digits.get(word[0], word[0]), word.end()

    def _numeral(self, said: str, place: int) -> tuple[str, int] | None:
        """千二百三十四 standing alone; not what may go on (二十、三: 203 or 23)."""
        numeral = _NUMERAL.match(said, place)
        if numeral is None or (numeral[0][-1] in _UNITS and numeral.end() < len(said)):
            return None
        number = value(numeral[0])
        return None if number is None or not self._ends(said, numeral.end()) else (str(number), numeral.end())

    def _ends(self, said: str, place: int) -> bool:
        return place == len(said) or self.passing.match(said, place) is not None


def _either(words: Iterable[str], backwards: bool = False) -> str:
    keys = sorted({_key(word) for word in words}, key=len, reverse=True)
    return "|".join(re.escape(key[::-1] if backwards else key) for key in keys)


@cache
def _listed() -> dict[str, Any]:
    return dict(yaml.safe_load(WORDS.read_text(encoding="utf-8")))


@cache
def _words() -> _Words:
    return _Words(_listed())
