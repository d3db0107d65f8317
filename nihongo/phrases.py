"""What a whole message means by its words alone, from a table in YAML that editors may add to.

`parts` are lists of words. `sentences` are, for each meaning, lines of part names and plain words in order: `name?` may
be left out, `name*` said more than once, `…` is anything. The first meaning with a line that fits the whole message
counts. Marks between words, and hiragana or katakana, make no difference.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from nihongo.normalise import compare_key

_ANYTHING = "…"
_OFTEN = {"?": "?", "*": "*?"}


def meaning(table: Path, text: str) -> str:
    """The meaning that the table gives to the whole text; empty when none."""
    key = compare_key(text)
    return next((name for name, sentences in _patterns(table) if sentences.fullmatch(key)), "")


@cache
def _patterns(table: Path) -> tuple[tuple[str, re.Pattern[str]], ...]:
    known: dict[str, Any] = yaml.safe_load(table.read_text(encoding="utf-8"))
    parts = {name: _words(words) for name, words in known.get("parts", {}).items()}
    return tuple(
        (name, re.compile("|".join(_line(line, parts) for line in lines))) for name, lines in known["sentences"].items()
    )


def _line(line: str, parts: dict[str, str]) -> str:
    return "".join(_token(token, parts) for token in line.split())


def _token(token: str, parts: dict[str, str]) -> str:
    name, often = (token[:-1], _OFTEN[token[-1]]) if token[-1] in _OFTEN else (token, "")
    if name == _ANYTHING:
        return f"(?:.+){often}"
    return (parts.get(name) or _words([name])) + often


def _words(words: Iterable[str]) -> str:
    return f"(?:{'|'.join(re.escape(compare_key(str(word))) for word in words)})"
