"""When people are there, as plain data: windows of the week, holidays, special days. No store, no clock.

Windows are when agents work. Customers are let in until `buffer` minutes before the end of the day's last window, so
that a talk that has begun comes to its end. Before a break in between they are let in until it begins (agents come
back, or take turns), and so they are before a midnight at which the next day's first window goes on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import jpholiday

from nihongo.japan_time import TOKYO

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOLIDAY = "holiday"
_HORIZON = 400  # days that are searched for the next opening
ANY = "*"
Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Window:
    """From `opens` to `closes` of one day; `closes` itself is outside. 24:00 is the next day's 0:00."""

    opens: str
    closes: str

    def on(self, day: date) -> tuple[datetime, datetime]:
        return _at(day, self.opens), _at(day, self.closes)


@dataclass(frozen=True)
class Special:
    """A day unlike the others: its windows (none: closed) and why."""

    windows: tuple[Window, ...]
    note: str


@dataclass(frozen=True)
class Schedule:
    """One calendar. `days` keys are YYYY-MM-DD (wins) or MM-DD (every year)."""

    week: dict[str, tuple[Window, ...]]
    days: dict[str, Special]
    buffer: int = 0

    def special(self, day: date) -> Special | None:
        return self.days.get(day.isoformat()) or self.days.get(day.strftime("%m-%d"))

    def shifts(self, day: date) -> list[Span]:
        """When agents work, in order; adjoining windows as they are."""
        special = self.special(day)
        if special is not None:
            chosen = special.windows
        elif jpholiday.is_holiday(day):
            chosen = self.week.get(HOLIDAY, ())
        else:
            chosen = self.week.get(WEEKDAYS[day.weekday()], ())
        return sorted(window.on(day) for window in chosen)

    def windows(self, day: date) -> list[Span]:
        """When customers are handed to agents: the shifts without the wrap-up buffer."""
        shifts = self.shifts(day)
        if not shifts or not self.buffer or self._goes_on(shifts[-1][1]):
            return shifts
        opens, closes = shifts[-1]
        last = closes - timedelta(minutes=self.buffer)
        return shifts[:-1] + ([(opens, last)] if opens < last else [])

    def _goes_on(self, midnight: datetime) -> bool:
        return midnight.time() == time(0) and any(opens == midnight for opens, _ in self.shifts(midnight.date()))

    def staffed(self, at: datetime) -> bool:
        """Whether agents work; in the last minutes they take nobody new (see `current`)."""
        local = at.astimezone(TOKYO)
        return any(opens <= local < closes for opens, closes in self.shifts(local.date()))

    def current(self, at: datetime) -> Span | None:
        """The window of `windows` that `at` lies in."""
        local = at.astimezone(TOKYO)
        return next(((opens, closes) for opens, closes in self.windows(local.date()) if opens <= local < closes), None)

    def openings(self, at: datetime) -> Iterator[datetime]:
        """Starts of windows after `at`."""
        local = at.astimezone(TOKYO)
        for ahead in range(_HORIZON):
            yield from (opens for opens, _ in self.windows(local.date() + timedelta(days=ahead)) if opens > local)

    def next_open(self, at: datetime) -> datetime | None:
        """`at` itself while open, else the next opening; None: not within a year."""
        return at.astimezone(TOKYO) if self.current(at) else next(self.openings(at), None)

    def next_day_end(self, at: datetime) -> datetime | None:
        """When people go home on the next day on which they are there; None: not within a year."""
        today = at.astimezone(TOKYO).date()
        days = (self.windows(today + timedelta(days=ahead)) for ahead in range(1, _HORIZON))
        return next((windows[-1][1] for windows in days if windows), None)


def _at(day: date, clock: str) -> datetime:
    hour, minute = (int(part) for part in clock.split(":"))
    return datetime.combine(day, time(0), TOKYO) + timedelta(hours=hour, minutes=minute)


def parse_window(text: str) -> Window:
    """`9:00-17:30`; raises ValueError with the text when it is not a window."""
    try:
        opens, closes = (_clock(part) for part in text.split("-"))
    except ValueError as error:
        raise ValueError(f"not a window like 09:00-17:30: {text!r}") from error
    if not opens < closes:
        raise ValueError(f"a window must end after it begins: {text!r}")
    return Window(opens, closes)


def _clock(text: str) -> str:
    hour, minute = (int(part) for part in text.strip().split(":"))
    if not (0 <= hour <= 24 and 0 <= minute < 60 and hour * 60 + minute <= 24 * 60):
        raise ValueError(text)
    return f"{hour:02}:{minute:02}"
