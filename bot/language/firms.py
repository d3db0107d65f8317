"""Whether a message names another firm, by the names of firms.yml."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from bot.language.index import Index
from nihongo.normalise import normalise

FIRMS = Path(__file__).with_name("firms.yml")
_PAYS = "(?!ペイ|Pay|カード|ギフト|で(?:支払|払|決済))"  # what one pays with is asked of us
_LETTERS = "A-Za-z0-9ァ-ヶー"  # a name is none inside a longer word of letters or katakana: au in auto


class Firms:
    """Names that the live articles' questions use are ours: an article about them answers."""

    def __init__(self, path: Path = FIRMS) -> None:
        kinds = yaml.safe_load(path.read_text(encoding="utf-8"))
        names = sorted({normalise(str(name)) for names in kinds.values() for name in names}, key=len, reverse=True)
        self._names = re.compile("|".join(map(_bounded, names)), re.IGNORECASE)

    def named(self, text: str, index: Index) -> bool:
        found = self._names.search(text)
        return found is not None and found[0] not in index.questions_as_one


def _bounded(name: str) -> str:
    before = f"(?<![{_LETTERS}])" if re.match(f"[{_LETTERS}]", name) else ""
    after = f"(?![{_LETTERS}])" if re.search(f"[{_LETTERS}]$", name) and len(name) <= 3 else ""
    return before + re.escape(name) + after + _PAYS
