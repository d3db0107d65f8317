"""Which days one piece of a wish means, seen from today and from the week or the month named before it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

from nihongo.when_pieces import Piece
from nihongo.when_spans import DAY, WEEK, Span, coming, inside, month_of, named, next_numbered, run, valid

Opens = Callable[[date], list[tuple[datetime, datetime]]]

FRAMES = ("week", "month", "month_named", "span", "inside")
_FAR = 180  # days: a date without its year that has passed, or a season that is over
_LOOKED = 60  # days searched for business days
_NEXT = re.compile("(?:今度|次|こんど|つぎ|次回)の?$")
_NTH = re.compile("(?:第([1-5])|(最初)|最後)の?$")


class Meaning:
    """One method a kind of piece; `frame` is the week or the month that a weekday is looked for in."""

    def __init__(self, said: str, today: date, opens: Opens) -> None:
        self._said, self._today, self._opens = said, today, opens
        self.frame: Span = ()
        self.framed_by = ""
        self.year: int | None = None
        self.asks: set[str] = set()

    def of(self, piece: Piece, base: date) -> Span:
        """`base` is the day that began a range, else today."""
        days: Span = getattr(self, f"_{piece.kind}")(piece, base)
        if piece.kind in FRAMES:
            self.frame, self.framed_by = days, piece.kind
        elif piece.kind != "weekdays" and not (piece.kind == "date" and not piece.numbers[1]):
            self.unframe()
        return days

    def unframe(self) -> None:
        self.frame, self.framed_by = (), ""

    def leave_span(self) -> None:
        """平日の18時か土日: unlike a week, a span frames only what stands right behind it."""
        if self.framed_by == "span":
            self.unframe()

    def _offset(self, piece: Piece, base: date) -> Span:
        return (self._today + DAY * min(piece.numbers[0], 400),)

    def _offset_month(self, piece: Piece, base: date) -> Span:
        self.asks.add("which_day")
        return (self._today + timedelta(days=30 * min(piece.numbers[0], 24)),)

    def _week(self, piece: Piece, base: date) -> Span:
        return run(self._today - DAY * self._today.weekday() + timedelta(weeks=min(piece.numbers[0], 60)), WEEK)

    def _month(self, piece: Piece, base: date) -> Span:
        return month_of(self._today, min(piece.numbers[0], 24))

    def _month_named(self, piece: Piece, base: date) -> Span:
        year, month = piece.numbers
        ahead = (month - self._today.month) % 12
        year = year or self.year or 0
        first = date(year, month, 1) if self._today.year <= year <= self._today.year + 2 else None
        return month_of(first or self._today, 0 if first else ahead)

    def _inside(self, piece: Piece, base: date) -> Span:
        if self.frame and self.framed_by in ("week", "month", "month_named"):
            return inside(piece.name, self.frame)
        days = inside(piece.name, month_of(self._today))
        return days if days[-1] >= self._today else inside(piece.name, month_of(self._today, 1))

    def _nth_week(self, piece: Piece, base: date) -> Span:
        """第1週 is the first to the seventh, or the week of the first Monday: asked back."""
        self.asks.add("which_day")
        month = self.frame if self.framed_by in ("month", "month_named") else month_of(self._today)
        return month[WEEK * (piece.numbers[0] - 1) :][:WEEK]

    def _weekdays(self, piece: Piece, base: date) -> Span:
        before = self._said[: piece.start]
        if nth := _NTH.search(before):
            return self._nth(int(nth[1] or 1) - 1 if nth[1] or nth[2] else -1, piece.numbers[0])
        if self.frame and base == self._today:
            days = tuple(day for day in self.frame if day.weekday() in piece.numbers)
            self.asks |= set() if days else {"which_day"}
            return days
        if len(piece.numbers) == 1 and base == self._today:
            days, ask = coming(piece.numbers[0], self._today, bool(_NEXT.search(before)))
            self.asks |= {ask} - {""}
            return days
        return tuple(day for day in run(base, WEEK) if day.weekday() in piece.numbers)

    def _nth(self, number: int, weekday: int) -> Span:
        frames = [self.frame] if self.framed_by in ("month", "month_named") else []
        for frame in frames or [month_of(self._today), month_of(self._today, 1)]:
            days = [day for day in frame if day.weekday() == weekday]
            if number < len(days) and days[number] >= self._today:
                return (days[number],)
        self.asks.add("day")
        return ()

    def _date(self, piece: Piece, base: date) -> Span:
        year, month, number = piece.numbers
        day = self._numbered(base, number) if not month else self._dated(year or self.year or 0, month, number)
        if day is None:
            self.asks.add("no_day")
            return ()
        return (day,)

    def _numbered(self, base: date, number: int) -> date | None:
        """The next 3rd, or the one of the month that was named."""
        if self.framed_by in ("month", "month_named"):
            return next((day for day in self.frame if day.day == number), None)
        return next_numbered(base, number)

    def _dated(self, year: int, month: int, number: int) -> date | None:
        """Without its year the next one; half a year ahead or more, it may have been meant to be past."""
        day = valid(year or self._today.year, month, number)
        if day is None or year or day >= self._today:
            return day
        later = valid(self._today.year + 1, month, number)
        if later and (later - self._today).days > _FAR:
            self.asks.add("past")
        return later

    def _workdays(self, piece: Piece, base: date) -> Span:
        later = [day for day in run(self._today + DAY, _LOOKED) if self._opens(day)]
        found = tuple(later[piece.numbers[0] - 1 :][:1]) if piece.numbers[0] else ()
        if not found:
            self.asks.add("day")
        return found

    def _span(self, piece: Piece, base: date) -> Span:
        if piece.name in ("weekend", "weekdays") and self.framed_by == "week" and self.frame:
            weekend = piece.name == "weekend"
            return tuple(day for day in self.frame if (day.weekday() >= 5) == weekend)
        days, ask = named(piece.name, self._today)
        self.asks |= {ask} - {""}
        return days
