"""The words of a screen as another channel says them: 入力してください → お話しください (words.yml, `instead`)."""

from __future__ import annotations

from channels.twilio.words import pairs


def said(text: str, channel: str) -> str:
    """The text for `sms` or `voice`. Longer phrases go first in the table."""
    for screen, here in pairs(f"instead.{channel}"):
        text = text.replace(screen, here)
    return text
