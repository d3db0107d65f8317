"""What customers are told: the sentences of sentences.yml, filled in."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml


@lru_cache(maxsize=1)
def _all() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("sentences.yml").read_text())
    return loaded


def say(name: str, **values: object) -> str:
    """The sentence `name` (`group.name` in a group), filled in; empty when there is none."""
    node: Any = _all()
    for part in name.split("."):
        node = (node or {}).get(part)
    return str(node or "").format(**values)


def several(name: str) -> list[str]:
    """The list `group.name`."""
    node: Any = _all()
    for part in name.split("."):
        node = node[part]
    return [str(one) for one in node]


def weekday(number: int) -> str:
    """Monday is 0."""
    return str(_all()["weekdays"][number])
