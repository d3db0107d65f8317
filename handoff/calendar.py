"""The business calendar: when people take customers, and the sentences of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial

from sqlalchemy.engine import Engine

from handoff import calendar_store
from handoff.fresh import Fresh
from handoff.schedule import ANY, Schedule
from handoff.sentences import say, weekday
from nihongo.japan_time import TOKYO

VOICE = "voice"


class Calendar:
    """When people take customers, by queue and channel. `at` is an aware datetime."""

    def __init__(self, engine: Engine) -> None:
        load = partial(calendar_store.load_schedules, engine)
        self._known = Fresh("calendar", load, calendar_store.seed_schedules)
        self.changed = self._known.changed

    async def is_open(self, at: datetime, queue: str = "general", channel: str = "web") -> bool:
        return (await self.schedule(queue, channel)).current(at) is not None

    async def next_open(self, at: datetime, queue: str = "general", channel: str = "web") -> datetime | None:
        """`at` itself while open, else the next opening; None: not within a year."""
        return (await self.schedule(queue, channel)).next_open(at)

    async def next_day_end(self, at: datetime, queue: str = "general", channel: str = "web") -> datetime | None:
        """The end of the next business day; None: not within a year."""
        return (await self.schedule(queue, channel)).next_day_end(at)

    async def staffed(self, at: datetime, queue: str = "general", channel: str = "web") -> bool:
        """Whether agents work; in the last minutes of a day they do, and nobody new is let in."""
        return (await self.schedule(queue, channel)).staffed(at)

    async def windows(self, queue: str, channel: str) -> Callable[[date], list[tuple[datetime, datetime]]]:
        """A day's hours of work, as a plain function."""
        return (await self.schedule(queue, channel)).windows

    async def describe(
        self, at: datetime, queue: str = "general", channel: str = "web", *, spoken: bool | None = None
    ) -> str:
        """A sentence for customers: until when today, or from when next. Spoken where the channel is a voice."""
        return describe(await self.schedule(queue, channel), at, channel == VOICE if spoken is None else spoken)

    async def schedule(self, queue: str = "general", channel: str = "web") -> Schedule:
        """The most specific calendar of a queue and channel."""
        return of(await self._known.get(), queue, channel)


def of(known: Mapping[tuple[str, str], Schedule], queue: str, channel: str) -> Schedule:
    """The most specific of these calendars for a queue and channel."""
    for whose in ((queue, channel), (queue, ANY), (ANY, channel), (ANY, ANY)):
        if whose in known:
            return known[whose]
    return Schedule({}, {})


def describe(schedule: Schedule, at: datetime, spoken: bool = False) -> str:
    """The sentence as text or to be read aloud; a special day's note is added."""
    now = at.astimezone(TOKYO)
    special = schedule.special(now.date())
    sentence = _open_sentence(schedule, now, spoken) or _closed_sentence(schedule, now, spoken)
    return worded("note", spoken, sentence=sentence, note=special.note) if special and special.note else sentence


def _open_sentence(schedule: Schedule, now: datetime, spoken: bool) -> str | None:
    if schedule.current(now) is None:
        return None
    windows = schedule.windows(now.date())
    if len(windows) == 1 and (windows[0][1] - windows[0][0]).total_seconds() == 86_400:
        return worded("always", spoken)
    left = [window for window in windows if window[1] > now]
    close = end_time(left[-1][1], spoken)
    if len(left) > 1 and left[0][1] < left[1][0]:
        pause = {"from_time": clock_time(left[0][1], spoken), "again": clock_time(left[1][0], spoken)}
        return worded("until_break", spoken, close=close, **pause)
    return worded("until", spoken, close=close)


def _closed_sentence(schedule: Schedule, now: datetime, spoken: bool) -> str:
    opens = schedule.next_open(now)
    return worded("next", spoken, when=day_time(opens, now, spoken)) if opens else worded("none", spoken)


def day_time(when: datetime, now: datetime, spoken: bool = False) -> str:
    """The moment as people say it: today's hour, or the date with its weekday and the hour."""
    local, today = when.astimezone(TOKYO), now.astimezone(TOKYO).date()
    if local.date() == today:
        return worded("today", spoken, time=clock_time(local, spoken))
    names = {"month": local.month, "day": local.day, "weekday": weekday(local.weekday())}
    return worded("date", spoken, **names, time=clock_time(local, spoken))


def clock_time(when: datetime, spoken: bool = False) -> str:
    """9時, 17時30分; spoken 17時半."""
    name = {0: "time", 30: "time_half"}.get(when.minute, "time_minute")
    return worded(name, spoken, hour=when.hour, minute=when.minute)


def end_time(when: datetime, spoken: bool = False) -> str:
    """As `clock_time`, but a day ends at 24時."""
    return clock_time(when, spoken) if when.hour or when.minute else worded("time", spoken, hour=24)


def worded(name: str, spoken: bool, **values: object) -> str:
    """The sentence of the calendar, as it is read aloud where that is another one."""
    return (say(f"hours.spoken.{name}", **values) if spoken else "") or say(f"hours.{name}", **values)
