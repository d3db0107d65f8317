"""What the bot answers about business hours: 「土曜日は？」「お盆は？」「昼休みは何時から」, from a calendar."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import jpholiday

from handoff.calendar import clock_time, day_time, describe, end_time, worded
from handoff.schedule import HOLIDAY, WEEKDAYS, Schedule, Span
from handoff.sentences import weekday
from nihongo.asked_day import Asked, Kind
from nihongo.japan_time import TOKYO

_YEAR = 400  # days in which every weekday and a holiday comes


@dataclass(frozen=True)
class _Teller:
    schedule: Schedule
    now: datetime
    spoken: bool

    def say(self, name: str, **values: object) -> str:
        return worded(f"asked.{name}", self.spoken, **values)

    # Certain days

    def days(self, asked: Asked) -> str:
        days, today = asked.days, self.now.date()
        if days == (today,):
            return self._today()
        lead = self.say("named", period=asked.name) if len(days) > 1 and asked.name else ""
        return lead + self._noted(days, self._told(days))

    def _today(self) -> str:
        """Open: until when. Else whether it is over, or what is to come."""
        windows = self.schedule.windows(self.now.date())
        going = any(opens <= self.now for opens, _ in windows) and self.now < windows[-1][1]
        if going:
            return describe(self.schedule, self.now, self.spoken)
        if windows and self.now < windows[0][0]:
            told = self.say("open", days=self.say("today"), hours=self._hours(windows))
        else:
            told = self.say("over" if windows else "closed_today") + self._resumes(self.now)
        return self._noted([self.now.date()], told)

    def _told(self, days: Sequence[date]) -> str:
        """Days of equal hours together, those without any first; after nothing but these, when it goes on."""
        groups = sorted(self._groups(days).items(), key=lambda group: bool(group[0]))
        told = "".join(self._group(self._names(same), self.schedule.windows(same[0])) for _, same in groups)
        closed = all(not self.schedule.windows(day) for day in days)
        return told + (self._resumes(_end(days[-1])) if closed else "")

    def _groups(self, days: Iterable[date]) -> dict[tuple[tuple[time, time], ...], list[date]]:
        found: dict[tuple[tuple[time, time], ...], list[date]] = {}
        for day in days:
            key = tuple((opens.time(), closes.time()) for opens, closes in self.schedule.windows(day))
            found.setdefault(key, []).append(day)
        return found

    def _group(self, days: str, windows: Sequence[Span]) -> str:
        return self.say("open", days=days, hours=self._hours(windows)) if windows else self.say("closed", days=days)

    def _resumes(self, after: datetime) -> str:
        opens = self.schedule.next_open(after)
        name = "next" if after == self.now else "resumes"
        return self.say(name, when=day_time(opens, self.now, self.spoken)) if opens else ""

    def _noted(self, days: Iterable[date], told: str) -> str:
        """With why, where days are unlike the others."""
        special = (self.schedule.special(day) for day in days)
        notes = dict.fromkeys(one.note for one in special if one and one.note)
        return worded("note", self.spoken, sentence=told, note=self.say("and").join(notes)) if notes else told

    def _names(self, days: Sequence[date]) -> str:
        """12月29日(火)から1月3日(日); a day alone with its holiday."""
        runs = list(_runs(days))
        if len(days) == 1 and (holiday := jpholiday.is_holiday_name(days[0])):
            return self._date("holiday", days[0], holiday=holiday)
        ends = [(self._date("day", run[0]), self._date("day", run[-1])) for run in runs]
        return self.say("and_days").join(
            first if first == last else self.say("span", first=first, last=last) for first, last in ends
        )

    def _date(self, name: str, day: date, **more: str) -> str:
        return self.say(name, month=day.month, date=day.day, weekday=weekday(day.weekday()), **more)

    def _hours(self, windows: Sequence[Span]) -> str:
        if len(windows) == 1 and windows[0][1] - windows[0][0] == timedelta(days=1):
            return self.say("all_day")
        return self.say("more").join(
            self.say("hours", opens=clock_time(opens, self.spoken), closes=end_time(closes, self.spoken))
            for opens, closes in _joined(windows)
        )

    # No certain day

    def week(self) -> str:
        """Weekdays of equal hours together, then that the bot is always there."""
        usual = {name: day for name in (*WEEKDAYS, HOLIDAY) if (day := self._example(name))}
        groups: dict[tuple[tuple[time, time], ...], list[str]] = {}
        for name, day in usual.items():
            groups.setdefault(next(iter(self._groups([day]))), []).append(name)
        told = (
            self._group(self._week_names(names), self.schedule.windows(usual[names[0]])) for names in groups.values()
        )
        return "".join(told) + self.say("bot_always")

    def holidays(self) -> str:
        """Of a usual holiday; and which is the next, as it may have hours of its own."""
        day = self._example(HOLIDAY)
        told = self._group(self.say("names.holiday"), self.schedule.windows(day)) if day else ""
        coming = next(day for day in self._ahead() if jpholiday.is_holiday(day))
        return told + self.say("next_holiday", day=self._names([coming]))

    def _week_names(self, names: Sequence[str]) -> str:
        rest, told = list(names), []
        if len(rest) == len(WEEKDAYS) + 1:
            return self.say("names.every_day")
        if set(WEEKDAYS[:5]) <= set(rest):
            told, rest = [self.say("names.workdays")], [name for name in rest if name not in WEEKDAYS[:5]]
        return self.say("and").join([*told, *(self.say(f"names.{name}") for name in rest)])

    def _example(self, name: str) -> date | None:
        """The next day of this kind that is like all others of its kind."""
        plain = (day for day in self._ahead() if self.schedule.special(day) is None)
        return next((day for day in plain if _kind(day) == name), None)

    def _ahead(self) -> Iterator[date]:
        return (self.now.date() + timedelta(days=ahead) for ahead in range(_YEAR))

    def pause(self, asked: Asked) -> str:
        """The breaks of the day asked for, else of the next day that has hours."""
        day = asked.days[0] if asked.days else next(filter(self.schedule.windows, self._ahead()), None)
        windows = list(_joined(self.schedule.windows(day))) if day else []
        if day is None or not windows:
            return self.days(asked) if asked.days else describe(self.schedule, self.now, self.spoken)
        pauses = [(before[1], after[0]) for before, after in zip(windows, windows[1:], strict=False)]
        if not pauses:
            return self.say("no_pause") + self._group(self._names([day]), windows)
        return self.say("pause", hours=self._hours(pauses)) + self._group(self._names([day]), windows)


def answer(schedule: Schedule, asked: Asked | None, at: datetime, spoken: bool = False) -> str:
    """For customers; of nothing certain: until when today, or from when next."""
    teller = _Teller(schedule, at.astimezone(TOKYO), spoken)
    if asked is None:
        return describe(schedule, at, spoken)
    if asked.kind is Kind.DAYS:
        return teller.days(asked)
    if asked.kind is Kind.PAUSE:
        return teller.pause(asked)
    return teller.week() if asked.kind is Kind.WEEK else teller.holidays()


def _kind(day: date) -> str:
    return HOLIDAY if jpholiday.is_holiday(day) else WEEKDAYS[day.weekday()]


def _end(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(0), TOKYO)


def _runs(days: Sequence[date]) -> Iterator[list[date]]:
    """Days that follow each other."""
    run: list[date] = []
    for day in days:
        if run and day - run[-1] != timedelta(days=1):
            yield run
            run = []
        run.append(day)
    yield run


def _joined(windows: Sequence[Span]) -> Iterator[Span]:
    """Adjoining windows as one."""
    begun: Span | None = None
    for opens, closes in windows:
        if begun and begun[1] == opens:
            begun = (begun[0], closes)
            continue
        if begun:
            yield begun
        begun = (opens, closes)
    if begun:
        yield begun
