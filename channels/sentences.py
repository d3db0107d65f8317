"""The sentences that the door itself says, from sentences.yml."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

_FILE = Path(__file__).with_name("sentences.yml")


def say(name: str, **values: Any) -> str:
    """The sentence `section.name` with its {placeholders} filled."""
    return str(entry(name)).format(**values)


def entry(name: str) -> Any:
    """The raw entry: a sentence, a list or a mapping."""
    found = _all()
    for part in name.split("."):
        found = found[part]
    return found


@cache
def _all() -> Any:
    return YAML(typ="safe").load(_FILE)
