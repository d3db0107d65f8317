"""Which readings are surnames and given names by SudachiPy's dictionary: where a name without a space is parted."""

from __future__ import annotations

from functools import cache, lru_cache

import jaconv
from sudachipy import Dictionary

_PERSON, _SURNAME, _GIVEN = "人名", "姓", "名"


@cache
def load() -> Dictionary:
    """Takes a tenth of a second: an event loop has it done before, in a thread."""
    return Dictionary()


@lru_cache(maxsize=4096)
def surname_in(kana: str) -> str:
    """ヤマダ of 「ヤマダタロウ」 and of 「ヤマダ」; empty where there is no such place, or more than one."""
    if _SURNAME in _kinds(kana):
        return kana
    parts = ((kana[:at], kana[at:]) for at in range(1, len(kana)))
    found = [first for first, rest in parts if _SURNAME in _kinds(first) and _GIVEN in _kinds(rest)]
    return found[0] if len(found) == 1 else ""


def _kinds(kana: str) -> set[str]:
    """The dictionary has some readings in katakana, others in hiragana."""
    written = (kana, str(jaconv.kata2hira(kana)))
    parts = (word.part_of_speech() for each in written for word in load().lookup(each))
    return {part[3] for part in parts if part[2] == _PERSON}
