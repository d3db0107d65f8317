"""What a text costs as SMS, counted as networks count: UTF-16 units, or GSM-7 where every character is in it."""

from __future__ import annotations

import re
from collections.abc import Iterable

import regex  # type: ignore[import-untyped]

SINGLE, PART = 70, 67  # UTF-16 units in one message; in each part of a longer one
GSM_SINGLE, GSM_PART = 160, 153
ADVISED, LONGEST = 320, 660  # units: warn above; Japanese carriers join at most ten parts of 66

_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWO = frozenset("^{}\\[~]|€\f")  # behind an escape: two places each
_SENTENCE = re.compile(r"[^。！？!?\n]*[。！？!?\n]+[」』）)\s]*|[^。！？!?\n]+")
_PHRASE = re.compile(r"[^、，,\s]*[、，,\s]+|[^、，,\s]+")
_CLUSTER = regex.compile(r"\X")  # a letter with all its marks, an emoji with all its parts
_POINT = re.compile(r"(?s:.)")


def units(text: str) -> int:
    """UTF-16 code units: 𠮷 and most emoji are two."""
    return len(text) + sum(char > "\uffff" for char in text)


def segments(text: str) -> int:
    """Messages charged for; 0 for an empty text."""
    if _is_gsm(text):
        return _parts([_places(char) for char in text], GSM_SINGLE, GSM_PART)
    return _parts([units(char) for char in text], SINGLE, PART)


def split(text: str, max_units: int = LONGEST) -> list[str]:
    """Pieces of at most `max_units` that join to the text.

    Cut at sentence ends, else at commas or spaces, else between letters. A letter with its marks is only broken
    where it alone is longer than a piece; a surrogate pair never is.
    """
    if max_units < 2:
        raise ValueError("a piece must have room for one surrogate pair")
    return _pack(_broken([text], max_units, (_SENTENCE, _PHRASE, _CLUSTER, _POINT)), max_units)


def _broken(pieces: Iterable[str], room: int, ways: tuple[re.Pattern[str], ...]) -> Iterable[str]:
    for piece in pieces:
        if units(piece) <= room or not ways:
            yield piece
        else:
            yield from _broken(_pack(ways[0].findall(piece), room), room, ways[1:])


def _pack(pieces: Iterable[str], room: int) -> list[str]:
    """Neighbours together as long as they fit."""
    packed: list[str] = []
    used = 0
    for piece in pieces:
        size = units(piece)
        if packed and used + size <= room:
            packed[-1] += piece
            used += size
        elif piece:
            packed.append(piece)
            used = size
    return packed


def _is_gsm(text: str) -> bool:
    return all(char in _GSM or char in _GSM_TWO for char in text)


def _places(char: str) -> int:
    return 2 if char in _GSM_TWO else 1


def _parts(sizes: list[int], single: int, part: int) -> int:
    """One, or as many parts as hold the characters unbroken (a pair that would straddle two moves to the next)."""
    if sum(sizes) <= single:
        return min(1, len(sizes))
    count, used = 1, 0
    for size in sizes:
        if used + size > part:
            count, used = count + 1, 0
        used += size
    return count
