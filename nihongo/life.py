"""Words of dying and despair, by life.yml: whoever says them is never treated as abusive."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

WORDS = Path(__file__).with_name("life.yml")
KIND = "life"  # its one rule, and so the kind of the matter


def at_risk(text: str) -> bool:
    """Whether a normalised text speaks of its writer's, or somebody's, wish to die."""
    words, unless = _patterns()
    return any(one.search(text) for one in words) and not any(one.search(text) for one in unless)


@lru_cache(maxsize=1)
def _patterns() -> tuple[list[re.Pattern[str]], list[re.Pattern[str]]]:
    rule: dict[str, Any] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))[KIND]
    return [re.compile(one) for one in rule["words"]], [re.compile(one) for one in rule["unless"]]
