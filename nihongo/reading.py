"""A first reading layer: text written for the eye as a voice should say it (9:30 → 9時30分, 1〜3日 → 1から3日)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache

import phonenumbers

from nihongo.plain import plain
from nihongo.words import section

Step = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]

_EMOJI = re.compile(
    "[\u00a9\u00ae\u203c\u2049\u20e3\u2122\u2139\u2300-\u23ff\u2460-\u2bff\ufe0f\u200d\U0001f000-\U0001faff]+"
)
_PHONE = re.compile("(?<![0-9])0[0-9]{1,4}(?:-[0-9]{2,4}){1,2}(?![0-9-])|(?<![0-9])0[0-9]{9,10}(?![0-9])")
_PAUSES = re.compile(r"[\s]*、[\s、]*")
_LINES = re.compile(r"(?<![。、!?\s])\s*\n+\s*")


def speakable(markdown: str) -> str:
    """No marks, links or signs; numbers, times and known abbreviations as they are said."""
    text = unicodedata.normalize("NFKC", plain(markdown))
    for pattern, reading in _steps():
        text = pattern.sub(reading, text)
    return text.strip(" 、")


@cache
def _steps() -> tuple[Step, ...]:
    return (
        (re.compile(r"(?:https?://|www\.)[!-~]+|[A-Za-z0-9._%+\-]+@[A-Za-z0-9.\-]+", re.IGNORECASE), ""),
        (_EMOJI, ""),
        (
            re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})([/\-])(1[0-2]|0?[1-9])\2(3[01]|[12][0-9]|0?[1-9])(?![0-9])"),
            _date,
        ),
        (re.compile(r"(?<![0-9/])(1[0-2]|0?[1-9])/(3[01]|[12][0-9]|0?[1-9])(?![0-9/])"), _day),
        (re.compile("(?<![0-9])([0-9]{1,2}):([0-5][0-9])(?![0-9])"), _time),
        (re.compile("(?<=[0-9]),(?=[0-9]{3}(?![0-9]))"), ""),
        (_PHONE, _phone),
        (re.compile(r"(?<=[0-9])\s?[-−‐–—]\s?(?=[0-9])"), "から"),
        (
            re.compile(f"(?<=[0-9])(?:{_either('units')})(?![A-Za-z])"),
            lambda match: section("units")[match[0]],
        ),
        (
            re.compile(f"(?<![A-Za-z])(?:{_either('readings')})(?![A-Za-z])"),
            lambda match: section("readings")[match[0]],
        ),
        (re.compile("(?<![A-Za-z])[A-Z]{1,6}(?![A-Za-z])"), _spelled),
        (re.compile(r"から\s?[〜~]|[〜~]\s?(?=まで)"), "から"),
        (re.compile(_either("spoken_symbols")), lambda match: section("spoken_symbols")[match[0]]),
        (re.compile("[「」『』\"']"), ""),
        (re.compile(r"(?m)^\s*([0-9]+)\.\s"), r"\1、"),
        (re.compile(r"[^\w\s、。.,!?゙゚]|_"), "、"),  # brackets and all other signs: a short pause
        (_LINES, "。"),
        (re.compile(r"\s+"), " "),
        (_PAUSES, "、"),
        (re.compile("、+(?=[。!?]|です)|(?<=[。!?])[、 ]+"), ""),
    )


def _either(name: str) -> str:
    """Any key of a section, the longest first."""
    return "|".join(re.escape(key) for key in sorted(section(name), key=len, reverse=True))


def _date(match: re.Match[str]) -> str:
    return f"{match[1]}年{int(match[3])}月{int(match[4])}日"


def _day(match: re.Match[str]) -> str:
    return f"{int(match[1])}月{int(match[2])}日"


def _time(match: re.Match[str]) -> str:
    minutes = int(match[2])
    return f"{int(match[1])}時{minutes}分" if minutes else f"{int(match[1])}時"


def _phone(match: re.Match[str]) -> str:
    """In the groups it was written in, else in those of the numbering plan."""
    if "-" in match[0]:
        return match[0].replace("-", "、")
    number = phonenumbers.parse(match[0], "JP")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL).replace("-", "、")


def _spelled(match: re.Match[str]) -> str:
    return "".join(section("letters")[letter] for letter in match[0])
