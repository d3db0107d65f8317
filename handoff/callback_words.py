"""What customers type about a callback instead of pressing its buttons (callback_words.yml)."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from handoff.buttons import CALLBACK, CALLBACK_CANCEL, CALLBACK_CHANGE, CALLBACK_WHEN
from nihongo.normalise import compare_key

_BOOKED = {"cancel": CALLBACK_CANCEL, "change": CALLBACK_CHANGE, "tell": CALLBACK_WHEN}


def meant_of_booked(text: str) -> str:
    """The button that was meant by who has a callback booked; empty when none: only whole messages count."""
    key = compare_key(text)
    return next((command for name, command in _BOOKED.items() if _patterns()[name].fullmatch(key)), "")


def wanted(text: str) -> str:
    """`CALLBACK` where somebody without one asks for nothing but that; else empty."""
    return CALLBACK if _patterns()["want"].fullmatch(compare_key(text)) else ""


@lru_cache(maxsize=1)
def _patterns() -> dict[str, re.Pattern[str]]:
    known: dict[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text())
    parts = {name: _any(map(compare_key, texts)) for name, texts in known["parts"].items()}
    shapes = known["sentences"].items()
    return {name: re.compile(_any((_shape(one, parts) for one in lines), False)) for name, lines in shapes}


def _shape(line: str, parts: dict[str, str]) -> str:
    """One sentence: names of parts and plain words, in order."""
    found = []
    for token in line.split():
        name = token.rstrip("?")
        found.append(parts.get(name, f"(?:{re.escape(compare_key(name))})") + ("?" if token != name else ""))
    return "".join(found)


def _any(texts: Any, plain: bool = True) -> str:
    return f"(?:{'|'.join(map(re.escape, texts) if plain else texts)})"
