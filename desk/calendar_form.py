"""The form of a business calendar: what was typed, the calendar it makes or what is wrong with it, and back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from desk.calendar_hours import Bad, shown, windows
from desk.words import word
from handoff.calendar_store import span
from handoff.schedule import HOLIDAY, WEEKDAYS, Schedule, Special, Window
from nihongo.normalise import clean

DAYS = (*WEEKDAYS, HOLIDAY)
BLANKS = 3  # rows for new special days
MOST_BUFFER = 240  # minutes
MOST_NOTE = 200
_LONGEST = 366  # days of one row
_COLUMNS = ("day", "until", "open", "note")
_CELL = re.compile(f"(?:{'|'.join(_COLUMNS)})[.]([0-9]{{1,6}})")
_DATE = re.compile("(?:([0-9]{4})[-/年.])?([0-9]{1,2})[-/月.]([0-9]{1,2})日?")

Values = dict[str, Any]


@dataclass
class Read:
    """`schedule` is as far as it could be read; `problems` by field (`mon`, `buffer`, `day.0` …)."""

    schedule: Schedule
    problems: dict[str, str] = field(default_factory=dict)


def typed(form: Mapping[str, Any]) -> Values:
    """What the browser sent; nothing of it is lost or mended, rows that were crossed out are left away."""
    given: Values = {name: str(form.get(name, "")) for name in (*DAYS, "buffer")}
    found = sorted({int(match[1]) for name in form if (match := _CELL.fullmatch(name))})
    rows = [{name: str(form.get(f"{name}.{number}", "")) for name in _COLUMNS} for number in found]
    kept = [row for number, row in zip(found, rows, strict=True) if not form.get(f"gone.{number}")]
    return given | {"rows": [row for row in kept if any(cell.strip() for cell in row.values())]}


def values(schedule: Schedule) -> Values:
    """What the form shows of a calendar."""
    given: Values = {day: shown(schedule.week.get(day, ())) for day in DAYS}
    rows = [
        {"day": first, "until": last if last != first else "", "open": shown(special.windows), "note": special.note}
        for first, last, special in _spans(schedule.days)
    ]
    return given | {"buffer": str(schedule.buffer), "rows": rows}


def _spans(days: Mapping[str, Special]) -> Iterator[tuple[str, str, Special]]:
    """Days that follow each other and are alike, as one; also over the turn of the year."""
    runs: list[list[str]] = []
    for day in sorted(days, key=lambda one: (len(one), one)):
        alike = runs and days[runs[-1][0]] == days[day] and len(runs[-1][-1]) == len(day)
        if alike and span(runs[-1][-1], day) == [runs[-1][-1], day]:
            runs[-1].append(day)
        else:
            runs.append([day])
    yearly = [run for run in runs if len(run[0]) == 5]
    first, last = (yearly[0], yearly[-1]) if len(yearly) > 1 else ([""], [""])
    if (first[0], last[-1]) == ("01-01", "12-31") and days[first[0]] == days[last[-1]]:
        runs.remove(first)
        last += first
    return ((run[0], run[-1], days[run[0]]) for run in runs)


def read(given: Values) -> Read:
    """The calendar that was typed, and every problem with where it is."""
    found = Read(Schedule({}, {}))
    week: dict[str, tuple[Window, ...]] = {}
    for day in DAYS:
        week[day] = (
            _try(
                found, day, word("calendar.day", day=word(f"calendar_days.{day}")), lambda day=day: windows(given[day])
            )
            or ()
        )
    days: dict[str, Special] = {}
    for number, row in enumerate(given["rows"]):
        _read_row(found, days, number, row)
    buffer = _try(found, "buffer", word("calendar.buffer"), lambda: _buffer(given["buffer"])) or 0
    found.schedule = Schedule(week, days, buffer)
    _fits(found)
    return found


def _read_row(found: Read, days: dict[str, Special], number: int, row: Mapping[str, str]) -> None:
    title = word("calendar.row", number=number + 1)
    named = _try(found, f"day.{number}", title, lambda: _named(row["day"], row["until"]))
    opens = _try(found, f"open.{number}", title, lambda: windows(row["open"]))
    note = row["note"].strip()
    if len(note) > MOST_NOTE:
        found.problems[f"note.{number}"] = title + word("calendar_problems.note", most=MOST_NOTE)
    twice = next((day for day in named or () if day in days), None)
    if twice:
        found.problems[f"day.{number}"] = title + word("calendar_problems.twice", day=twice)
    days.update(dict.fromkeys(named or (), Special(opens or (), note)))


def _try(found: Read, name: str, title: str, reading: Any) -> Any:
    try:
        return reading()
    except Bad as bad:
        found.problems[name] = f"{title}{bad}"
        return None


def _named(first: str, last: str) -> list[str]:
    begin, end = _day(first), _day(last) if last.strip() else None
    try:
        if end and len(begin) != len(end):
            raise Bad(word("calendar_problems.mixed"))
        found = span(begin, end)
    except Bad:
        raise
    except ValueError as error:
        raise Bad(word("calendar_problems.no_such_day")) from error
    if not 0 < len(found) <= _LONGEST:
        raise Bad(word("calendar_problems.span"))
    return found


def _day(text: str) -> str:
    found = _DATE.fullmatch(clean(text))
    if found is None:
        raise Bad(
            word("calendar_problems.day", text=text.strip()) if text.strip() else word("calendar_problems.no_day")
        )
    day = f"{int(found[2]):02}-{int(found[3]):02}"
    return f"{found[1]}-{day}" if found[1] else day


def _buffer(text: str) -> int:
    said = clean(text).removesuffix("分") or "0"
    if not re.fullmatch("[0-9]{1,4}", said) or int(said) > MOST_BUFFER:
        raise Bad(word("calendar_problems.buffer", most=MOST_BUFFER))
    return int(said)


def _fits(found: Read) -> None:
    """The day's last window must be longer than the buffer, or nobody would be let in."""
    schedule, short = found.schedule, []
    for day, opened in schedule.week.items():
        short += [word(f"calendar_days.{day}")] if _too_short(opened, schedule.buffer) else []
    short += [day for day, special in schedule.days.items() if _too_short(special.windows, schedule.buffer)]
    if short and "buffer" not in found.problems:
        days = "・".join(short[:5])
        found.problems["buffer"] = word("calendar.buffer") + word("calendar_problems.short", days=days)


def _too_short(opened: tuple[Window, ...], buffer: int) -> bool:
    if not opened or opened[-1].closes == "24:00":  # the next day may go on
        return False
    opens, closes = (_minutes(clock) for clock in (opened[-1].opens, opened[-1].closes))
    return closes - opens <= buffer


def _minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])
