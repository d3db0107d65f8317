"""The record of a talk as its form was filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from desk.words import categories, word, words

NOTE_LIMIT = 2000
_SOLVED: dict[str, bool | None] = {"yes": True, "no": False, "unknown": None}


@dataclass(frozen=True)
class WriteUp:
    """`resolved`: yes, no, unknown. Nothing is chosen before the agent does."""

    category: str = ""
    disposition: str = ""
    resolved: str = ""
    note: str = ""

    @property
    def problem(self) -> str:
        """What is to be mended, in words; empty when nothing."""
        if self.category not in categories():
            return word("problems.no_category")
        if self.disposition not in words("dispositions"):
            return word("problems.no_disposition")
        if self.resolved not in _SOLVED:
            return word("problems.no_resolved")
        contradicts = self.disposition == "resolved" and self.resolved != "yes"
        return word("problems.contradiction") if contradicts else ""

    def written(self) -> dict[str, Any]:
        """For the ticket."""
        fields = {"disposition": self.disposition, "note": self.note, "category": self.category}
        return fields | {"resolved": _SOLVED[self.resolved]}


def read(form: Mapping[str, Any]) -> WriteUp:
    """What the browser sent."""
    category, disposition, resolved = (str(form.get(name, "")) for name in ("category", "disposition", "resolved"))
    return WriteUp(category, disposition, resolved, str(form.get("note", ""))[:NOTE_LIMIT])
