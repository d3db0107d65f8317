"""The supervisors' board: who waits, who is at work, how the day goes; and its half hours as CSV."""

from __future__ import annotations

import asyncio
import csv
import io
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from aiohttp import web
from sqlalchemy.engine import Engine

from desk.page import Desk, audit, desk_of, render, require
from desk.staff import Role
from desk.words import word
from handoff import store as records
from handoff.agents import Agent, Work
from handoff.queue_settings import QueueSettings
from handoff.report import Contact, Figures, Interval, at_work, by_half_hour, contacts, figures, within
from handoff.ticket import Ticket
from nihongo.japan_time import TOKYO

_FIRST_HOUR, _LAST_HOUR = 7, 22  # shown though nothing happened outside of what did
_ENOUGH = 5  # customers of a day; one late answer in the morning alarms nobody
_COLUMNS = ("opened", "answered", "gave_up", "answer_rate", "give_up_rate", "service_level")
_SECONDS = ("asa_seconds", "aht_seconds")
_FRESH_SECONDS = 4.0  # open boards ask every five


def routes(app: web.Application) -> list[web.RouteDef]:
    app[_READINGS] = Readings()
    return [
        web.get("/wallboard", board),
        web.get("/wallboard.csv", as_csv),
        web.get("/wallboard/levels", levels),
    ]


@dataclass(frozen=True)
class Day:
    """What one day is told from."""

    contacts: list[Contact]
    works: dict[str, list[Interval]]
    targets: dict[str, float]
    span: Interval


class Readings:
    """What the boards of a day show, read once for all that are open."""

    def __init__(self) -> None:
        self._lately: dict[date, tuple[float, asyncio.Task[dict[str, Any]]]] = {}

    async def of(self, desk: Desk, day: date) -> dict[str, Any]:
        now = asyncio.get_running_loop().time()
        self._lately = {
            each: (at, reading)
            for each, (at, reading) in self._lately.items()
            if now - at < _FRESH_SECONDS and not _failed(reading)
        }
        if day not in self._lately:
            self._lately[day] = now, asyncio.create_task(_shown_of(desk, day))
        return await asyncio.shield(self._lately[day][1])


_READINGS = web.AppKey("wallboard_readings", Readings)


@require(Role.SUPERVISOR)
async def board(request: web.Request) -> web.Response:
    """The whole page, or with `?part=1` what changes of it."""
    desk = desk_of(request)
    shown = await request.app[_READINGS].of(desk, _asked(request, desk.clock()))
    return render(request, "wallboard_part.html" if "part" in request.query else "wallboard.html", **shown)


@require(Role.SUPERVISOR)
async def levels(request: web.Request) -> web.Response:
    """The queues whose service level of today is below what is promised, each with its notice (levels.js asks)."""
    desk = desk_of(request)
    lines = (await request.app[_READINGS].of(desk, _asked(request, desk.clock())))["queues"]
    short = [{"queue": one["name"], "text": word("board.short", **_told(one))} for one in lines if one["alarms"]]
    return web.json_response({"short": short})


def _told(line: dict[str, Any]) -> dict[str, Any]:
    return {name: line[name] for name in ("title", "target", "seconds")} | {"level": round(line["level"] * 100)}


@require(Role.SUPERVISOR)
async def as_csv(request: web.Request) -> web.Response:
    """One line a half hour; shares as numbers of 0 to 1. With a mark at the front by which Excel knows UTF-8."""
    desk, now = desk_of(request), desk_of(request).clock()
    day = await _day(desk, _asked(request, now), now)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([word(f"board.{name}") for name in ("start", *_COLUMNS, *_SECONDS, "occupancy")])
    for start, told in by_half_hour(day.contacts, day.targets, day.works, day.span):
        writer.writerow([datetime.fromtimestamp(start, TOKYO).strftime("%Y-%m-%d %H:%M"), *_cells(told)])
    shown = datetime.fromtimestamp(day.span[0], TOKYO).date().isoformat()
    await audit(request, "board.exported", shown)
    headers = {"Content-Disposition": f'attachment; filename="wallboard-{shown}.csv"'}
    return web.Response(text="\ufeff" + out.getvalue(), content_type="text/csv", charset="utf-8", headers=headers)


