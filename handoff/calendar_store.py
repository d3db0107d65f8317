"""SQL of the business calendar and its seed file. Blocking: call it through `asyncio.to_thread`."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml
from sqlalchemy.engine import Connection, Engine

from handoff.schedule import HOLIDAY, WEEKDAYS, Schedule, Special, Window, parse_window
from handoff.tables import CALENDAR_DAYS, CALENDAR_HOURS, CALENDARS

SEED = Path(__file__).with_name("calendar.yml")
Whose = tuple[str, str]  # queue, channel; ANY is every one
Schedules = dict[Whose, Schedule]
_TABLES = (CALENDARS, CALENDAR_HOURS, CALENDAR_DAYS)
_CLOSED = Window("", "")  # a row that says "not on this day"
_LEAP_YEAR = 2024  # spans of MM-DD are counted in a year that has every day


class Moved(Exception):
    """Somebody else has written this calendar since it was read."""


def seed_schedules(path: Path = SEED) -> Schedules:
    """The calendars of the seed file; ValueError tells what is wrong in it."""
    listed = yaml.safe_load(path.read_text())["calendars"]
    return {(one["queue"], one["channel"]): _from_file(path, one) for one in listed}


def _from_file(path: Path, calendar: dict[str, Any]) -> Schedule:
    if unknown := set(calendar["week"]) - {*WEEKDAYS, HOLIDAY}:
        raise ValueError(f"{path.name}: unknown day {sorted(map(str, unknown))[0]!r}")
    week = {day: tuple(map(parse_window, texts)) for day, texts in calendar["week"].items()}
    days = {
        day: Special(tuple(map(parse_window, special.get("open") or [])), special["note"])
        for special in calendar.get("days") or []
        for day in span(special["day"], special.get("until"))
    }
    return Schedule(week, days, int(calendar.get("buffer") or 0))


def span(first: str, last: str | None) -> list[str]:
    """The days from one to the other, all YYYY-MM-DD or all MM-DD; ValueError where there are none."""
    yearly = len(first) == 5
    day = date.fromisoformat(f"{_LEAP_YEAR}-{first}" if yearly else first)
    end = date.fromisoformat(f"{_LEAP_YEAR}-{last or first}" if yearly else last or first)
    if end < day and yearly:
        end = end.replace(year=_LEAP_YEAR + 1)
    found = [day + timedelta(days=ahead) for ahead in range((end - day).days + 1)]
    return [each.strftime("%m-%d") if yearly else each.isoformat() for each in found]


def seed(engine: Engine, path: Path = SEED, replace: bool = False) -> int:
    """Writes calendars that SQL does not have (or all of them anew); how many rows were written."""
    wanted = seed_schedules(path)
    with engine.begin() as connection:
        known = _versions(connection)
        for whose in known if replace else ():
            _remove(connection, whose)
        fresh = [whose for whose in wanted if replace or whose not in known]
        return sum(_write(connection, whose, wanted[whose], known.get(whose, 0) + 1) for whose in fresh)


def save(engine: Engine, whose: Whose, schedule: Schedule, begun: int) -> int:
    """Writes a calendar as a whole and gives its version; `Moved` unless it is still the one `begun` from (0: none)."""
    with engine.begin() as connection:
        _claim(connection, whose, begun)
        _remove(connection, whose)
        _write(connection, whose, schedule, begun + 1)
    return begun + 1


def remove(engine: Engine, whose: Whose, begun: int) -> None:
    """The next more general calendar counts from now on."""
    with engine.begin() as connection:
        _claim(connection, whose, begun)
        _remove(connection, whose)


def _claim(connection: Connection, whose: Whose, begun: int) -> None:
    """Locks the calendar's row, so that of two who save one waits, and then sees that it came late."""
    table = CALENDARS.c
    if begun == 0:
        try:
            connection.execute(CALENDARS.insert().values(queue=whose[0], channel=whose[1], buffer_minutes=0, version=1))
        except sa.exc.IntegrityError as error:
            raise Moved from error
        return
    here = (table.queue == whose[0]) & (table.channel == whose[1]) & (table.version == begun)
    if connection.execute(CALENDARS.update().where(here).values(version=begun + 1)).rowcount != 1:
        raise Moved


def _remove(connection: Connection, whose: Whose) -> None:
    for table in _TABLES:
        connection.execute(table.delete().where((table.c.queue == whose[0]) & (table.c.channel == whose[1])))


def _write(connection: Connection, whose: Whose, schedule: Schedule, version: int) -> int:
    key = {"queue": whose[0], "channel": whose[1]}
    hours = [
        {**key, "weekday": day, **vars(window)}
        for day, windows in schedule.week.items()
        for window in windows or (_CLOSED,)
    ]
    days = [
        {**key, "day": day, **vars(window), "note": special.note}
        for day, special in schedule.days.items()
        for window in special.windows or (_CLOSED,)
    ]
    rows = ([{**key, "buffer_minutes": schedule.buffer, "version": version}], hours, days)
    for table, found in zip(_TABLES, rows, strict=True):
        if found:
            connection.execute(table.insert(), found)
    return sum(map(len, rows))


def load_schedules(engine: Engine) -> Schedules:
    """Every calendar there is."""
    with engine.connect() as connection:
        return _load(connection)


def load_one(engine: Engine, whose: Whose) -> tuple[Schedule | None, int]:
    """A calendar and its version; 0 when there is none of its own."""
    with engine.connect() as connection:
        version = _versions(connection).get(whose, 0)  # first: what is saved meanwhile makes it too old, never too new
        return _load(connection).get(whose), version


def _versions(connection: Connection) -> dict[Whose, int]:
    rows = connection.execute(sa.select(CALENDARS.c.queue, CALENDARS.c.channel, CALENDARS.c.version))
    return {(row.queue, row.channel): row.version for row in rows}


def _load(connection: Connection) -> Schedules:
    owners, hours, days = ([dict(row) for row in connection.execute(sa.select(one)).mappings()] for one in _TABLES)
    found: Schedules = {(row["queue"], row["channel"]): Schedule({}, {}, row["buffer_minutes"]) for row in owners}
    weeks: dict[Whose, dict[str, tuple[Window, ...]]] = defaultdict(lambda: defaultdict(tuple))
    for row in hours:
        weeks[row["queue"], row["channel"]][row["weekday"]] += _windows(row)
    special: dict[Whose, dict[str, Special]] = defaultdict(dict)
    for row in days:
        own = special[row["queue"], row["channel"]]
        before = own[row["day"]].windows if row["day"] in own else ()
        own[row["day"]] = Special(before + _windows(row), row["note"])
    return {
        whose: dataclasses.replace(one, week=dict(weeks[whose]), days=special[whose]) for whose, one in found.items()
    }


def _windows(row: dict[str, Any]) -> tuple[Window, ...]:
    return (Window(row["opens"], row["closes"]),) if row["opens"] else ()
