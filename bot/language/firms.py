"""Whether a message names another firm, by the names of firms.yml."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from bot.language.index import Index
from nihongo.normalise import normalise

FIRMS = Path(__file__).with_name("firms.yml")
OURS = "ours"  # the list of what may follow a name; the others are lists of names
_LETTERS = "A-Za-z0-9ァ-ヶー"  # a name is none inside a longer word of letters or katakana: au in auto


class Firms:
    """Names that the live articles' questions use are ours: an article about them answers. So is what one pays with,
    or compares us with."""

    def __init__(self, path: Path = FIRMS) -> None:
        kinds = yaml.safe_load(path.read_text(encoding="utf-8"))
        self._ours = re.compile("|".join(kinds.pop(OURS)), re.IGNORECASE)
        names = sorted({normalise(str(name)) for names in kinds.values() for name in names}, key=len, reverse=True)
        self._names = re.compile("|".join(map(_bounded, names)), re.IGNORECASE)

    def named(self, text: str, index: Index) -> bool:
        return any(name not in index.questions_as_one for name in self.names(text))

    def names(self, text: str) -> list[str]:
        """The names it speaks of as theirs."""
        return [found[0] for found in self._names.finditer(text) if not self._ours.match(text, found.end())]


def _bounded(name: str) -> str:
    before = f"(?<![{_LETTERS}])" if re.match(f"[{_LETTERS}]", name) else ""
    after = f"(?![{_LETTERS}])" if re.search(f"[{_LETTERS}]$", name) and len(name) <= 3 else ""
    return before + re.escape(name) + after
