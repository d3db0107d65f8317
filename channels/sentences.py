"""The sentences that the door itself says, from sentences.yml."""

from __future__ import annotations

from pathlib import Path

from wording import Wording

_WORDING = Wording(Path(__file__).with_name("sentences.yml"))
say, entry = _WORDING.say, _WORDING.entry
