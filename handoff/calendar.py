"""The business calendar: asks SQL at most every half minute, and goes on with what it knows when SQL is away."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from handoff import store
from handoff.schedule import ANY, Schedule
from handoff.sentences import say, weekday
from nihongo.japan_time import TOKYO

log = logging.getLogger(__name__)
FRESH_SECONDS = 30


class Calendar:
    """When people are there, by queue and channel. `at` is an aware datetime."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._known: store.Schedules = {}
        self._read_at: float | None = None
        self._lock = asyncio.Lock()

    async def is_open(self, at: datetime, queue: str = "general", channel: str = "web") -> bool:
        return (await self._schedule(queue, channel)).current(at) is not None

    async def next_open(self, at: datetime, queue: str = "general", channel: str = "web") -> datetime | None:
        """`at` itself while open, else the next opening; None: not within a year."""
        return (await self._schedule(queue, channel)).next_open(at)

    async def describe(self, at: datetime, queue: str = "general", channel: str = "web") -> str:
        """A sentence for customers: until when today, or from when next."""
        return describe(await self._schedule(queue, channel), at)

    async def windows(self, queue: str, channel: str) -> Callable[[date], list[tuple[datetime, datetime]]]:
        """A day's opening times, as a plain function."""
        return (await self._schedule(queue, channel)).windows

    async def _schedule(self, queue: str, channel: str) -> Schedule:
        async with self._lock:
            if self._read_at is None or time.monotonic() - self._read_at > FRESH_SECONDS:
                await self._refresh()
        for whose in ((queue, channel), (queue, ANY), (ANY, channel), (ANY, ANY)):
            if whose in self._known:
                return self._known[whose]
        return Schedule({}, {})

    async def _refresh(self) -> None:
        try:
            known = await asyncio.to_thread(store.load_schedules, self._engine)
        except sa.exc.SQLAlchemyError as error:
            log.warning("calendar: SQL is away, going on with what is known: %s", type(error).__name__)
            known = {}
        self._known = known or self._known or store.schedules(*store.seed_rows())
        self._read_at = time.monotonic()


def describe(schedule: Schedule, at: datetime) -> str:
    """The sentence for text channels; a special day's note is added."""
    now = at.astimezone(TOKYO)
    special = schedule.special(now.date())
    sentence = _open_sentence(schedule, now) or _closed_sentence(schedule, now)
    return say("hours.note", sentence=sentence, note=special.note) if special else sentence


def _open_sentence(schedule: Schedule, now: datetime) -> str | None:
    if schedule.current(now) is None:
        return None
    windows = schedule.windows(now.date())
    if len(windows) == 1 and (windows[0][1] - windows[0][0]).total_seconds() == 86_400:
        return say("hours.always")
    left = [window for window in windows if window[1] > now]
    close = clock_time(left[-1][1])
    if len(left) > 1:
        return say("hours.until_break", close=close, from_time=clock_time(left[0][1]), again=clock_time(left[1][0]))
    return say("hours.until", close=close)


def _closed_sentence(schedule: Schedule, now: datetime) -> str:
    opens = schedule.next_open(now)
    return say("hours.next", when=day_time(opens, now)) if opens else say("hours.none")


def day_time(when: datetime, now: datetime) -> str:
    """The moment as people say it: today's hour, or the date with its weekday and the hour."""
    local, today = when.astimezone(TOKYO), now.astimezone(TOKYO).date()
    if local.date() == today:
        return say("hours.today", time=clock_time(local))
    names = {"month": local.month, "day": local.day, "weekday": weekday(local.weekday())}
    return say("hours.date", **names, time=clock_time(local))


def clock_time(when: datetime) -> str:
    name = "hours.time_minute" if when.minute else "hours.time"
    return say(name, hour=when.hour, minute=when.minute)
