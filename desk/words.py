"""The desk's words: words.yml by dotted name."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml


@lru_cache(maxsize=1)
def _all() -> dict[str, dict[str, str]]:
    loaded: dict[str, dict[str, str]] = yaml.safe_load(Path(__file__).with_name("words.yml").read_text())
    return loaded


def words(group: str) -> dict[str, str]:
    return _all()[group]


def word(name: str, **values: Any) -> str:
    """`group.key`, filled in; a key that has no words is shown as it is."""
    group, key = name.split(".", 1)
    found = words(group).get(key, key)
    return found.format(**values) if values else found


@lru_cache(maxsize=1)
def categories() -> tuple[str, ...]:
    """What a talk may have been about, as paths of three levels: 配送/配送状況/遅延."""
    tree: dict[str, dict[str, list[str]]] = yaml.safe_load(Path(__file__).with_name("categories.yml").read_text())
    return tuple(
        f"{first}/{second}/{third}"
        for first, seconds in tree.items()
        for second in seconds
        for third in seconds[second]
    )
