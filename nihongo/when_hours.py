"""Which hours the pieces of a wish mean: windows of a day in minutes, 3時 read inside the opening hours."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nihongo.when_pieces import Piece
from nihongo.when_words import LAST, parts, ruled_out

HOUR_KINDS = frozenset(("hour", "part", "noon"))
AROUND = 30  # minutes on both sides of an hour that was named
_HALF_DAY = 12 * 60
_ABOUT = "(?:ごろ|くらい|ぐらい|あたり|ちょうど|きっかり|頃|前後)*"
_ADJACENT = re.compile("[のにで、 ]*")
_AND = re.compile("[とやも・、か/]")
_OR = re.compile("また|もしく|ある|それか|(?<!す)か[、 ]")
_LONG = 6  # letters between two hours that are no list
_PREFERRED = re.compile(r"できれば|なるべく|可能なら|できたら|特に|できるだけ|希望は|\(")
_ROLE = f"{_ABOUT}(?:以降|以後|から|まで|過ぎ|すぎ|以前|前|台)?"
_THROUGH = re.compile(f"{_ABOUT}(?:の間)?(?:から|~|-|より|ー)[、 ]*")
_FROM = re.compile(
    f"{_ABOUT}(?:以降|以後|から|過ぎ以降|すぎ以降|過ぎなら|すぎなら|過ぎてから|より後|より遅|を過ぎ|を回|をまわ|~|後なら|以上)"
)
_PAST = re.compile(f"{_ABOUT}(?:過ぎ|すぎ|ちょっと過ぎ|少し過ぎ)")
_UNTIL = re.compile(f"{_ABOUT}(?:まで|以前|より前|より早)")
_BEFORE = re.compile("(?:の?(?:少し|ちょっと))?(?:前(?!後)|まえ)")
_HOUR_LONG = re.compile("台|代")


@dataclass(frozen=True)
class Window:
    """Minutes of the day, `end` outside; `at` is the hour that was named."""

    start: int
    end: int
    at: int | None = None


class Hours:
    """Reads the hours of one part of a sentence; `hull` is when the desk is open on the days meant."""

    def __init__(self, said: str, hull: tuple[int, int]) -> None:
        self._said, self._hull = said, hull
        self._before: Piece | None = None
        self._least = -1  # the hour before, which a later one follows
        self._half = self._part_before = ""
        self._unclear = False  # an hour was named that may be either
        self._without = False  # some hours were ruled out
        self.asks: set[str] = set()
        self.either: set[int] = set()  # the minutes of the day that may be meant where am or pm is asked
        self.windows: list[Window] = []
        self.avoided: list[Window] = []  # parts of the day that were ruled out

    def take(self, piece: Piece, following: Piece | None) -> None:
        """The next piece; a part of the day that only tells how the hour behind it is read waits for it."""
        link = self._said[self._before.end : piece.start] if self._before else ""
        if ruled_out(busy=True).match(self._said[piece.end : piece.until]):
            self._rule_out(piece, link)
        elif piece.kind == "part" and following and self._belongs(piece, following):
            self._half = parts()[piece.name].half
        elif (window := self._window(piece, link)) is not None:
            self._join(window, link)
            self._half = ""
        self._before = piece
        self._part_before = parts()[piece.name].half if piece.kind == "part" else ""

    def settled(self) -> Window | None:
        """The one window of all that touch; none, and asked, when two are apart."""
        if self._unclear or not self.windows:
            self.asks |= {"time"} if self._without and not self._unclear else set()
            return None
        first, *more = sorted(self.windows, key=lambda one: one.start)
        for window in more:
            if window.start > first.end:
                self.asks.add("time")
                return None
            first = Window(first.start, max(first.end, window.end), first.at if window.at == first.at else None)
        return first

    def _rule_out(self, piece: Piece, link: str) -> None:
        """12時から13時以外: the hour that began it goes too; what is taken off a window is asked back."""
        self._without = True
        if piece.kind == "part":
            self.avoided.append(Window(parts()[piece.name].start, parts()[piece.name].end))
        if self.windows and (_THROUGH.fullmatch(link) or _AND.fullmatch(link)):
            self.windows.pop()
        self.asks |= {"time"} if self.windows else set()

    def _belongs(self, piece: Piece, following: Piece) -> bool:
        link = self._said[piece.end : following.start]
        if _PREFERRED.search(link):
            return False
        return following.kind == "hour" and not following.name and bool(_ADJACENT.fullmatch(link))

    def _window(self, piece: Piece, link: str) -> Window | None:
        return self._part(piece) if piece.kind == "part" else self._hour(piece, link)

    def _part(self, piece: Piece) -> Window:
        part, tail = parts()[piece.name], self._said[piece.end :]
        if part.unsure:
            self.asks.add("time")
        if _FROM.match(tail):
            return Window(_HALF_DAY if part.half == "noon" and part.end > _HALF_DAY else part.start, LAST)
        if _UNTIL.match(tail):
            return Window(0, {"am": part.end, "noon": _HALF_DAY}.get(part.half, part.start))
        return Window(part.start, part.end)

    def _hour(self, piece: Piece, link: str) -> Window | None:
        tail = self._said[piece.end :]
        minute = self._meant(piece, link, bool(_UNTIL.match(tail)))
        if minute is None:
            self._unclear = True
            self.asks.add(doubt := self._doubt(piece))
            if doubt == "am_pm":
                early = piece.numbers[0] % 12 * 60 + piece.numbers[1]
                self.either |= {early, early + _HALF_DAY}
            return None
        self._least = minute
        if piece.numbers[1:] > (0,) and _BEFORE.match(tail) and "分" in self._said[piece.start : piece.end]:
            return around(minute - 2 * (minute % 60)) if minute % 60 * 2 < minute else None  # 3時15分前
        return _told(minute, tail)

    def _doubt(self, piece: Piece) -> str:
        if self._impossible(piece):
            return "no_hour"
        return "am_pm" if piece.numbers[0] <= 12 and not self._followed() else "time"

    def _impossible(self, piece: Piece) -> bool:
        """25時, 9時75分, 午前15時."""
        hour, minute = piece.numbers
        return hour > 24 or minute > 59 or (hour > 12 and "am" in (piece.name, self._half))

    def _meant(self, piece: Piece, link: str, closing: bool) -> int | None:
        """The minute of the day; None where morning or afternoon is not certain."""
        if piece.kind == "noon":
            return _HALF_DAY
        hour, minute = piece.numbers
        half = piece.name or self._half or (self._part_before if _PREFERRED.search(link) else "")
        if hour > 23 or self._impossible(piece):
            return None
        if hour > 12 or (hour == 0 and half != "pm"):
            return hour * 60 + minute
        if half:
            return _in_half(hour, minute, half)
        return self._bare(hour, minute, link, closing)

    def _bare(self, hour: int, minute: int, link: str, closing: bool) -> int | None:
        if hour == 12:
            return _HALF_DAY + minute
        either_half = (hour * 60 + minute, hour * 60 + minute + _HALF_DAY)
        opens, closes = self._hull
        fitting = [one for one in either_half if opens <= one < closes + closing]
        if len(fitting) == 1 and not _THROUGH.fullmatch(link):
            return fitting[0]
        return next((one for one in either_half if one > self._least), None) if self._followed() else None

    def _followed(self) -> bool:
        """After another hour: 午後1時から3時, 10時か3時."""
        return self._least >= 0 and self._before is not None and self._before.kind != "part"

    def _join(self, window: Window, link: str) -> None:
        last = self.windows[-1] if self.windows else None
        if last is not None and _narrows(link) and (both := _shared(last, window)):
            self.windows[-1] = both
            return
        through = last is not None and self._before is not None and bool(_THROUGH.fullmatch(link))
        until = last is not None and last.end == LAST and window.start == 0
        if last is None or not (through or until):
            self.windows.append(window)
            return
        end = window.end if window.at is None else window.at
        start = last.start if last.at is None else last.at
        if end > start:
            self.windows[-1] = Window(start, end)
        else:
            self.asks.add("time")


def _narrows(link: str) -> bool:
    """午後は家にいるので3時ごろ; but 午前か3時 names two."""
    return bool(_PREFERRED.search(link)) or (len(link) > _LONG and not _OR.search(link))


def _shared(first: Window, second: Window) -> Window | None:
    """午前中、できれば10時以降: what lies in both."""
    start, end = max(first.start, second.start), min(first.end, second.end)
    inside = second.at is None or start <= second.at < end
    return Window(start, end, second.at) if start < end and inside else None


def _told(minute: int, tail: str) -> Window | None:
    if _PAST.match(tail) and not _FROM.match(tail):
        return Window(minute, min(minute + 60, LAST))
    if _FROM.match(tail):
        return Window(minute, LAST)
    if _UNTIL.match(tail):
        return Window(0, minute) if minute else None
    if _HOUR_LONG.match(tail):
        return Window(minute, min(minute + 60, LAST))
    if _BEFORE.match(tail):
        return Window(max(minute - 60, 0), minute) if minute else None
    return around(minute)


def around(minute: int) -> Window:
    """A moment that was named."""
    return Window(max(minute - AROUND, 0), min(minute + AROUND, LAST), minute)


def _in_half(hour: int, minute: int, half: str) -> int | None:
    """午前12時 and 夜1時 are said of two hours."""
    early, late = hour * 60 + minute, (hour % 12 + 12) * 60 + minute
    if half == "am":
        return early if hour < 12 else None
    if half == "pm":
        return late if hour < 12 else None
    if half == "night":
        return late if 5 <= hour < 12 else None
    return early if hour in (10, 11) else late if hour == 12 or 1 <= hour <= 5 else None
