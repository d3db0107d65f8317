"""Whether a message is about another firm, by the names of firms.yml and what follows them."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from bot.language.index import Index
from nihongo.normalise import normalise

FIRMS = Path(__file__).with_name("firms.yml")
OURS, AS_WRITTEN = "ours", "as_written"  # the table of what may follow a name; the others are lists of names
_LETTERS = "A-Za-z0-9ァ-ヶー"  # a name is none inside a longer word of letters or katakana: au in auto


class Firms:
    """Names that the live articles' questions use are ours: an article about them answers. So is what one pays with,
    compares us with, or is written to at."""

    def __init__(self, path: Path = FIRMS) -> None:
        kinds = yaml.safe_load(path.read_text(encoding="utf-8"))
        ours = {word: re.compile("|".join(follows), re.IGNORECASE) for word, follows in kinds.pop(OURS).items()}
        self._written = ours.pop(AS_WRITTEN)
        self._read_as = ours
        names = sorted({normalise(str(name)) for names in kinds.values() for name in names}, key=len, reverse=True)
        by_first: dict[str, list[str]] = {}  # most characters begin none of 560 names, the others few
        for name in names:
            by_first.setdefault(name[0].lower(), []).append(_bounded(name))
        groups = (f"(?=[{re.escape(first)}])(?:{'|'.join(same)})" for first, same in by_first.items())
        first = re.escape("".join(sorted(by_first)))
        self._names = re.compile(f"(?=[{first}])(?:{'|'.join(groups)})", re.IGNORECASE)

    def named(self, text: str, index: Index) -> bool:
        return any(not self._asked(name, index) for name in self.names(text))

    def _asked(self, name: str, index: Index) -> bool:
        """Whether a live article's question speaks of it; one of 楽天ペイ does not of 楽天."""
        return any(name in self.names(question) for question in index.texts.questions if name in question)

    def names(self, text: str) -> list[str]:
        """The names that it speaks of as theirs."""
        read = self.read(text)
        return [found[0] for found in self._names.finditer(read) if not self._written.match(read, found.end())]

    def read(self, text: str) -> str:
        """「ヨドバシより高い」 as 「他店より高い」: what is our matter, without the name."""
        return self._names.sub(self._word, text)

    def _word(self, name: re.Match[str]) -> str:
        fits = (word for word, follows in self._read_as.items() if follows.match(name.string, name.end()))
        return next(fits, name[0])


def _bounded(name: str) -> str:
    before = f"(?<![{_LETTERS}])" if re.match(f"[{_LETTERS}]", name) else ""
    after = f"(?![{_LETTERS}])" if re.search(f"[{_LETTERS}]$", name) and len(name) <= 3 else ""
    return before + re.escape(name) + after
