"""What the broker sends about a message: entries of the Redis stream `events`, and files while Redis is away."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import structlog

log = structlog.get_logger(__name__)
Event = dict[str, Any]
Events = dict[str, dict[str, Event]]  # conversation id → message id → event


def parsed(text: str) -> Event | None:
    """None for what is not an event of ours."""
    try:
        event = json.loads(text)
    except ValueError:
        event = None
    if isinstance(event, dict) and event.get("conversation_id") and event.get("message_id"):
        return event
    log.warning("voc.event_unreadable", length=len(text))
    return None


def sorted_out(texts: Iterable[str]) -> Events:
    """Events by conversation and message; of two about one message the greater, as in SQL."""
    found: Events = {}
    for event in filter(None, map(parsed, texts)):
        of = found.setdefault(str(event["conversation_id"]), {})
        name = str(event["message_id"])
        of[name] = max(of.get(name, event), event, key=as_text)
    return found


def as_text(event: Event) -> str:
    """As it is kept; the same event always gives the same text."""
    return json.dumps(event, ensure_ascii=False, sort_keys=True)


@contextmanager
def spooled(folder: Path) -> Iterator[Events]:
    """The events in the broker's files, which are whole when they appear; they go when the block ends well."""
    paths = sorted(folder.glob("events-*.jsonl"))
    yield sorted_out(line for path in paths for line in _lines(path))
    for path in paths:
        path.unlink(missing_ok=True)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:  # another writer kept it
        return []
