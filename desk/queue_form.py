"""The form of a queue: what was typed, and what is wrong with it beside the queues that there are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from desk.words import word
from handoff.queue_settings import QueueSettings
from handoff.ticket import Reason
from nihongo.normalise import clean

CHATS_MOST = 10
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
_REASONS = {reason.value for reason in Reason}
# Field → (least, most).
NUMBERS = {
    "target_percent": (1, 100),
    "target_seconds": (1, 3600),
    "offer_seconds": (5, 300),
    "patience_seconds": (30, 3600),
    "callbacks_per_slot": (0, 50),
}


@dataclass(frozen=True)
class QueueForm:
    """`known`: a queue that there is, changed; else a new one."""

    given: dict[str, str]
    reasons: tuple[str, ...]
    known: bool

    def settings(self) -> QueueSettings:
        numbers = {name: int(self.given[name]) for name in NUMBERS}
        return QueueSettings(self.given["name"], self.given["title"], reasons=self.reasons, **numbers)

    def shown(self) -> dict[str, Any]:
        return self.given | {"reasons": self.reasons}


def typed(form: Any) -> QueueForm:
    """Digits and letters may be full width."""
    given = {name: clean(str(form.get(name, ""))) for name in ("name", *NUMBERS)}
    given["title"] = str(form.get("title", "")).strip()
    reasons = tuple(one for one in map(str, form.getall("reason", [])) if one in _REASONS)
    return QueueForm(given, reasons, form.get("known") == "1")


def problem(form: QueueForm, queues: Iterable[QueueSettings]) -> str | None:
    given, others = form.given, [one for one in queues if not form.known or one.name != form.given["name"]]
    if not _NAME.fullmatch(given["name"]):
        return word("problems.bad_queue_name")
    if not 1 <= len(given["title"]) <= 60:
        return word("problems.bad_queue_title")
    return _bad_number(given) or _taken(form, others)


def _bad_number(given: Mapping[str, str]) -> str | None:
    wrong = (number_problem(f"queue_fields.{name}", given[name], *ends) for name, ends in NUMBERS.items())
    return next(filter(None, wrong), None)


def number_problem(field: str, text: str, least: int, most: int) -> str | None:
    if text.isascii() and text.isdigit() and len(text) < 9 and least <= int(text) <= most:
        return None
    return word("problems.bad_number", field=word(field), least=least, most=most)


def _taken(form: QueueForm, others: list[QueueSettings]) -> str | None:
    """Two queues of one name nobody can tell apart, and a reason goes to one queue only."""
    if any(one.name == form.given["name"] for one in others):
        return word("problems.queue_taken", queue=form.given["name"])
    title = form.given["title"]
    if any(_same(one.title, title) for one in others):
        return word("problems.queue_title_taken", title=title)
    for reason in form.reasons:
        if owner := next((one for one in others if reason in one.reasons), None):
            return word("problems.reason_taken", reason=word(f"reasons.{reason}"), title=owner.title)
    return None


def _same(one: str, other: str) -> bool:
    return "".join(clean(one).casefold().split()) == "".join(clean(other).casefold().split())
