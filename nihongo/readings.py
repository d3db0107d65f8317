"""The dictionary of what signs, units and Latin words are called aloud: readings.yml and, over it, an editor's file."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from nihongo.own_readings import Fault, read

FILE = Path(__file__).with_name("readings.yml")
_INSENSITIVE = 3  # letters: of shorter words the case tells which is meant (No, NO)
_log = logging.getLogger(__name__)
_Stamp = tuple[int, int, int]


@dataclass(frozen=True, eq=False)
class Readings:
    """One dictionary; the same object as long as its files are unchanged."""

    sections: Mapping[str, Any]
    added: frozenset[str] = frozenset()
    """Words that editors have added."""

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
        return re.compile(f"(?P<word>{_any_of(self['words'])})(?:\\.\\s?(?=[0-9]))?")

    @cached_property
    def own_words(self) -> re.Pattern[str] | None:
        """Any word that editors have added."""
        return re.compile(_any_of(self.added)) if self.added else None

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
    """The dictionary with the entries of an editor's own file, read anew when that file has changed. Whatever is wrong
    with the file, there is always a reading: what can be used of it is used."""
    try:
        stat = own.stat() if own else None
    except OSError:
        stat = None
    return _read(own, (stat.st_mtime_ns, stat.st_size, stat.st_ino)) if stat else _read(None, None)


def faults(own: Path) -> list[Fault]:
    """What of an editor's own file is not used, and why; a missing file has none."""
    return read(own, _ours()).faults if own.exists() else []


def section_names() -> list[str]:
    """What the sections of a dictionary are called."""
    return list(_ours())


def either(keys: Iterable[str]) -> str:
    """A pattern of any of these, the longest first."""
    return "|".join(re.escape(key) for key in _longest(keys))


@lru_cache(maxsize=8)
def _read(own: Path | None, _stamp: _Stamp | None) -> Readings:
    merged, added = dict(_ours()), frozenset[str]()
    if own:
        theirs = read(own, merged)
        for fault in theirs.faults:
            _log.warning("%s:%s: left out: %s %s %s", own, fault.line, fault.code, fault.name, fault.detail)
        merged |= {name: _merged(name, merged[name], entries) for name, entries in theirs.sections.items()}
        added = frozenset(theirs.sections.get("words", ()))
    return Readings(merged, added)


@cache
def _ours() -> Mapping[str, Any]:
    listed = YAML(typ="safe").load(FILE)
    return {name: _texts(entries) for name, entries in listed.items()}


def _texts(entries: Any) -> Any:
    if isinstance(entries, dict):
        return {str(key): str(said) for key, said in entries.items()}
    return [str(one) for one in entries] if isinstance(entries, list) else str(entries)


def _merged(name: str, ours: Any, theirs: Any) -> Any:
    if name == "words":  # 「paypay」 takes the place of 「PayPay」
        folded = {word.lower() for word in theirs if len(word) >= _INSENSITIVE}
        ours = {word: said for word, said in ours.items() if word.lower() not in folded}
    if isinstance(ours, dict):
        return ours | theirs
    return [*ours, *theirs] if isinstance(ours, list) else theirs


def _any_of(words: Collection[str]) -> str:
    """The first letter is looked at before each word is tried."""
    begins = {letter for word in words for letter in (word[0].lower(), word[0].upper())}
    return f"(?=[{re.escape(''.join(sorted(begins)))}])(?:{'|'.join(_word(word) for word in _longest(words))})"


def _longest(keys: Iterable[str]) -> list[str]:
    return sorted(keys, key=len, reverse=True)


def _word(key: str) -> str:
    before = "(?<![A-Za-z])" if key[0].isascii() and key[0].isalpha() else "(?<![0-9])" if key[0].isdigit() else ""
    behind = "(?![A-Za-z])" if key[-1].isascii() and key[-1].isalpha() else "(?![0-9])" if key[-1].isdigit() else ""
    same = f"(?i:{re.escape(key)})" if len(key) >= _INSENSITIVE else re.escape(key)
    return before + same + behind
