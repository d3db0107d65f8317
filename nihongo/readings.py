"""The dictionary of what signs, units and Latin words are called aloud: readings.yml and, over it, an editor's file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

FILE = Path(__file__).with_name("readings.yml")
_INSENSITIVE = 3  # letters: of shorter words the case tells which is meant (No, NO)


@dataclass(frozen=True, eq=False)
class Readings:
    """One dictionary; the same object as long as its files are unchanged."""

    sections: Mapping[str, Any]

    def __getitem__(self, name: str) -> dict[str, str]:
        found: dict[str, str] = self.sections[name]
        return found

    @property
    def address(self) -> str:
        """What stands for an address where a sentence needs a word."""
        return str(self.sections["address"])

    @cached_property
    def words(self) -> re.Pattern[str]:
        """Any word of the dictionary, not within another Latin word, with the dot of No.3."""
        return re.compile(f"(?P<word>{'|'.join(_word(key) for key in _longest(self['words']))})(?:\\.\\s?(?=[0-9]))?")

    def word(self, found: str) -> str:
        """The reading of what `words` has found."""
        return self["words"].get(found) or self._folded[found.lower()]

    @cached_property
    def quantity(self) -> str:
        """A pattern: what behind a number makes it a quantity rather than a number of something."""
        counters = "|".join(re.escape(word) for word in _longest([*self.sections["counters"], *self["units"].values()]))
        units = "|".join(re.escape(unit) for unit in _longest(self["units"]))
        return f"(?:{counters}|(?:{units})(?![A-Za-z0-9]))"

    @cached_property
    def number_names(self) -> str:
        """A pattern: what a number is called that is said digit by digit."""
        return "|".join(re.escape(word) for word in _longest(self.sections["number_names"]))

    @cached_property
    def _folded(self) -> dict[str, str]:
        return {key.lower(): said for key, said in self["words"].items()}


def readings(own: Path | None = None) -> Readings:
    """The dictionary with the entries of an editor's own file, read anew when that file has changed."""
    if own is None or not own.exists():
        return _read(None, 0)
    return _read(own, own.stat().st_mtime_ns)


def either(keys: Iterable[str]) -> str:
    """A pattern of any of these, the longest first."""
    return "|".join(re.escape(key) for key in _longest(keys))


@lru_cache(maxsize=8)
def _read(own: Path | None, _changed: int) -> Readings:
    merged = _sections(FILE)
    for name, entries in (_sections(own) if own else {}).items():
        if name not in merged or type(entries) is not type(merged[name]):
            raise ValueError(f"{own}: no such section: {name}")
        merged[name] = _merged(merged[name], entries)
    return Readings(merged)


def _sections(path: Path) -> dict[str, Any]:
    listed = YAML(typ="safe").load(path) or {}
    return {name: _texts(entries) for name, entries in listed.items()}


def _texts(entries: Any) -> Any:
    if isinstance(entries, dict):
        return {str(key): str(said) for key, said in entries.items()}
    return [str(one) for one in entries] if isinstance(entries, list) else str(entries)


def _merged(ours: Any, theirs: Any) -> Any:
    if isinstance(ours, dict):
        return ours | theirs
    return [*ours, *theirs] if isinstance(ours, list) else theirs


def _longest(keys: Iterable[str]) -> list[str]:
    return sorted(keys, key=len, reverse=True)


def _word(key: str) -> str:
    before = "(?<![A-Za-z])" if key[0].isascii() and key[0].isalpha() else "(?<![0-9])" if key[0].isdigit() else ""
    behind = "(?![A-Za-z])" if key[-1].isascii() and key[-1].isalpha() else "(?![0-9])" if key[-1].isdigit() else ""
    same = f"(?i:{re.escape(key)})" if len(key) >= _INSENSITIVE else re.escape(key)
    return before + same + behind
