"""Words that are a letter away from known ones: 「キャンセリ」 for キャンセル, 「領収所」 for 領収書."""

from __future__ import annotations

import re
from collections.abc import Iterable

_RUNS = re.compile(r"[一-龠々]{3,}|[ァ-ヶー]{4,}")


def mistyped(said: str, known: Iterable[str]) -> str:
    """The first word of these texts, in kanji or katakana, which a text holds with one letter wrong; else nothing."""
    words = dict.fromkeys(run for text in known for run in _RUNS.findall(text))
    return next((word for word in words if any(_one_off(word, run) for run in _RUNS.findall(said))), "")


def _one_off(word: str, run: str) -> bool:
    """Whether the run holds the word but for one letter."""
    size = len(word)
    pieces = (run[at : at + size] for at in range(len(run) - size + 1))
    return any(sum(a != b for a, b in zip(word, piece, strict=True)) == 1 for piece in pieces)
