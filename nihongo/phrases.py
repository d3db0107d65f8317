"""What a whole message means by its words alone, from a table in YAML that editors may add to.

`parts` are lists of words. `sentences` are, for each meaning, lines of part names and plain words in order: `name?` may
be left out, `name*` said more than once, `…` is anything. The first meaning with a line that fits the whole message
counts. Marks between words, and hiragana or katakana, make no difference.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from nihongo.normalise import compare_key

_ANYTHING = "…"
_OFTEN = "?*"


@dataclass(frozen=True)
class _Step:
    """One token of a line: its words by their first letter; none of them for `…`."""

    words: dict[str, tuple[str, ...]]
    anything: bool
    optional: bool
    repeated: bool

    def ends(self, key: str, starts: set[int]) -> set[int]:
        """Where it may end in the text, begun at any of these places."""
        reached = set(starts) if self.optional else set()
        fresh = starts
        while fresh:
            fresh = self._once(key, fresh) - reached
            reached |= fresh
            if not self.repeated:
                break
        return reached

    def _once(self, key: str, starts: set[int]) -> set[int]:
        if self.anything:
            return set(range(min(starts) + 1, len(key) + 1))
        return {
            start + len(word)
            for start in starts
            for word in self.words.get(key[start : start + 1], ())
            if key.startswith(word, start)
        }


def meaning(table: Path, text: str) -> str:
    """The meaning that the table gives to the whole text; empty when none."""
    key = compare_key(text)
    return next((name for name, lines in _sentences(table) if any(_fits(line, key) for line in lines)), "")


def _fits(line: tuple[_Step, ...], key: str) -> bool:
    """By sets of places rather than by a pattern: words that overlap (え, ええ) would hold a pattern for minutes."""
    places = {0}
    for step in line:
        places = step.ends(key, places)
        if not places:
            return False
    return len(key) in places


@cache
def _sentences(table: Path) -> tuple[tuple[str, tuple[tuple[_Step, ...], ...]], ...]:
    known: dict[str, Any] = yaml.safe_load(table.read_text(encoding="utf-8"))
    parts = known.get("parts", {})
    return tuple(
        (name, tuple(tuple(_step(token, parts) for token in line.split()) for line in lines))
        for name, lines in known["sentences"].items()
    )


def _step(token: str, parts: dict[str, list[Any]]) -> _Step:
    name, often = (token[:-1], token[-1]) if token[-1] in _OFTEN else (token, "")
    if name == _ANYTHING:
        return _Step({}, True, bool(often), often == "*")
    keys = {compare_key(str(word)) for word in parts.get(name, [name])}
    return _Step(_by_letter(keys), False, bool(often) or "" in keys, often == "*")


def _by_letter(keys: Iterable[str]) -> dict[str, tuple[str, ...]]:
    listed: dict[str, tuple[str, ...]] = {}
    for key in filter(None, keys):
        listed[key[0]] = (*listed.get(key[0], ()), key)
    return listed
