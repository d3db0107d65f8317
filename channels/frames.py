"""Words as the page sees them, and what the page sends, checked."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from channels.errors import Refusal
from conversation.words import Kind, Word
from nihongo.japan_time import TOKYO
from nihongo.surname import first_part

Frame = dict[str, Any]
_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")  # no colon: ids with one are the server's


def shown(word: Word) -> Frame | None:
    """The frame of a word; None for what the page is not told. A choice's command is never in it."""
    if word.kind is Kind.STATE:
        return state(word.meta) if "talking_to" in word.meta else None
    if not word.shown:
        return None
    frame = {
        "type": "message",
        "seq": word.seq,
        "from": word.speaker.value,
        "text": word.text,
        "choices": [choice.public() for choice in word.choices],
        "exchange_id": word.exchange_id,
        "article_id": word.article_id,
        "at": datetime.fromtimestamp(word.at, TOKYO).isoformat(timespec="milliseconds"),
    }
    return frame | ({"name": first_part(word.meta["agent"])} if word.meta.get("agent") else {})


def state(meta: Frame) -> Frame:
    frame = {"type": "state", "talking_to": meta["talking_to"]}
    frame |= {"queue": meta["queue"]} if meta.get("queue") else {}
    frame |= {"name": first_part(meta["agent"])} if meta.get("agent") else {}
    return frame | ({"over": True} if meta.get("over") else {})


def parse(text: str | bytes) -> Frame:
    """A JSON object, or Refusal."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Refusal("bad_request")
    return found


def string(frame: Frame, name: str, longest: int = 8192, required: bool = True) -> str:
    """A text field of a frame."""
    value = frame.get(name)
    if value is None and not required:
        return ""
    if not isinstance(value, str) or len(value) > longest:
        raise Refusal("bad_request")
    return value.encode("utf-8", "ignore").decode()  # lone surrogates cannot be stored


def message_id(frame: Frame) -> str:
    found = string(frame, "id")
    if not _ID.fullmatch(found):
        raise Refusal("bad_request")
    return found


def number(value: object) -> int:
    """A message number as a JSON number or a query text."""
    try:
        found = int(str(value if value is not None else 0))
    except ValueError:
        raise Refusal("bad_request") from None
    if isinstance(value, bool) or not 0 <= found < 2**53:
        raise Refusal("bad_request")
    return found
