"""What customers are told: the sentences of sentences.yml, filled in."""

from __future__ import annotations

from pathlib import Path

from wording import Wording

_WORDING = Wording(Path(__file__).with_name("sentences.yml"))
several = _WORDING.listed


def say(name: str, **values: object) -> str:
    """The sentence `name` (`group.name` in a group), filled in; empty when there is none."""
    return str(_WORDING.get(name) or "").format(**values)


def weekday(number: int) -> str:
    """Monday is 0."""
    return several("weekdays")[number]
