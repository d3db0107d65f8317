"""The surname of a name as people write it: the first part of a Japanese name."""

from __future__ import annotations

import re

_JAPANESE = re.compile("[ぁ-ゖァ-ヺー々〆ヶ一-鿿豈-龥]+")
_KANA = re.compile("[ぁ-ゖァ-ヺー]+")
_LONGEST_KANA, _LONGEST_KANJI = 4, 2  # of one part that is taken for a surname: ヤマダ, ワタナベ; 山田


def first_part(name: str) -> str:
    """山田 of 「山田 花子」; what has no parts, or is no Japanese name, as it is."""
    parts = name.split()
    return parts[0] if len(parts) > 1 and all(map(_JAPANESE.fullmatch, parts)) else name.strip()


def surname(name: str) -> str:
    """As `first_part`, but empty where one part may be the full name (ヤマダハナコ), or the order is not known."""
    found = first_part(name)
    if found != name.strip():
        return found
    longest = _LONGEST_KANA if _KANA.fullmatch(found) else _LONGEST_KANJI
    return found if _JAPANESE.fullmatch(found) and len(found) <= longest else ""
