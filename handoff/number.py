"""受付番号: eight digits, random, the last a check digit (Damm: finds every wrong digit and every swapped pair)."""

from __future__ import annotations

import re
import secrets
import unicodedata

_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)
_BETWEEN = re.compile(r"[\s\-‐‑–—―−ー・.]")


def _checksum(digits: str) -> str:
    interim = 0
    for digit in digits:
        interim = int(_DAMM[interim][int(digit)])
    return str(interim)


def new() -> str:
    """A fresh number; never begins with 0, so that nobody drops it."""
    body = str(1_000_000 + secrets.randbelow(9_000_000))
    return body + _checksum(body)


def valid(number: str) -> bool:
    return bool(re.fullmatch(r"[1-9][0-9]{7}", number)) and _checksum(number) == "0"


def spoken(number: str) -> str:
    """In two groups, as it is read aloud: 1234-5678."""
    return f"{number[:4]}-{number[4:]}"


def parse(text: str) -> str | None:
    """The number that somebody typed or dictated (any width, spaces, hyphens), or None when it cannot be one."""
    digits = _BETWEEN.sub("", unicodedata.normalize("NFKC", text))
    return digits if valid(digits) else None
