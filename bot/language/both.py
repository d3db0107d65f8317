"""Two questions in one message: the second follows the first."""

from __future__ import annotations

from bot.language.follow import followed
from bot.language.readings import Before, Readings, top, which
from bot.language.understanding import Decision, Understanding
from nihongo.questions import questions

_TOLD = (Decision.ANSWER, Decision.CLARIFY)


def both(readings: Readings, said: str, alone: Understanding) -> Understanding | None:
    """Both, when each has an answer of its own; asked which, when the second is not sure or is answered by talk."""
    parts = questions(said)
    if len(parts) < 2 or alone.decision in (Decision.HAND_OFF, Decision.DECLINE):
        return None
    first, *others = (readings.alone(part) for part in parts)
    if any(one.decision is Decision.HAND_OFF for one in (first, *others)) or not _sure(readings, first):
        return None
    seconds = _after(readings, first, parts[1:], others)
    if sure := [one for one in seconds if _sure(readings, one)]:
        left = {top(one) for one in seconds} - {top(sure[0])}
        return first.decided(Decision.ANSWER, also=sure[0].candidates[:1], more=len(left))
    hours = [one for one in others if one.intent == "ask_hours"]
    if not hours and (not seconds or alone.decision is Decision.ANSWER):
        return None
    return which(first, first.candidates[:1], (*hours, *seconds)[0].candidates[:2])


def _after(
    readings: Readings, first: Understanding, parts: list[str], alone: list[Understanding]
) -> list[Understanding]:
    """The other questions as they follow the first, where they lead to other articles."""
    before = Before.of({"article": top(first)}, readings.index)
    read = [followed(readings, part, one, before) or one for part, one in zip(parts, alone, strict=True)]
    return [one for one in read if one.decision in _TOLD and top(one) != top(first)]


def _sure(readings: Readings, found: Understanding) -> bool:
    """Alone it might be asked which; beside another question the likelier article is told."""
    best, rival = ([one.probability for one in found.candidates] + [0.0, 0.0])[:2]
    return found.decision in _TOLD and best >= readings.second and rival <= 2 / 3 * best
