"""What is said by SMS and telephone besides the words of the conversation, from words.yml."""

from __future__ import annotations

from pathlib import Path

from wording import Wording

_WORDING = Wording(Path(__file__).with_name("words.yml"))
say, listed = _WORDING.say, _WORDING.listed
