"""The pieces of a wish for a day and an hour, in the order of the text: ja_timex's and those of when.yml."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from threading import Lock

from ja_timex import TimexParser
from ja_timex.tag import TIMEX

from nihongo.when_words import either, listed, own

_WEEKDAYS = "月火水木金土日"
_LOCK = Lock()  # a parser keeps the text it reads
_HALF_OF_DAY = {"am_prefix": "am", "morning_prefix": "am", "am_suffix": "am", "pm_prefix": "pm", "pm_suffix": "pm"}
_NIGHT = ("evening_prefix", "midnight_prefix")
_STOP = re.compile("[、。!?]|けど|けれど|ので|のに|ですが|ますが|んだが")
_DONE = re.compile(
    "(?:まし|でし|[いっきしえけせてねめれ])た(?!ら|い|し|だ|り|め|く|ほう|方|後|あと|ところ)|んだ(?=[、。一-龠ァ-ヶ]|$|けど|ので|のに)"
)
_RATHER = re.compile("(?:の?[0-9]+時(?:半|[0-9]+分)?)?(?:の間違い)?でした")  # 12月3日でした: said to put it right
_REASON = re.compile("(?:な|る|い|た|す|ん)ので|なんで|[のるいた]ため(?!に)|[だるすいた]から")
_REASON_END = re.compile(f"{_REASON.pattern}(?!す)|けど|けれど|ですが|ますが|のに|[。!?]")
_NO_TIME = ("any", "minutes", "within", "year")
_NO_DAY = ("hour", "part", "noon", *_NO_TIME)
_DAYS = {"今日": 0, "明日": 1}
_RATIO = re.compile("[0-9]+:[0-9]")
_FIRST_YEAR = 1900  # 1-2-3 is no date
_NO_MINUTES = re.compile("[0-9]{2,3}分")  # what ja_timex leaves behind an hour (9時75分) …
_NO_MINUTE = 99
_NO_DAYS = re.compile("[0-9]{2,3}日(?!間)")  # … and behind a month (12月32日)
_AFTER_NOW = re.compile("後|あと")


@dataclass(frozen=True)
class Piece:
    """`kind` says what `numbers` are; `name` is a word of when.yml or the half of the day."""

    kind: str
    start: int
    end: int
    numbers: tuple[int, ...] = ()
    name: str = ""
    until: int = 0  # where the next piece starts


def pieces(said: str) -> list[Piece]:
    """What a prepared text names, without overlaps and without what is told of the past."""
    taken: list[Piece] = []
    for piece in sorted([*_own(said), *_found(said)], key=lambda one: (one.start, -one.end)):
        if not taken or piece.start >= taken[-1].end:
            taken.append(piece)
    left = [piece for piece in _not_past(said, taken) if _wished(said, piece)]
    left = [piece for piece in left if not _is_reason(said, piece, left)]
    ends = [*(piece.start for piece in left[1:]), len(said)]
    return [one for piece, end in zip(left, ends, strict=False) for one in _parted(replace(piece, until=end))]


@cache
def _parser() -> TimexParser:
    parser = TimexParser(ignore_kansuji=True)
    for patterns in parser.all_patterns.values():
        for pattern in patterns:  # else `re` compiles them again whenever its cache is full: 150 ms
            pattern.re_pattern = re.compile(pattern.re_pattern)
    return parser


def _found(said: str) -> Iterator[Piece]:
    with _LOCK:
        tags = _parser().parse(said)
    for tag in tags:
        start, end = tag.raw_span or tag.span
        if (piece := _read(tag, said, start, end)) is not None:
            yield piece


def _read(tag: TIMEX, said: str, start: int, end: int) -> Piece | None:
    have = {name: value for name, value in tag.parsed.items() if value and value != "XX"}
    if tag.type == "TIME":
        return _hour(have, said, start, end)
    if tag.type == "DATE":
        return _date(have, said, start, end)
    if tag.mod == "BEFORE":
        return Piece("past", start, end)
    return _ahead(have, tag.value, said, start, end) if tag.mod in ("AFTER", "NOW") else None


def _hour(have: dict[str, str], said: str, start: int, end: int) -> Piece | None:
    if "clock_hour" not in have or _RATIO.fullmatch(said[start:end]):
        return None
    half = next((half for name, half in _HALF_OF_DAY.items() if name in have), "")
    half = "night" if any(name in have for name in _NIGHT) else half
    minute = 30 if "half_suffix" in have else int(have.get("clock_minute", 0))
    if more := _NO_MINUTES.match(said, end):
        end, minute = more.end(), _NO_MINUTE
    return Piece("hour", start, end, (int(have["clock_hour"]), minute), half)


def _date(have: dict[str, str], said: str, start: int, end: int) -> Piece | None:
    if "weekday" in have:
        return Piece("weekdays", start, end, (_WEEKDAYS.index(have["weekday"]),))
    if "calendar_month" not in have and "calendar_day" not in have:
        return None
    year = have.get("calendar_year", "0")
    numbers = tuple(int(one) if one.isdigit() else 0 for one in (year, have.get("calendar_month", "0")))
    if 0 < numbers[0] < _FIRST_YEAR:
        return None
    if "calendar_day" not in have and (more := _NO_DAYS.match(said, end)):
        return Piece("date", start, more.end(), (*numbers, 0))
    if "calendar_day" not in have:
        return Piece("month_named", start, start + len(re.split("(?<=月)", said[start:end])[0]), numbers)
    impossible = said[:start].endswith("月") and not have.get("calendar_month")  # 13月3日
    day = 0 if impossible and said[:start][-2:-1].isdigit() else int(have["calendar_day"])
    if numbers[1] == 0 and re.match(either("counts"), said[end:]):
        return None
    return Piece("date", start, end, (*numbers, day))


def _ahead(have: dict[str, str], value: str, said: str, start: int, end: int) -> Piece | None:
    """明日, 来週 and 来月, or so many days, hours, minutes from now."""
    count = next(
        (float(have[unit]) for unit in ("day", "week", "month", "year", "hour", "minute") if unit in have), None
    )
    if count is None:
        return None
    count += 0.5 if "half_suffix" in have else 0
    if value.startswith("PT"):
        return Piece("minutes", start, end, (int(count * (60 if "hour" in have else 1)),))
    if "day" in have:
        return Piece("offset", start, end, (int(count),)) if count == int(count) else None
    if "year" in have:
        return Piece("year", start, end, (int(count),))
    unit = "week" if "week" in have else "month"
    later = _AFTER_NOW.search(said[start:end])
    if later and unit == "week":
        return Piece("offset", start, end, (int(count) * 7,))
    return Piece("offset_month" if later else unit, start, end, (int(count),))


def _own(said: str) -> Iterator[Piece]:
    for kind, pattern in own():
        for found in pattern.finditer(said):
            kind_only, _, name = kind.partition(":")
            yield Piece(kind_only, *found.span(), _numbers(kind_only, name, found), name or found[0])


def _numbers(kind: str, name: str, found: re.Match[str]) -> tuple[int, ...]:
    if kind == "weekdays":
        return tuple(_WEEKDAYS.index(letter) for letter in found[0] if letter in _WEEKDAYS)
    if kind in ("workdays", "nth_week"):
        return (int(found[1] or 1),)
    if kind == "within":
        return (int(found[1]) * (60 if found[2] == "時間" else 1),)
    return (int(name),) if kind == "offset" else ()


def _is_reason(said: str, piece: Piece, found: list[Piece]) -> bool:
    """明日から旅行なので: no wish, but of 「明日は仕事なので夕方に」 the day is kept."""
    if piece.kind in _NO_TIME:
        return False
    first = max((end.end() for end in _REASON_END.finditer(said, 0, piece.start)), default=0)
    stop = _REASON_END.search(said, piece.end)
    last = stop.end() if stop else len(said)
    own_words = "".join(said[one.start : one.end] for one in found if one.kind == "part")
    clause = said[first:last]
    busy = bool(stop and _REASON.fullmatch(stop[0])) or _says(clause, "busy", own_words)
    if not busy or _says(clause, "free", ""):
        return False
    day_later = any(one.start >= last and one.kind not in _NO_DAY for one in found)
    return piece.kind in _NO_DAY or day_later or "は" not in said[piece.end : last]


def _says(clause: str, section: str, besides: str) -> bool:
    return any(word not in besides for word in re.findall(either(section), clause))


def _parted(piece: Piece) -> list[Piece]:
    """今夜 is a day and a part of it."""
    if piece.kind != "day_part":
        return [piece]
    day, part = listed("day_parts")[piece.name]
    return [
        replace(piece, kind="offset", numbers=(_DAYS[day],)),
        replace(piece, kind="part", name=part),
    ]


def _not_past(said: str, found: list[Piece]) -> Iterator[Piece]:
    """Without 昨日 and what belongs to it, and without what somebody did at that hour."""
    past_until = -1
    for piece in found:
        stop = _STOP.search(said, piece.end)
        clause = said[piece.end : stop.start() if stop else len(said)]
        if piece.kind == "past":
            past_until = piece.end + len(clause)
        elif piece.start >= past_until and (_RATHER.fullmatch(clause) or not _DONE.search(clause)):
            yield piece


def _is_other(said: str, piece: Piece) -> bool:
    """配送日を12月3日に変更したい: a day, but none to be called on."""
    stop = _STOP.search(said, piece.end)
    first = max((end.end() for end in _STOP.finditer(said, 0, piece.start)), default=0)
    clause = said[first : stop.start() if stop else len(said)]
    return bool(re.search(either("other_matters"), clause)) and not re.search(either("calls"), clause)


def _wished(said: str, piece: Piece) -> bool:
    tail = said[piece.end :]
    if re.match(f"(?:曜?日?)(?:から|まで|に|は|の|で)?(?:{either('not_wishes')})", tail):
        return False
    if piece.kind != "any":
        return not _is_other(said, piece)
    followed = re.match(f"[^、。]{{0,8}}?(?:{either('any_followed_by')})|[でに。!、]*$", tail)
    near = said[max(0, piece.start - 12) : piece.end + 12]
    return (piece.name != "both" or bool(followed)) and not re.search(either("any_unless"), near)