def _asked(request: web.Request, now: float) -> date:
    try:
        return date.fromisoformat(request.query["day"])
    except (KeyError, ValueError):
        return datetime.fromtimestamp(now, TOKYO).date()


async def _shown_of(desk: Desk, asked: date) -> dict[str, Any]:
    now = desk.clock()
    day, tickets, queues = await _day(desk, asked, now), await desk.queue.open_tickets(), await desk.queues.all()
    slots = await asyncio.to_thread(by_half_hour, day.contacts, day.targets, day.works, day.span)
    return {
        "now": now,
        "queues": [_queue(one, tickets, day, now) for one in queues],
        "agents": [one for one in await desk.agents.all(tickets) if await _at_the_desk(desk, one)],
        "hands": [one for one in tickets if one.hand_up],
        "today": figures(day.contacts, day.targets, day.works),
        "slots": _shown(slots, day.span[0]),
        "unended": sum(not one.ended for one in day.contacts),
        "day": asked,
    }


async def _at_the_desk(desk: Desk, agent: Agent) -> bool:
    """Who has the list open; who works, or missed an offer, and looks at another page is there too."""
    return agent.here or (agent.work is not Work.OFF and await desk.sessions.signed_in(agent.id))


def _failed(reading: asyncio.Task[dict[str, Any]]) -> bool:
    return reading.done() and (reading.cancelled() or reading.exception() is not None)


async def _day(desk: Desk, day: date, now: float) -> Day:
    start = datetime.combine(day, time(0), TOKYO).timestamp()
    end = (datetime.combine(day, time(0), TOKYO) + timedelta(days=1)).timestamp()
    targets = {one.name: float(one.target_seconds) for one in await desk.queues.all()}
    return await asyncio.to_thread(_read_day, desk.engine, (start, end), min(now, end), targets)


def _read_day(engine: Engine, span: Interval, until: float, targets: dict[str, float]) -> Day:
    told = contacts(records.events_of_opened(engine, *span), until)
    spans = at_work(records.works(engine, span[0]), until)
    return Day(told, {who: within(own, *span) for who, own in spans.items()}, targets, span)


def _queue(one: QueueSettings, tickets: list[Ticket], day: Day, now: float) -> dict[str, Any]:
    """A queue's line: who waits now, and whether the day keeps what is promised of it."""
    waiting = [t for t in tickets if t.waits and t.queue == one.name and not (t.sleeps or t.booked)]
    oldest = max((now - (t.waits_since or t.opened_at) for t in waiting), default=0.0)
    told = figures([c for c in day.contacts if c.queue == one.name], day.targets)
    level = told.service_level
    short = level is not None and level * 100 < one.target_percent
    return {
        "name": one.name,
        "title": one.title,
        "waiting": len(waiting),
        "oldest": oldest,
        "late": oldest > one.target_seconds,
        "level": level,
        "target": one.target_percent,
        "seconds": one.target_seconds,
        "short": short,
        "alarms": short and told.opened >= _ENOUGH,
    }


def _shown(slots: list[tuple[float, Figures]], start: float) -> list[tuple[float, Figures]]:
    """The usual hours, and any other in which somebody came."""
    usual = range(_FIRST_HOUR, _LAST_HOUR)
    return [(at, told) for at, told in slots if int((at - start) // 3600) in usual or told.opened]


def _cells(told: Figures) -> list[str]:
    shares = [getattr(told, name) for name in (*_COLUMNS, *_SECONDS, "occupancy")]
    return ["" if one is None else str(one) if isinstance(one, int) else f"{one:.3f}" for one in shares]
