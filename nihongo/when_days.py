"""Which days the pieces of a wish mean together: lists, ranges, days named twice and days ruled out."""

from __future__ import annotations

import re
from datetime import date

from nihongo.when_meaning import FRAMES, Meaning, Opens
from nihongo.when_pieces import Piece
from nihongo.when_spans import DAY, WEEK, Span, between, joined, run
from nihongo.when_words import either, ruled_out

_AVOIDED = 35  # days in which a weekday is ruled out
_GLUE = re.compile("の?(?:第[1-5]の?|最初の|最後の)?|中の|[、( ]|の中で|は|なら|だと|で")
_LATER = re.compile("(?:以降|以後)の")
_AND = re.compile("[とやも・、か/]")
_SAME = re.compile("[の、( ]?")
_RANGE = re.compile(r"(?:曜日?)?\)?(?:から|~|-|より)、?")
_FROM = re.compile(r"(?:曜日?)?\)?(?:ごろ)?(?:以降|以後|から|過ぎ|すぎ|より後|より先|~)")
_UNTIL = re.compile(r"(?:曜日?)?\)?(?:まで|以前|より前)")
_AROUND = re.compile(r"(?:曜日?)?\)?(?:ごろ|前後|あたり|くらい|ぐらい|辺り|の週(?!末))")
_WHOLE = re.compile("中(?![旬頃ご])|いっぱい|じゅう|のどこか|のいつか|のうち|まで|ならいつ")
_ELSE = re.compile("(?:無理|だめ|ダメ|駄目)(?:なら|だったら|でしたら)|第2希望|第二希望")


class Days:
    """Takes day after day; `groups` are those of the present part of the sentence."""

    def __init__(self, said: str, today: date, opens: Opens) -> None:
        self._said, self._today = said, today
        self._meaning = Meaning(said, today, opens)
        self._last: Piece | None = None
        self._never: set[int] = set()  # weekdays ruled out: 水曜以外の平日
        self.groups: list[Span] = []
        self.asks = self._meaning.asks
        self.busy = False  # as the last day was told
        self.without = False  # some day was ruled out
        self.avoided: set[date] = set()  # these days
        self.whole = False  # any time of these days: 今週中, 金曜までに

    def take(self, piece: Piece) -> None:
        link, tail = self._link(piece), self._said[piece.end :]
        if piece.kind == "year":
            self._meaning.year = self._today.year + piece.numbers[0]
            return
        ranged = bool(self.groups) and bool(_RANGE.fullmatch(link))
        self.free()
        asked = set(self.asks)
        if not _GLUE.fullmatch(link):
            self._meaning.leave_span()
        days = self._meaning.of(piece, self.groups[-1][0] if ranged and self.groups[-1] else self._today)
        if ruled_out().match(self._said[piece.end : piece.until]):
            self.asks.intersection_update(asked)
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
            self._avoid(self._last, self.groups.pop())
            self.busy, self.without = False, True
            self._meaning.unframe()

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
        framed = piece.kind in FRAMES
        self.groups.append(tuple(day for day in days if not framed or day.weekday() not in self._never))

    def _link(self, piece: Piece) -> str:
        return self._said[self._last.end : piece.start] if self._last else ""

    def _refines(self, piece: Piece, link: str) -> bool:
        """来週 is made one of its days by what stands behind it."""
        return (
            self._last is not None
            and self._last.kind in FRAMES
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
        self._avoid(piece, days)
        if self.groups and self._refines(piece, link):
            self.groups[-1] = tuple(day for day in self.groups[-1] if day not in days)
            self.asks.add("which_day")
        elif piece.kind in FRAMES:
            self._meaning.unframe()
        elif self.groups and _AND.fullmatch(link):
            self._avoid(self._last, self.groups.pop())
            self._never |= set(self._last.numbers) if self._last and self._last.kind == "weekdays" else set()
        self._never |= set(piece.numbers) if piece.kind == "weekdays" else set()
        self.without = True

    def _avoid(self, piece: Piece | None, days: Span) -> None:
        """月曜 and 平日 are ruled out in every week, 来週の月曜 in this one."""
        self.avoided |= set(days)
        if piece and piece.kind == "weekdays" or piece and piece.name in ("weekdays", "weekend"):
            weekdays = {day.weekday() for day in days} if not self._meaning.frame or piece.kind == "span" else set()
            self.avoided |= {day for day in run(self._today, _AVOIDED) if day.weekday() in weekdays}

    def _widened(self, piece: Piece, days: Span) -> Span:
        tail = self._said[piece.end :]
        if not days:
            return days
        if _FROM.match(tail) and not _WHOLE.match(tail):
            return run(days[0], max(WEEK, len(days)))
        if _UNTIL.match(tail):
            return between(self._today, days[-1])
        if _AROUND.match(tail) and piece.kind not in FRAMES and len(days) == 1:
            self.asks.add("which_day")
            return run(days[0] - DAY, 3)
        return days
