"""The day that a question about business hours is about (お盆は？), by the words of asked_day.yml."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from nihongo.normalise import normalise

_LONGEST = 31  # days that are told one by one
_DATE = re.compile(
    "(?:(?P<year>20[0-9]{2})[年/])?(?<![0-9])(?P<month>1[0-2]|0?[1-9])[月/](?P<day>3[01]|[12][0-9]|0?[1-9])(?![0-9/])日?"
    "|(?<![0-9])(?P<alone>3[01]|[12][0-9]|0?[1-9])日(?![間前後目ほ以くぐ])"
)
_UNTIL = re.compile(r"(?:\(.\))?(?:から|~|-)")


class Kind(str, Enum):
    """What is asked: certain days, a usual week, holidays, the break at noon."""

    DAYS, WEEK, HOLIDAYS, PAUSE = "days", "week", "holidays", "pause"


@dataclass(frozen=True)
class Asked:
    """`days` in order, none of them past (a break may be asked of no day); `name` of a span of every year."""

    kind: Kind
    days: tuple[date, ...] = ()
    name: str = ""


def asked_day(text: str, today: date) -> Asked | None:
    """What a question about hours is about (何時まで？ is about today); None where it names no day."""
    said = normalise(text)
    found = _days(said, today)
    if _words("pause").search(said):
        return Asked(Kind.PAUSE, found.days if found else ())
    if found:
        return found
    if _words("holiday").search(said):
        return Asked(Kind.HOLIDAYS)
    if _words("week").search(said):
        return Asked(Kind.WEEK)
    return Asked(Kind.DAYS, (today,)) if _words("today").search(said) else None


def _days(said: str, today: date) -> Asked | None:
    """The surest words first: a date, 明日, 来週, お盆, a weekday."""
    if days := _dates(said, today):
        return Asked(Kind.DAYS, days)
    if near := _numbers("relative", said):
        return Asked(Kind.DAYS, tuple(today + timedelta(days=ahead) for ahead in near))
    weekdays = _numbers("weekdays", said)
    if weeks := _numbers("weeks", said):
        return Asked(Kind.DAYS, _of_week(weeks[0], weekdays or list(range(7)), today))
    if found := _words("spans").search(said):
        return _named(found[0], today)
    if weekdays and _words("holiday").search(said):
        return Asked(Kind.WEEK)  # 土日祝は？
    first = today + timedelta(days=bool(_words("not_today").search(said)))
    days = tuple(sorted(first + timedelta(days=(number - first.weekday()) % 7) for number in weekdays))
    return Asked(Kind.DAYS, days) if days else None


def _of_week(ahead: int, weekdays: list[int], today: date) -> tuple[date, ...]:
    """Of the week that begins on Monday; of this week what is left, or all of it where none is."""
    monday = today + timedelta(days=7 * ahead - today.weekday())
    days = [monday + timedelta(days=number) for number in weekdays]
    return tuple(day for day in days if day >= today) or tuple(day + timedelta(days=7) for day in days)


def _named(word: str, today: date) -> Asked:
    one = next(one for one in _table()["spans"] if word in map(normalise, one["words"]))
    years = range(today.year - 1, today.year + 2)  # the end of the year may be the last one's
    spans = (_between(_day(year, one["from"]), _day(year, one["until"])) for year in years)
    days = next(days for days in spans if days[-1] >= today)
    return Asked(Kind.DAYS, tuple(day for day in days if day >= today), one["name"])


def _between(first: date, last: date) -> list[date]:
    end = last if last >= first else last.replace(year=last.year + 1)
    return [first + timedelta(days=ahead) for ahead in range((end - first).days + 1)]


def _day(year: int, text: str) -> date:
    return date.fromisoformat(f"{year}-{text}")


def _dates(said: str, today: date) -> tuple[date, ...]:
    """Every date of the text; two with から between them are a span."""
    found = [(match, day) for match in _DATE.finditer(said) if (day := _date(match, today))]
    days = sorted(day for _, day in found)
    if len(found) == 2 and _UNTIL.fullmatch(said[found[0][0].end() : found[1][0].start()].replace(" ", "")):
        days = _between(found[0][1], max(found[1][1], found[0][1]))[:_LONGEST]
    return tuple(dict.fromkeys(days))


def _date(match: re.Match[str], today: date) -> date | None:
    """The next day of that name; with a year that one, unless it is past."""
    if match["year"]:
        years = iter([(int(match["year"]), int(match["month"]))])
    elif match["month"]:
        years = iter([(today.year + more, int(match["month"])) for more in range(5)])  # 2月29日
    else:
        years = _months(today)
    day = int(match["day"] or match["alone"])
    return next((found for year, month in years if (found := _valid(year, month, day)) and found >= today), None)


def _months(today: date) -> Iterator[tuple[int, int]]:
    return ((today.year + (today.month - 1 + ahead) // 12, (today.month - 1 + ahead) % 12 + 1) for ahead in range(3))


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _numbers(group: str, said: str) -> list[int]:
    """The numbers whose words are in the text, in order."""
    words = {match[0] for match in _words(group).finditer(said)}
    return [number for number, known in sorted(_table()[group].items()) if words & set(map(normalise, known))]


@cache
def _words(group: str) -> re.Pattern[str]:
    """Any word of a group, the longest first."""
    found = _table()[group]
    lists = (
        found.values() if isinstance(found, dict) else [one["words"] for one in found] if group == "spans" else [found]
    )
    words = {normalise(word) for each in lists for word in each}
    return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))


@cache
def _table() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
    return loaded
