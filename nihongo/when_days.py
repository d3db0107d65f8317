"""Which days the pieces of a wish mean, seen from today."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

from nihongo.when_pieces import Piece
from nihongo.when_spans import (
    DAY,
    WEEK,
    Span,
    between,
    coming,
    inside,
    joined,
    month_of,
    named,
    next_numbered,
    run,
    valid,
)
from nihongo.when_words import either, ruled_out

Opens = Callable[[date], list[tuple[datetime, datetime]]]

_FRAMES = ("week", "month", "month_named", "span", "inside")
_FAR = 180  # days: a date without its year that has passed, or a season that is over
_LOOKED = 60  # days searched for business days
_GLUE = re.compile("の?(?:第[1-5]の?|最初の|最後の)?|中の|[、( ]|の中で|は|なら|だと|で")
_LATER = re.compile("(?:以降|以後)の")
_AND = re.compile("[とやも・、か/]")
_SAME = re.compile("[の、( ]?")
_RANGE = re.compile(r"(?:曜日?)?\)?(?:から|~|-|より)、?")
_FROM = re.compile(r"(?:曜日?)?\)?(?:ごろ)?(?:以降|以後|から|過ぎ|すぎ|より後|より先|~)")
_UNTIL = re.compile(r"(?:曜日?)?\)?(?:まで|以前|より前)")
_AROUND = re.compile(r"(?:曜日?)?\)?(?:ごろ|前後|あたり|くらい|ぐらい|辺り|の週(?!末))")
_WHOLE = re.compile("中(?![旬頃ご])|いっぱい|じゅう|のどこか|のいつか|のうち|まで|ならいつ")
_NEXT = re.compile("(?:今度|次|こんど|つぎ|次回)の?$")
_NTH = re.compile("(?:第([1-5])|(最初)|最後)の?$")
_ELSE = re.compile("(?:無理|だめ|ダメ|駄目)(?:なら|だったら|でしたら)|第2希望|第二希望")


class Days:
    """Takes day after day; `groups` are those of the present part of the sentence."""

    def __init__(self, said: str, today: date, opens: Opens) -> None:
        self._said, self._today, self._opens = said, today, opens
        self._frame: Span = ()
        self._framed_by = ""
        self._year: int | None = None
        self._last: Piece | None = None
        self._never: set[int] = set()  # weekdays ruled out: 水曜以外の平日
        self.groups: list[Span] = []
        self.asks: set[str] = set()
        self.busy = False  # as the last day was told
        self.without = False  # some day was ruled out
        self.whole = False  # any time of these days: 今週中, 金曜までに

    def take(self, piece: Piece) -> None:
        link, tail = self._link(piece), self._said[piece.end :]
        if piece.kind == "year":
            self._year = self._today.year + piece.numbers[0]
            return
        ranged = bool(self.groups) and bool(_RANGE.fullmatch(link))
        self.free()
        asked = set(self.asks)
        days = self._meant(piece, self.groups[-1][0] if ranged and self.groups[-1] else self._today)
        if ruled_out().match(self._said[piece.end : piece.until]):
            self.asks = asked
            self._deny(piece, days, link)
        else:
            self._add(piece, days, link, ranged)
            self.busy = bool(re.match(either("denied_time"), tail))
            self.asks |= {"which_day", "time"} if _ELSE.search(link) else set()
            self.whole = self.whole or bool(_WHOLE.match(tail)) or piece.name == "year_inside"
        self._last = piece

    def free(self) -> None:
        """「平日は仕事なので土曜に」: a busy day with no hour named is no wish."""
        if self.busy:
            self.groups.pop()
            self.busy, self.without = False, True
            self._frame, self._framed_by = (), ""

    def _add(self, piece: Piece, days: Span, link: str, ranged: bool) -> None:
        if ranged and days:
            days = joined(self.groups.pop(), days)
        elif self.groups and self._refines(piece, link):
            self.groups.pop()
        elif self.groups and _LATER.fullmatch(link):
            days = self._on(self.groups.pop(), days)
        elif self.groups and self._again(piece, link):
            days = self._agreed(self.groups.pop(), days)
        days = self._widened(piece, days)
        framed = piece.kind in _FRAMES
        self.groups.append(tuple(day for day in days if not framed or day.weekday() not in self._never))

    def _meant(self, piece: Piece, base: date) -> Span:
        if self._framed_by == "span" and not _GLUE.fullmatch(self._link(piece)):
            self._frame, self._framed_by = (), ""
        days: Span = getattr(self, f"_{piece.kind}")(piece, base)
        if piece.kind in _FRAMES:
            self._frame, self._framed_by = days, piece.kind
        elif piece.kind != "weekdays" and not (piece.kind == "date" and not piece.numbers[1]):
            self._frame, self._framed_by = (), ""
        return days

    def _link(self, piece: Piece) -> str:
        return self._said[self._last.end : piece.start] if self._last else ""

    def _refines(self, piece: Piece, link: str) -> bool:
        """来週 is made one of its days by what stands behind it."""
        return (
            self._last is not None
            and self._last.kind in _FRAMES
            and piece.kind in ("weekdays", "date", "inside", "span", "nth_week")
            and bool(_GLUE.fullmatch(link))
        )

    def _again(self, piece: Piece, link: str) -> bool:
        """One day named twice: 11月30日(月), 明日の金曜."""
        kinds = {piece.kind, self._last.kind if self._last else ""}
        twice = {"weekdays", "date"} == kinds or {"weekdays", "offset"} == kinds or {"offset", "date"} == kinds
        return twice and bool(_SAME.fullmatch(link))

    def _agreed(self, first: Span, second: Span) -> Span:
        both = tuple(day for day in first if day in second)
        if not both and first and second:
            weekdays = {day.weekday() for day in second}
            both = first if len(second) > 1 and {day.weekday() for day in first} <= weekdays else ()
        if both:
            self.asks.discard("which_day")
            return both
        self.asks.add("which_day")
        return tuple(sorted({*first, *second}))

    def _on(self, later: Span, days: Span) -> Span:
        """12月1日以降の平日: those of the later days that fall on such weekdays."""
        self.asks -= {"which_day"}
        return tuple(day for day in later if day.weekday() in {one.weekday() for one in days})

    def _deny(self, piece: Piece, days: Span, link: str) -> None:
        if self.groups and self._refines(piece, link):
            self.groups[-1] = tuple(day for day in self.groups[-1] if day not in days)
            self.asks.add("which_day")
        elif piece.kind in _FRAMES:
            self._frame, self._framed_by = (), ""
        elif self.groups and _AND.fullmatch(link):
            self.groups.pop()
            self._never |= set(self._last.numbers) if self._last and self._last.kind == "weekdays" else set()
        self._never |= set(piece.numbers) if piece.kind == "weekdays" else set()
        self.without = True

    def _widened(self, piece: Piece, days: Span) -> Span:
        tail = self._said[piece.end :]
        if not days:
            return days
        if _FROM.match(tail) and not _WHOLE.match(tail):
            return run(days[0], max(WEEK, len(days)))
        if _UNTIL.match(tail):
            return between(self._today, days[-1])
        if _AROUND.match(tail) and piece.kind not in _FRAMES and len(days) == 1:
            self.asks.add("which_day")
            return run(days[0] - DAY, 3)
        return days

    # One method a kind of piece.

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
        year = year or self._year or 0
        first = date(year, month, 1) if self._today.year <= year <= self._today.year + 2 else None
        return month_of(first or self._today, 0 if first else ahead)

    def _inside(self, piece: Piece, base: date) -> Span:
        if self._frame and self._framed_by in ("week", "month", "month_named"):
            return inside(piece.name, self._frame)
        days = inside(piece.name, month_of(self._today))
        return days if days[-1] >= self._today else inside(piece.name, month_of(self._today, 1))

    def _nth_week(self, piece: Piece, base: date) -> Span:
        """第1週 is the first to the seventh, or the week of the first Monday: asked back."""
        self.asks.add("which_day")
        month = self._frame if self._framed_by in ("month", "month_named") else month_of(self._today)
        return month[WEEK * (piece.numbers[0] - 1) :][:WEEK]

    def _weekdays(self, piece: Piece, base: date) -> Span:
        before = self._said[: piece.start]
        if nth := _NTH.search(before):
            return self._nth(int(nth[1] or 1) - 1 if nth[1] or nth[2] else -1, piece.numbers[0])
        if self._frame and base == self._today:
            days = tuple(day for day in self._frame if day.weekday() in piece.numbers)
            self.asks |= set() if days else {"which_day"}
            return days
        if len(piece.numbers) == 1 and base == self._today:
            days, ask = coming(piece.numbers[0], self._today, bool(_NEXT.search(before)))
            self.asks |= {ask} - {""}
            return days
        return tuple(day for day in run(base, WEEK) if day.weekday() in piece.numbers)

    def _nth(self, number: int, weekday: int) -> Span:
        frames = [self._frame] if self._framed_by in ("month", "month_named") else []
        for frame in frames or [month_of(self._today), month_of(self._today, 1)]:
            days = [day for day in frame if day.weekday() == weekday]
            if number < len(days) and days[number] >= self._today:
                return (days[number],)
        self.asks.add("day")
        return ()

    def _date(self, piece: Piece, base: date) -> Span:
        year, month, number = piece.numbers
        day = self._numbered(base, number) if not month else self._dated(year or self._year or 0, month, number)
        if day is None:
            self.asks.add("day")
            return ()
        return (day,)

    def _numbered(self, base: date, number: int) -> date | None:
        """The next 3rd, or the one of the month that was named."""
        if self._framed_by in ("month", "month_named"):
            return next((day for day in self._frame if day.day == number), None)
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
        if piece.name in ("weekend", "weekdays") and self._framed_by == "week" and self._frame:
            weekend = piece.name == "weekend"
            return tuple(day for day in self._frame if (day.weekday() >= 5) == weekend)
        days, ask = named(piece.name, self._today)
        self.asks |= {ask} - {""}
        return days
