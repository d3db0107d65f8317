"""What is asked back before a calendar is saved or removed: odd hours, no day at all, callbacks that fall out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime

from desk.words import word
from handoff.calendar import day_time, of
from handoff.calendar_store import Schedules, Whose
from handoff.number import spoken
from handoff.schedule import HOLIDAY, WEEKDAYS, Schedule, Window
from handoff.ticket import Ticket
from nihongo.japan_time import TOKYO

_EARLY = "06:00"  # nobody opens before; 0:00 is the rest of a night
_NAMED = 10  # callbacks of one sentence


def asks(known: Schedules, whose: Whose, fresh: Schedule, tickets: Iterable[Ticket], now: float) -> list[str]:
    """Sentences; none: it may be saved as it is. `known`: the calendars as they are."""
    before = of(known, *whose)
    closed = [] if any(fresh.week.get(day) for day in WEEKDAYS) else [word("calendar_asks.closed")]
    return [*_early(before, fresh), *closed, *_callbacks(known, known | {whose: fresh}, tickets, now)]


def asks_removal(known: Schedules, whose: Whose, tickets: Iterable[Ticket], now: float) -> list[str]:
    """The same before it is removed; what counts then has been read when it was saved."""
    return _callbacks(known, {one: schedule for one, schedule in known.items() if one != whose}, tickets, now)


def token(sentences: list[str]) -> str:
    """What the form sends back when its sender has read just these."""
    return hashlib.sha256("\n".join(sentences).encode()).hexdigest()[:16] if sentences else ""


def _early(before: Schedule, fresh: Schedule) -> Iterator[str]:
    """Hours of the small hours that were not there: 1時〜6時 is mostly one in the afternoon."""
    usual = dict(_opened(before))
    days: dict[Window, list[str]] = {}
    for day, opened in _opened(fresh):
        for window in opened:
            if "00:00" < window.opens < _EARLY and window not in usual.get(day, ()):
                days.setdefault(window, []).append(day)
    for window, named in days.items():
        values = {"days": "・".join(named), "window": f"{window.opens}-{window.closes}", "meant": _afternoon(window)}
        yield word("calendar_asks.afternoon" if values["meant"] else "calendar_asks.early", **values)


def _opened(schedule: Schedule) -> Iterator[tuple[str, tuple[Window, ...]]]:
    yield from ((word(f"calendar_days.{day}"), schedule.week.get(day, ())) for day in (*WEEKDAYS, HOLIDAY))
    yield from ((day, special.windows) for day, special in schedule.days.items())


def _afternoon(window: Window) -> str:
    later = [f"{int(clock[:2]) + 12}:{clock[3:]}" for clock in (window.opens, window.closes)]
    return "-".join(later) if later[1] <= "24:00" else ""


def _left_out(before: Schedules, after: Schedules, tickets: Iterable[Ticket]) -> list[Ticket]:
    """Booked callbacks that lie in the hours now and would not any more."""

    def inside(known: Schedules, ticket: Ticket) -> bool:
        at = datetime.fromtimestamp(ticket.callback_at, TOKYO)
        return of(known, ticket.queue, ticket.channel).current(at) is not None

    found = [one for one in tickets if one.booked and inside(before, one) and not inside(after, one)]
    return sorted(found, key=lambda ticket: ticket.callback_at)


def _callbacks(before: Schedules, after: Schedules, tickets: Iterable[Ticket], now: float) -> list[str]:
    left_out, moment = _left_out(before, after, tickets), datetime.fromtimestamp(now, TOKYO)
    named = [
        word(
            "calendar_asks.callback",
            ticket=spoken(one.number),
            when=day_time(datetime.fromtimestamp(one.callback_at, TOKYO), moment),
        )
        for one in left_out[:_NAMED]
    ]
    more = word("calendar_asks.more") if len(left_out) > _NAMED else ""
    return [word("calendar_asks.callbacks", count=len(left_out), calls="、".join(named) + more)] if left_out else []
