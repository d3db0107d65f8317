"""Two questions in one message: the second follows the first."""

from __future__ import annotations

from dataclasses import replace

from bot.language.follow import followed
from bot.language.readings import HOURS, Before, Readings, top, which
from bot.language.understanding import Decision, Understanding
from nihongo.questions import questions

# Read as one the message is answered, and yet its second question is another article's with so much: asked which.
# .5: wrong .012 of the shop's questions, .35 to .12: .010, .002 fewer answered directly (bench/gold's choosing half).
_HEARD = 0.2
_TOLD = (Decision.ANSWER, Decision.CLARIFY)


def both(readings: Readings, said: str, alone: Understanding) -> Understanding | None:
    """Both, when each has an answer of its own; asked which, when the second is not sure."""
    parts = questions(said)
    if len(parts) < 2 or alone.decision in (Decision.HAND_OFF, Decision.DECLINE):
        return None
    first, *others = (readings.alone(part) for part in parts)
    if any(one.decision is Decision.HAND_OFF for one in (first, *others)) or first.decision not in _TOLD:
        return None
    if f"{parts[0].partition('の')[0]}と" in said and _foreign(readings, parts[0], first):
        return None  # 送料と返品の期限は: nobody asks of 送料の期限
    seconds = _after(readings, first, parts[1:], others)
    if sure := [one for one in seconds if _sure(readings, one, first) and _sure(readings, first, one)]:
        left = {top(one) for one in seconds} - {top(sure[0])}
        return first.decided(Decision.ANSWER, also=sure[0].candidates[:1], more=len(left))
    if not seconds or (alone.decision is Decision.ANSWER and seconds[0].candidates[0].probability < _HEARD):
        return _part_of(first, alone, others)
    return which(first, first.candidates[:1], seconds[0].candidates[:2])


def _foreign(readings: Readings, part: str, found: Understanding) -> bool:
    """Whether its likeliest article does not ask a word of it that others do."""
    index = readings.index
    return any(word in index.asked for word in readings.unheard(part, [index.row_of[top(found)]]))


def _part_of(first: Understanding, alone: Understanding, others: list[Understanding]) -> Understanding | None:
    """The answer to the first question, which tells that to another there is none: nothing is passed over."""
    none = any(one.decision is Decision.DECLINE for one in others)
    same = first.decision is Decision.ANSWER and alone.decision in _TOLD and top(alone) == top(first)
    return replace(first, unanswered=True) if none and same else None


def _after(
    readings: Readings, first: Understanding, parts: list[str], alone: list[Understanding]
) -> list[Understanding]:
    """The other questions as they follow the first, where they lead to other articles."""
    before = Before.of({"article": top(first)}, readings.index)
    read = [followed(readings, part, one, before) or one for part, one in zip(parts, alone, strict=True)]
    return [one for one in read if _told(one) and top(one) != top(first)]


def _told(found: Understanding) -> bool:
    """Whether an article may tell it; of our hours talk does, too."""
    return found.decision in _TOLD or (found.intent == HOURS and bool(found.candidates))


def _sure(readings: Readings, found: Understanding, other: Understanding) -> bool:
    """Alone it might be asked which; beside another question the likelier article is told."""
    best, *rivals = (one.probability for one in found.candidates if one.article_id != top(other))
    return best >= readings.second and max(rivals, default=0.0) <= 2 / 3 * best
