"""What differs between two versions of an article, field by field and letter by letter."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from desk.editor_form import values
from kb.article import Article

FIELDS = (
    "title", "status", "scope", "reason", "category", "web", "sms", "speech", "phrasings", "keywords", "related",
    "owner", "review_by", "valid_from", "valid_until",
)  # fmt: skip
_TOKEN = re.compile(r"https?://[!-~]+|[0-9][0-9,.]*|[A-Za-z]+|\*\*|(?s:.)")
_SHORTEST = 2  # equal letters between two changes that are worth showing as kept


@dataclass(frozen=True)
class Piece:
    kind: str
    """same | gone | new"""
    text: str


@dataclass(frozen=True)
class Difference:
    field: str
    pieces: tuple[Piece, ...]


def differences(old: Article | None, new: Article | None) -> list[Difference]:
    """The fields that differ; None has nothing in any field."""
    before, after = _texts(old), _texts(new)
    return [
        Difference(field, tuple(pieces(before[field], after[field])))
        for field in FIELDS
        if before[field] != after[field]
    ]


def pieces(old: str, new: str) -> list[Piece]:
    """What stays, goes and comes: letter by letter, but numbers, Latin words and addresses whole."""
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    found: list[Piece] = []
    for kind, start, end, new_start, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        kept = "".join(before[start:end])
        lone = start > 0 and end < len(before) and len(kept) < _SHORTEST
        if kind == "equal" and not lone:
            found.append(Piece("same", kept))
        else:
            found += [Piece("gone", kept), Piece("new", "".join(after[new_start:new_end]))]
    return _joined(found)


def _joined(found: list[Piece]) -> list[Piece]:
    """Neighbouring changes as one: everything that goes, then everything that comes."""
    result: list[Piece] = []
    gone = new = ""
    for piece in [*found, Piece("same", "")]:
        if piece.kind == "gone":
            gone += piece.text
        elif piece.kind == "new":
            new += piece.text
        else:
            result += [Piece("gone", gone), Piece("new", new), piece]
            gone = new = ""
    return [piece for piece in result if piece.text]


def _texts(article: Article | None) -> dict[str, str]:
    shown: dict[str, Any] = values(article) if article else {}
    return {field: _text(shown.get(field, "")) for field in FIELDS}


def _text(value: Any) -> str:
    return "\n".join(value) if isinstance(value, list) else str(value)
