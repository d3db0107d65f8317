"""Which of a customer's messages says most clearly what they want, by wishes.yml."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from nihongo.courtesy import without_courtesy
from nihongo.normalise import compare_key, normalise
from nihongo.phrases import meaning
from nihongo.surname import surname

_WORDS = Path(__file__).with_name("wishes.yml")
_CLEAR = ("nothing", "", "question", "wish")
_LEAST = 4  # letters of what says something
_NUMBER = re.compile(r"[0-9a-z]*")
_IS = re.compile("です$")


def clearest(texts: Iterable[str]) -> str:
    """A wish before a question before what is only told, the newest of them; empty where none says anything."""
    best, found = 1, ""
    for text in texts:
        if (clear := _clear(text)) >= best:
            best, found = clear, text
    return found


def _clear(text: str) -> int:
    said = without_courtesy(normalise(text))
    key = compare_key(said)
    if len(key) < _LEAST or _NUMBER.fullmatch(key) or surname(_IS.sub("", said)):
        return 0
    name = meaning(_WORDS, said)
    return 0 if name == "nothing" else 1 + _CLEAR[1:].index(name)
