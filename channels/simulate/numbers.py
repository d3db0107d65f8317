"""Telephone numbers and sids as Twilio gives and takes them."""

from __future__ import annotations

import re
import uuid

ANONYMOUS = "+266696687"
"""What a withheld number looks like (ANONYMOUS on the keys of a telephone); some carriers send the word."""

_E164 = re.compile(r"\+[1-9]\d{6,14}")
_MOBILE = re.compile(r"\+81(20|60|70|80|90)\d{8}")
_ALPHANUMERIC = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 +_&-]{1,11}")
_GEO = ("City", "State", "Zip", "Country")


def new_sid(prefix: str) -> str:
    return prefix + uuid.uuid4().hex


def valid(number: str) -> bool:
    return _E164.fullmatch(number) is not None


def takes_no_texts(number: str) -> bool:
    """Japanese numbers other than mobiles: landlines, 050, freephone."""
    return number.startswith("+81") and not _MOBILE.fullmatch(number)


def alphanumeric(sender: str) -> bool:
    return _ALPHANUMERIC.fullmatch(sender) is not None


def geography(*sides: str) -> dict[str, str]:
    """The geo fields of a Japanese number: blank but for the country, and signed all the same."""
    return {f"{side}{part}": "JP" if part == "Country" else "" for side in sides for part in _GEO}
