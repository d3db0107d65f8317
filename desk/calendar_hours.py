"""Hours of a day as people write them: `9:00-12:00、13時〜18時`, `午前9時から午後6時まで`, `１０時半〜正午`."""

from __future__ import annotations

import re
from itertools import pairwise

from desk.words import word
from handoff.schedule import Window
from nihongo.normalise import clean

_DAY = 24 * 60
_NOON = 12 * 60
_BETWEEN = re.compile(r"[,、\s・]+|と|及び|および")
_RANGE = re.compile(" ?(?:[-~〜ー–—−―]|から) ?")
_HALF = "午前|午後|[AaPp][Mm]"
_CLOCK = re.compile(
    f"(?P<half>{_HALF})?(?:(?P<hour>[0-9]{{1,2}})(?::(?P<past>[0-9]{{2}})|時(?:(?P<minutes>[0-9]{{1,2}})分|(?P<and_half>半))?)?"
    "|(?P<noon>正午))"
)


class Bad(ValueError):
    """What was typed cannot be understood; the message is for who typed it."""


def windows(text: str) -> tuple[Window, ...]:
    """In order; none: closed. `Bad` says what cannot be."""
    said = " ".join(clean(text).split())
    if said in word("calendar.closed_words").split("・"):
        return ()
    said = re.sub(f"({_HALF}) ", r"\1", _RANGE.sub("-", said.replace("まで", "")))
    found = sorted((_window(piece) for piece in _BETWEEN.split(said) if piece), key=lambda one: one.opens)
    for before, after in pairwise(found):
        if after.opens < before.closes:
            raise Bad(word("calendar_problems.overlap", first=shown((before,)), second=shown((after,))))
    return tuple(found)


def shown(found: tuple[Window, ...]) -> str:
    return ", ".join(f"{window.opens}-{window.closes}" for window in sorted(found, key=lambda one: one.opens))


def _window(piece: str) -> Window:
    ends = piece.split("-")
    if len(ends) != 2:
        raise Bad(word("calendar_problems.window", text=piece))
    opens, afternoon = _clock(ends[0], piece)
    closes, _ = _clock(ends[1], piece, afternoon)
    if opens < closes:
        return Window(_text(opens), _text(closes))
    if closes < _NOON and opens < closes + _NOON:
        raise Bad(word("calendar_problems.afternoon", text=piece, meant=f"{_text(opens)}-{_text(closes + _NOON)}"))
    raise Bad(word("calendar_problems.order", text=piece))


def _clock(text: str, piece: str, afternoon: bool = False) -> tuple[int, bool]:
    """Minutes of the day, and whether 午後 was said; `afternoon`: it was, of the beginning (午後1時〜6時)."""
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise Bad(word("calendar_problems.window", text=piece))
    half = (found["half"] or "").lower()
    minutes = int(found["past"] or found["minutes"] or (30 if found["and_half"] else 0))
    at = _NOON if found["noon"] else int(found["hour"]) * 60 + minutes
    if minutes > 59 or at > (_DAY if not half else _NOON - 1):  # 午後12時 is noon for some and midnight for others
        raise Bad(word("calendar_problems.window", text=piece))
    later = half in ("午後", "pm") or (afternoon and not half and at < _NOON)
    return at + _NOON if later else at, later


def _text(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
