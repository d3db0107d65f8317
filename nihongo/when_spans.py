"""Runs of days, seen from today: weekends, months, and the days after 連休, お盆, 正月 and ゴールデンウィーク."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

import jpholiday

Span = tuple[date, ...]
DAY = timedelta(days=1)
WEEK = 7
_LONG = 3  # days off in a row make a 連休
_AHEAD = 370
_STILL = 14  # days for which 「お盆明け」 means these days, not next year's
_FAR = 150  # days: a season that far ahead may have been meant to be the past one
_IN_WEEK = {"head": (0, 2), "early": (0, 3), "middle": (1, 4), "late": (3, 5), "tail": (3, 5), "weekend": (5, 7)}
_IN_MONTH = {"head": (0, 5), "early": (0, 10), "middle": (10, 20), "late": (20, 31), "tail": (-5, None)}
_NEAR = 2  # 「次の金曜」 said this many days before may be either Friday
_MOST = 62  # days of one wish


def is_off(day: date) -> bool:
    """Weekends, holidays, お盆 (8/13-16) and the turn of the year (12/31-1/3)."""
    obon = day.month == 8 and 13 <= day.day <= 16
    new_year = (day.month, day.day) == (12, 31) or (day.month == 1 and day.day <= 3)
    return day.weekday() >= 5 or obon or new_year or bool(jpholiday.is_holiday(day))


def run(first: date, count: int) -> Span:
    return tuple(first + DAY * number for number in range(count))


def between(first: date, last: date) -> Span:
    """Both included; empty when the last comes first."""
    return run(first, min(max((last - first).days + 1, 0), _MOST))


def joined(first: Span, last: Span) -> Span:
    """月曜から水曜; only the last when there is no first."""
    return between(first[0], last[-1]) if first else last


def month_of(day: date, ahead: int = 0) -> Span:
    """Every day of the month so many after the day's."""
    year, month = divmod(day.year * 12 + day.month - 1 + ahead, 12)
    return run(date(year, month + 1, 1), monthrange(year, month + 1)[1])


def coming(weekday: int, today: date, said_next: bool) -> tuple[Span, str]:
    """金曜, or with `said_next` 次の金曜; on the day itself, or shortly before, either may be meant."""
    gap = (weekday - today.weekday()) % WEEK
    near = today + DAY * gap
    if gap == 0 and said_next:
        return (near + DAY * WEEK,), ""
    if gap == 0 or (said_next and gap <= _NEAR):
        return (near, near + DAY * WEEK), "which_day"
    return (near,), ""


def next_numbered(base: date, number: int) -> date | None:
    """The next 3rd, 31st …"""
    days = (day for ahead in range(3) for day in month_of(base, ahead))
    return next((day for day in days if day.day == number and day >= base), None)


def inside(name: str, frame: Span) -> Span:
    """The days of a week or a month that a phrase of when.yml's `inside` means."""
    if len(frame) == WEEK:
        return frame[slice(*_IN_WEEK[name])]
    return frame[slice(*_IN_MONTH.get(name, _IN_MONTH["tail"]))]


def valid(year: int, month: int, number: int) -> date | None:
    """None for 2月30日."""
    try:
        return date(year, month, number)
    except ValueError:
        return None


def named(name: str, today: date) -> tuple[Span, str]:
    """The days of a phrase of when.yml's `spans`, and what must be asked back."""
    return _NAMED[name](today)


def _weekend(today: date) -> tuple[Span, str]:
    saturday = today + DAY * (5 - today.weekday())
    if today < saturday:
        return run(saturday, 2), ""
    return between(today, saturday + DAY) + run(saturday + DAY * WEEK, 2), "which_day"


def _weekdays(today: date) -> tuple[Span, str]:
    return tuple(day for day in run(today, WEEK) if not is_off(day)), ""


def _week_start(today: date) -> tuple[Span, str]:
    return (_next_work_day(today + DAY * (WEEK - today.weekday())),), ""


def _off_end(today: date) -> tuple[Span, str]:
    off = next(day for day in run(today, _AHEAD) if is_off(day))
    return (_next_work_day(off),), "which_day"


def _holidays_end(today: date) -> tuple[Span, str]:
    length = 0
    for day in run(today - DAY * _LONG, _AHEAD):
        if length >= _LONG and not is_off(day) and day > today:
            return run(day, WEEK), ""
        length = length + 1 if is_off(day) else 0
    return (), "which_day"


def _after(month: int, last: int) -> Callable[[date], tuple[Span, str]]:
    def days(today: date) -> tuple[Span, str]:
        return _season_end(today, month, last)

    return days


def _season_end(today: date, month: int, last: int) -> tuple[Span, str]:
    """From the first day after the run that holds this date: this year's, or the next."""
    end = _next_work_day(date(today.year, month, last))
    if today > end + DAY * _STILL:
        end = _next_work_day(date(today.year + 1, month, last))
    far = (end - today).days > _FAR
    return run(max(end, today), WEEK), "which_day" if far else ""


def _year_inside(today: date) -> tuple[Span, str]:
    return between(today, date(today.year, 12, 31)), ""


def _year_end(today: date) -> tuple[Span, str]:
    return between(date(today.year, 12, 25), date(today.year, 12, 31)), ""


def _unknown(today: date) -> tuple[Span, str]:
    return (), "which_day"


def _next_work_day(day: date) -> date:
    """`day` itself when nobody rests on it."""
    return next(one for one in run(day, _AHEAD) if not is_off(one))


_NAMED: dict[str, Callable[[date], tuple[Span, str]]] = {
    "weekend": _weekend,
    "weekdays": _weekdays,
    "week_start": _week_start,
    "off_end": _off_end,
    "holidays_end": _holidays_end,
    "golden_week_end": _after(5, 5),
    "obon_end": _after(8, 16),
    "new_year_end": _after(1, 3),
    "year_inside": _year_inside,
    "year_end": _year_end,
    "holidays": _unknown,
}
