"""A name or a number, where one was asked for, as a booking takes it; it is read back before it counts."""

from __future__ import annotations

from bot.language.client import LanguageAway, LanguageClient
from handoff.typed import while_booking
from nihongo.spoken_digits import digits

_SHORTEST = 9  # digits of a telephone number; にく is two digits, and a name


async def spelled(language: LanguageClient, text: str) -> str:
    """Digits of a number, kana of a name; what is a wish of the booking stays as it is."""
    if while_booking(text):
        return text
    if len(number := digits(text) or "") >= _SHORTEST:
        return number
    try:
        return await language.kana(text)
    except LanguageAway:
        return text
