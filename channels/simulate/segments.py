"""What a text costs, counted as Twilio counts; written apart from `nihongo` so that each can prove the other wrong."""

from __future__ import annotations

_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_DOUBLE = frozenset("^{}\\[~]|€\f")


def segments(text: str) -> int:
    """Parts that the text is sent in; none for no text."""
    if all(character in _GSM or character in _GSM_DOUBLE for character in text):
        return _parts([2 if character in _GSM_DOUBLE else 1 for character in text], 160, 153)
    return _parts([len(character.encode("utf-16-le")) // 2 for character in text], 70, 67)


def _parts(widths: list[int], alone: int, joined: int) -> int:
    if not widths:
        return 0
    if sum(widths) <= alone:
        return 1
    parts, room = 1, joined
    for width in widths:  # no character is cut in two
        if width > room:
            parts, room = parts + 1, joined
        room -= width
    return parts
