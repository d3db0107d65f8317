"""The day and the hour that a sentence wishes for (「来週の火曜の3時ごろ」); what is not certain is asked back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from nihongo.japan_time import TOKYO
from nihongo.when_days import Days
from nihongo.when_hours import HOUR_KINDS, Hours, Window, around
from nihongo.when_meaning import Opens
from nihongo.when_pieces import Piece, pieces
from nihongo.when_spans import WEEK, Span, run
from nihongo.when_text import prepared
from nihongo.when_words import LAST

ASKS = ("no_day", "no_hour", "past", "day", "which_day", "am_pm", "time")  # in the order in which they are asked
_LOOKED = 14  # days within which some day is open
_HOURS = (9 * 60, 18 * 60)  # where none is
_LATEST = 60 * 24 * 30  # minutes


@dataclass(frozen=True)
class When:
    """A wish. No `days`: none was said. `start`, `end`: the window of the day, `end` outside, None unbounded.

    An hour that was named (`at`: 3時, 3時ごろ, 30分後) has a window of half an hour on both sides.
    `any`: any time will do of what is not said. `open`: what must be asked back, of `ASKS`.
    `avoided`: days that were ruled out, some weeks ahead; `avoided_hours`: parts of the day (end outside).
    """

    days: tuple[date, ...] = ()
    start: time | None = None
    end: time | None = None
    at: time | None = None
    any: bool = False
    open: tuple[str, ...] = ()
    text: str = ""
    avoided: tuple[date, ...] = ()
    avoided_hours: tuple[tuple[time, time], ...] = ()
    either: tuple[time, ...] = ()
    """The hours that may be meant where `am_pm` is open."""

    @property
    def exact(self) -> bool:
        """One hour was named."""
        return self.at is not None


@dataclass
class _Said:
    """Days, and the hours that belong to them."""

    groups: list[Span]
    hours: list[Piece] = field(default_factory=list)

    @property
    def days(self) -> set[date]:
        return {day for group in self.groups for day in group}


def read(text: str, now: datetime, opens: Opens) -> When | None:
    """The wish in a text; None when it names neither a day nor an hour. `opens` tells a day's opening times.

    3時 is the one of the two that lies between the first opening and the last closing of the days meant
    (of the next open day when they are closed or none is said); `am_pm` is open when both or neither do.
    """
    said = prepared(text)
    found = pieces(said)
    return _Reading(said, now.astimezone(TOKYO), opens).of(found) if found else None


def candidates(when: When, slots: Sequence[datetime]) -> list[datetime]:
    """The slots that fit the wish, best first: nearest to the hour that was named, else the earliest."""
    fitting = [slot for slot in slots if _fits(when, slot.astimezone(TOKYO))]
    if when.at is None:
        return sorted(fitting)
    named = _minute(when.at)
    return sorted(fitting, key=lambda slot: (abs(_minute(slot.astimezone(TOKYO).time()) - named), slot))


class _Reading:
    """One sentence, read from left to right."""

    def __init__(self, said: str, now: datetime, opens: Opens) -> None:
        self._said, self._now, self._opens = said, now, opens
        self._days = Days(said, now.date(), opens)
        self._parts = [_Said(self._days.groups)]
        self._asks: set[str] = set()
        self._any: set[str] = set()
        self._moment: Piece | None = None
        self._hours_last = False
        self._avoided_hours: set[tuple[time, time]] = set()
        self._either: set[time] = set()

    def of(self, found: list[Piece]) -> When | None:
        for piece in found:
            self._take(piece)
        self._days.free()
        days, window = self._meant() if self._moment is None else self._later(self._moment)
        return self._told(days, window, self._said[found[0].start : found[-1].end])

    def _take(self, piece: Piece) -> None:
        if piece.kind == "any":
            self._any |= {"day", "time"} if piece.name == "both" else {piece.name}
        elif piece.kind in ("minutes", "within"):
            self._asks |= {"time"} if self._moment else set()
            self._moment = piece
        elif piece.kind in HOUR_KINDS:
            self._parts[-1].hours.append(piece)
            self._days.busy = False
        else:
            self._take_day(piece)
        self._hours_last = piece.kind in HOUR_KINDS

    def _take_day(self, piece: Piece) -> None:
        if self._hours_last and self._parts[-1].groups:
            self._days.groups = []
            self._parts.append(_Said(self._days.groups))
        self._days.take(piece)

    def _later(self, piece: Piece) -> tuple[set[date], Window | None]:
        """30分後 is a moment like any that is named; 1時間以内 is asked back at midnight."""
        then = self._now + timedelta(minutes=min(piece.numbers[0], _LATEST))
        if piece.kind == "minutes":
            return {then.date()}, None if "time" in self._asks else around(_minute(then.time()))
        if then.date() != self._now.date() or then <= self._now:
            return {self._now.date()}, None
        return {then.date()}, Window(_minute(self._now.time()), _minute(then.time()) + 1)

    def _meant(self) -> tuple[set[date], Window | None]:
        """One window for all the days; different ones are asked back."""
        parts = _narrowed([part for part in self._parts if part.groups or part.hours])
        days = {day for part in parts for day in part.days}
        windows = [self._window(part.hours, part.days or days) for part in parts if part.hours]
        whole_and_part = self._days.whole and bool(windows) and sum(len(part.groups) for part in parts) > 1
        if len(set(windows)) > 1 or whole_and_part or (windows and any(not part.hours for part in parts[1:])):
            self._asks |= {"which_day", "time"}
            return days, None
        return days, windows[0] if windows else None

    def _window(self, said: list[Piece], days: set[date]) -> Window | None:
        hours = Hours(self._said, self._hull(days))
        for piece, following in zip(said, [*said[1:], None], strict=True):
            hours.take(piece, following)
        settled = hours.settled()
        self._asks |= hours.asks
        self._either |= {at for minute in hours.either if (at := _clock(minute))}
        self._avoided_hours |= {(_clock(one.start) or time.min, _clock(one.end) or time.max) for one in hours.avoided}
        return settled

    def _hull(self, days: set[date]) -> tuple[int, int]:
        today = self._now.date()
        meant = [day for day in sorted(days) if day >= today][:WEEK]
        for some in (meant, *((day,) for day in run(today, _LOOKED))):
            times = [(_on(day, start), _on(day, end)) for day in some for start, end in self._opens(day)]
            if times:
                return min(start for start, _ in times), max(end for _, end in times)
        return _HOURS

    def _told(self, days: set[date], window: Window | None, text: str) -> When | None:
        asks = self._asks | self._days.asks
        anything = bool(self._any) or self._days.whole
        asks |= {"which_day"} if self._days.without and not days else set()
        if not (days or window or anything or asks):
            return None
        left = tuple(day for day in sorted(days) if self._is_ahead(day, window))
        asks |= {"past"} if days and not left else set()
        if not left and not asks & {"past", "which_day", "no_day"} and "day" not in self._any:
            asks.add("day")
        if window is None and not asks & {"am_pm", "no_hour"} and "time" not in self._any and not self._days.whole:
            asks.add("time")
        start, end, at = (window.start, window.end, window.at) if window else (None, None, None)
        still = tuple(ask for ask in ASKS if ask in asks)
        avoided = tuple(sorted(self._days.avoided - days))
        hours = tuple(self._avoided_hours)
        either = tuple(sorted(self._either)) if "am_pm" in still else ()
        return When(left, _clock(start), _clock(end), _clock(at), anything, still, text, avoided, hours, either)

    def _is_ahead(self, day: date, window: Window | None) -> bool:
        """Today only while its window, or the hour that was named, is not over."""
        if day != self._now.date() or window is None:
            return day >= self._now.date()
        return (window.end if window.at is None else window.at + 1) > _minute(self._now.time())


def _narrowed(parts: list[_Said]) -> list[_Said]:
    """来週の午後、できれば火曜: days without hours of their own that lie among those before."""
    left: list[_Said] = []
    for part in parts:
        if left and not part.hours and part.days and part.days <= left[-1].days:
            left[-1].groups = part.groups
        else:
            left.append(part)
    return left


def _fits(when: When, slot: datetime) -> bool:
    unknown = {"past"} if when.avoided else {"past", "which_day"}
    if slot.date() in when.avoided or (not when.days and unknown & set(when.open)):
        return False
    if when.days and slot.date() not in when.days:
        return False
    if any(start <= slot.time() < end for start, end in when.avoided_hours):
        return False
    return (when.start or time.min) <= slot.time() and (when.end is None or slot.time() < when.end)


def _on(day: date, moment: datetime) -> int:
    """Minutes from the day's midnight; 24:00 is the next day's."""
    return int((moment - datetime.combine(day, time(), TOKYO)).total_seconds() // 60)


def _minute(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def _clock(minute: int | None) -> time | None:
    return None if minute is None or minute >= LAST else time(minute // 60, minute % 60)
