"""The day and the hour that a customer wishes to be called, met with the half hours that are free."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from handoff.callbacks import SLOT
from nihongo.japan_time import TOKYO
from nihongo.when import When, candidates, read
from nihongo.when_meaning import Opens

OFFERED = 3
_HOUR = re.compile(r"[0-9０-９一二三四五六七八九十]+\s*[時じ:：]")
_NOON = time(12)
_LIMIT = 120  # characters: nobody needs more for a day and an hour


@dataclass(frozen=True)
class Wish:
    """`settled`: the slot that was meant. Else `asks` (a sentence of callback.asks) with some slots to choose from, and
    `said`, what was said so far."""

    settled: datetime | None = None
    asks: str = ""
    offered: tuple[datetime, ...] = ()
    said: str = ""


def wish(text: str, before: str, now: datetime, opens: Opens, free: Sequence[datetime]) -> Wish | None:
    """`before`: what was said of it already. None: the text names neither a day nor an hour."""
    found = _read(text[:_LIMIT], before, now, opens, free)
    if found is None:
        return None
    when, said = found
    fits = candidates(when, free)
    if when.avoided and fits and "which_day" in when.open:
        return Wish(asks="others", offered=_some(fits), said=said)
    if when.avoided_hours and when.start is None and fits and not when.any:
        return Wish(asks="other_hours", offered=_some(fits), said=said)
    for asks in ("no_day", "no_hour", "past", "which_day", "am_pm"):
        if asks in when.open:
            offered = _some(_of_either(when, fits) if asks == "am_pm" else fits)
            return Wish(asks=asks, offered=offered, said=_holding(asks, when, said))
    if not fits:
        return Wish(asks="full", offered=_nearest(when, now, free))
    if "day" in when.open or "time" in when.open:
        return Wish(asks="day" if "day" in when.open else "time", offered=_some(fits), said=said)
    if when.at is None:
        return Wish(settled=fits[0]) if when.any else Wish(asks="these", offered=_some(fits), said=said)
    meant = next((slot for slot in fits if _holds(slot, when.at)), None)
    return Wish(settled=meant) if meant else Wish(asks="full", offered=_some(fits))


def _read(text: str, before: str, now: datetime, opens: Opens, free: Sequence[datetime]) -> tuple[When, str] | None:
    """By itself, or together with what was said before: whichever leaves least to be asked."""
    alone = _possible(read(text, now, opens), free)
    if alone is None:
        return None
    together = (f"{before}、{text}", f"{text}、{before}", _HOUR.sub(lambda hour: text + hour[0], before, count=1))
    readings = [(alone, text), *((_possible(read(one, now, opens), free), one) for one in together if before)]
    known = ((when, said) for when, said in readings if when and len(said) <= 2 * _LIMIT)
    earlier = read(before, now, opens) if before else None
    likely = [*((one, together[0]) for one in _put_right(alone, earlier, now.date())), *known]
    when, said = min(likely, key=lambda one: _worth(one[0], earlier))
    when = _without(earlier, when)
    return when, together[0] if before and (when.avoided or when.avoided_hours) else said


def _possible(when: When | None, free: Sequence[datetime]) -> When | None:
    """木曜 on a Thursday evening: of two days that may be meant, the one that is still to be had."""
    if when is None or "which_day" not in when.open or when.avoided:
        return when
    left = {slot.date() for slot in free} & set(when.days)
    return replace(when, days=tuple(left), open=_except("which_day", when)) if len(left) == 1 else when


def _put_right(alone: When, earlier: When | None, today: date) -> Iterator[When]:
    """An hour alone is of the day that was said before, a day alone keeps the hour."""
    if earlier is None or "which_day" in (*earlier.open, *alone.open):
        return
    if alone.exact and not alone.days and earlier.days and today not in earlier.days:
        yield replace(alone, days=earlier.days, open=_except("day", alone))
    if alone.days and not (alone.any or alone.start or alone.end) and earlier.exact:
        yield replace(alone, start=earlier.start, end=earlier.end, at=earlier.at, open=_except("time", alone))


def _except(ask: str, when: When) -> tuple[str, ...]:
    return tuple(one for one in when.open if one != ask)


def _worth(when: When, earlier: When | None) -> tuple[int, bool, bool]:
    """The least to be asked comes first, then one that settles the hour, then one within the days said before."""
    return len(when.open), not (when.exact or when.any), not _narrows(when, earlier)


def _narrows(when: When, earlier: When | None) -> bool:
    """水曜 after 来週 is the one of that week."""
    return earlier is not None and bool(when.days) and set(when.days) < set(earlier.days)


def _without(earlier: When | None, when: When) -> When:
    """Without the days and hours that were ruled out in the words before, unless they are now named after all."""
    if earlier is None:
        return when
    named = when.days and set(when.days) <= set(earlier.avoided)
    days = when.avoided if named else (*earlier.avoided, *when.avoided)
    hours = when.avoided_hours if when.exact else (*earlier.avoided_hours, *when.avoided_hours)
    return replace(when, avoided=days, avoided_hours=hours)


def fitting(before: str, now: datetime, opens: Opens, free: Sequence[datetime]) -> list[datetime]:
    """The slots that fit what was said so far, earliest first; all where none does."""
    when = read(before, now, opens) if before else None
    return (sorted(candidates(when, free)) if when else []) or list(free)


def _holding(asks: str, when: When, said: str) -> str:
    """What of the words is kept for the next ones: of a day or an hour that there is not, only the other."""
    if asks == "no_day" and when.at:
        return f"{when.at:%H:%M}"
    if asks == "no_hour" and len(when.days) == 1:
        return f"{when.days[0]:%Y/%m/%d}"
    return said if asks in ("which_day", "am_pm") else ""


def _holds(slot: datetime, at: time) -> bool:
    named = datetime.combine(slot.date(), at, TOKYO)
    return slot <= named < slot + SLOT


def _of_either(when: When, fits: Sequence[datetime]) -> Sequence[datetime]:
    """10時, day and night open: at ten in the morning and in the evening."""
    return [slot for slot in fits if any(_holds(slot, at) for at in when.either)] or fits


def _some(slots: Sequence[datetime]) -> tuple[datetime, ...]:
    return tuple(sorted(slots[:OFFERED]))


def _nearest(when: When, now: datetime, free: Sequence[datetime]) -> tuple[datetime, ...]:
    day = when.days[0] if when.days else now.date()
    wanted = datetime.combine(day, when.at or when.start or _NOON, TOKYO)
    left = [slot for slot in free if slot.date() not in when.avoided]
    return _some(sorted(left, key=lambda slot: abs(slot - wanted)))
