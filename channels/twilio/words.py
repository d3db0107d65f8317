"""What is said by SMS and telephone besides the words of the conversation, from words.yml."""

from __future__ import annotations

from pathlib import Path

from wording import Wording

_WORDING = Wording(Path(__file__).with_name("words.yml"))
say, listed = _WORDING.say, _WORDING.listed


def pairs(name: str) -> list[tuple[str, str]]:
    return [(str(one), str(other)) for one, other in _WORDING.entry(name)]
