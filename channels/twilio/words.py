"""What is said by SMS and telephone besides the words of the conversation, from words.yml."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

_FILE = Path(__file__).with_name("words.yml")


def say(name: str, /, **values: Any) -> str:
    """The sentence `section.name` with its {placeholders} filled."""
    return str(_entry(name)).format(**values)


def listed(name: str) -> list[str]:
    return [str(one) for one in _entry(name)]


def _entry(name: str) -> Any:
    found = _all()
    for part in name.split("."):
        found = found[part]
    return found


@cache
def _all() -> Any:
    return YAML(typ="safe").load(_FILE)
