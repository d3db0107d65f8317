"""Numbers as Twilio gives them: E.164, withheld ones, whether a text can reach them, and how a log may name them."""

from __future__ import annotations

import hashlib
import hmac

import phonenumbers
from phonenumbers import PhoneNumberType

# What stands for a caller who does not show a number; +266696687 spells anonymous.
_WITHHELD = frozenset(
    {"", "+266696687", "anonymous", "restricted", "unavailable", "unknown", "+86282452253", "+7378742833"}
)
_TEXTED = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})


def e164(number: str) -> str | None:
    """The number in E.164; None: withheld, or no telephone number at all (client:, sip:)."""
    if number.strip().lower() in _WITHHELD:
        return None
    try:
        read = phonenumbers.parse(number, "JP")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(read):
        return None
    return phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.E164)


def takes_texts(number: str) -> bool:
    """Whether this number (E.164) can receive SMS: no landline, 050 or freephone."""
    return phonenumbers.number_type(phonenumbers.parse(number)) in _TEXTED


def hashed(key: str, *parts: str) -> str:
    """A name for a number that tells nobody the number; 24 hexadecimal digits."""
    return hmac.new(key.encode(), "|".join(parts).encode(), hashlib.sha256).hexdigest()[:24]
