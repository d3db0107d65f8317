"""The words around the days and hours of a text, for tables of whole messages; and hours said as later or earlier."""

from __future__ import annotations

import re

from nihongo.when_pieces import pieces
from nihongo.when_text import prepared

MARK = "日時"  # stands for the days and hours
_BETWEEN = re.compile(
    f"{MARK}(?:[のにはでか、,・ ()~]|曜日?|から|まで|ごろ|くらい|ぐらい|以降|過ぎ|すぎ|前|台|中"
    f"|(?:じゃ|では?)なくて?)*(?={MARK})"
)
_AFTER = re.compile(f"{MARK}(?:曜日?|ごろ|くらい|ぐらい|以降|以後|過ぎ|すぎ|台|中|あたり)+")
_SHIFT = re.compile(
    "(?:あと|もう)?(?:([0-9]+)時間(半)?|([0-9]+)分)(?:くらい|ぐらい|ほど|だけ)?(?:に|を|、)?"
    "(?=(?P<later>遅|おそ|後ろ|うしろ|(?:後|あと)にずら|ずら)|早|はや|前(?:に[ずしお変]|倒))"
)


def framed(text: str) -> str:
    """The text with `MARK` for its days and hours; empty when it names none."""
    said = _SHIFT.sub(MARK, prepared(text))
    marked, last = "", 0
    for piece in pieces(said):
        if piece.start >= last:
            marked, last = marked + said[last : piece.start] + MARK, piece.end
    marked += said[last:]
    return _AFTER.sub(MARK, _BETWEEN.sub("", marked)) if last or shift(text) else ""


def shift(text: str) -> int:
    """Minutes by which something is to be later (below zero: earlier); 0 when none are named."""
    found = _SHIFT.search(prepared(text))
    if found is None:
        return 0
    hours, half, minutes = found.group(1, 2, 3)
    by = int(minutes) if minutes else int(hours) * 60 + (30 if half else 0)
    return by if found["later"] else -by
