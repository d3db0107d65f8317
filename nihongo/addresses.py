"""Web and mail addresses within a text: a voice cannot say them, a text message can carry them."""

from __future__ import annotations

import re

_DOMAINS = "com|net|org|info|biz|jp|io|app|dev|shop|store|example|tokyo|me|tv|cc|to|ly"
_HOST = rf"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{{0,61}}[A-Za-z0-9])?\.){{1,5}}(?:{_DOMAINS})(?![A-Za-z0-9.-]*[A-Za-z0-9])"
URL = re.compile(
    rf"(?:https?://|www\.)[!-~]+|(?<![A-Za-z0-9@.\-]){_HOST}(?:[/?#][!-~]*)?",
    re.IGNORECASE,
)
EMAIL = re.compile(r"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9.\-]*[A-Za-z0-9]")
_MAIL_DOMAIN = rf"@{_HOST}"  # 「@shop.example からの受信」
ADDRESS = re.compile(rf"(?:mailto:)?{EMAIL.pattern}|{_MAIL_DOMAIN}|{URL.pattern}", re.IGNORECASE)
_PAIRS = {")": "(", "]": "[", ">": "<"}
_TAIL = ".,;:!?'\"*_~`"


def trimmed(address: str) -> str:
    """Without the marks that a sentence puts behind it: (https://shop.example/a). is https://shop.example/a."""
    while address and (
        address[-1] in _TAIL
        or (address[-1] in _PAIRS and address.count(_PAIRS[address[-1]]) < address.count(address[-1]))
    ):
        address = address[:-1]
    return address


def urls(text: str) -> tuple[str, ...]:
    """Each once, in the order of the text, with their scheme."""
    found = (trimmed(match[0]) for match in URL.finditer(EMAIL.sub(" ", text)))
    return tuple(dict.fromkeys(one if "://" in one else f"https://{one}" for one in found if one))


def emails(text: str) -> tuple[str, ...]:
    """Each once, in the order of the text."""
    return tuple(dict.fromkeys(match[0] for match in EMAIL.finditer(URL.sub(" ", text))))
