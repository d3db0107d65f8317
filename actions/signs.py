"""Why a person is fetched, with the evidence: words, scores, what was before. Masked, as data; the desk words it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from conversation.words import Word
from handoff.ticket import Ticket
from nihongo.mask import mask_patterns

Sign = dict[str, Any]
_COMPLAINT = "complaint_recovery"


def signs(
    understanding: Mapping[str, Any],
    quoted: Iterable[str],
    slots: Mapping[str, Any],
    words: Iterable[Word],
    earlier: Iterable[Ticket],
) -> Iterator[Sign]:
    """In the order in which an agent wants them: this message, the talk so far, before that. `quoted`: the evidence of
    the message in whole sentences."""
    numbers = {word.message_id: word.seq for word in words}
    yield from _now(understanding, list(quoted))
    if count := int(slots.get("misses_total") or 0):
        yield {"kind": "misses", "count": count}
    for turn in (slots.get("mood") or {}).get("turns", ()):
        yield {"kind": "mood", "signs": list(turn["signs"]), **_place(turn, numbers)}
    for offence in slots.get("offences") or ():
        yield {"kind": "abuse", "category": offence["kind"], **_place(offence, numbers)}
    for ticket in earlier:
        yield {"kind": "earlier", "number": ticket.number, "reason": ticket.reason.value}


def _now(found: Mapping[str, Any], quoted: list[str]) -> Iterator[Sign]:
    """What the latest message itself says."""
    words = _masked(found.get("evidence") or ())
    if found.get("matter"):
        said = {"said": quoted} if quoted != words else {}
        yield {"kind": "words", "matter": found["matter"], "words": words} | said
    elif found.get("reason") == _COMPLAINT:
        yield {"kind": "score", "score": float((found.get("feelings") or {}).get("complaint", 0.0))}
    elif found.get("reason"):
        yield {"kind": "article", "words": words}


def _place(turn: Mapping[str, Any], numbers: Mapping[str, int]) -> Sign:
    return {"message": numbers.get(str(turn["message"]), 0), "words": _masked(turn["words"])}


def _masked(words: Iterable[object]) -> list[str]:
    return [mask_patterns(str(word)) for word in words]
