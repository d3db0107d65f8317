"""The words of a screen as another channel says them: 入力してください → お話しください (manner.yml)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from wording import Wording

_WORDING = Wording(Path(__file__).with_name("manner.yml"))


def said(text: str, channel: str) -> str:
    """The text for `sms` or `voice`. Longer phrases go first in the table."""
    for screen, here in pairs(channel):
        text = text.replace(screen, here)
    return text


@cache
def pairs(channel: str) -> tuple[tuple[str, str], ...]:
    """What is said on a screen, and what instead of it."""
    return tuple((str(screen), str(here)) for screen, here in _WORDING.entry(channel))
