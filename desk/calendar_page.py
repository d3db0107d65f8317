"""The business calendar at the desk: agents read it, supervisors change it."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from typing import Any

import jpholiday
import sqlalchemy as sa
from aiohttp import web

from desk import calendar_asks, calendar_form
from desk.page import audit, desk_of, render, require, user_of
from desk.staff import Role
from handoff import calendar_store, store
from handoff.calendar import describe
from handoff.calendar_store import Moved, Whose
from handoff.schedule import ANY, Schedule, Span
from handoff.sentences import weekday
from nihongo.japan_time import TOKYO

CHANNELS = (ANY, "web", "sms", "voice")
PREVIEWED = 14  # days


def routes(_: web.Application) -> list[web.RouteDef]:
    return [
        web.get("/calendar", calendar_page),
        web.post("/calendar", save),
        web.post("/calendar/remove", remove),
    ]


@require(Role.AGENT, Role.SUPERVISOR)
async def calendar_page(request: web.Request) -> web.Response:
    """One queue's and channel's calendar; where it has none of its own, the one that counts for it."""
    whose = await _whose(request, request.query.get("queue", ANY), request.query.get("channel", ANY))
    schedule, version = await _held(request, whose)
    return await _page(request, whose, version, calendar_form.values(schedule), schedule)


async def _held(request: web.Request, whose: Whose) -> tuple[Schedule, int]:
    """The calendar that counts now, and the version of its own (0: it has none)."""
    own, version = await asyncio.to_thread(calendar_store.load_one, desk_of(request).engine, whose)
    return own or await desk_of(request).calendar.schedule(*whose), version


@require(Role.SUPERVISOR)
async def save(request: web.Request) -> web.Response:
    """Whatever goes wrong, the page comes back with everything that was typed. `look` shows only what would be."""
    form, whose, begun = await _sent(request)
    given = calendar_form.typed(form)
    read = calendar_form.read(given)
    try:
        if read.problems:  # what could not be read is no day off: shown is what counts now
            held, _ = await _held(request, whose)
            return await _page(request, whose, begun, given, held, 422, problems=read.problems)
        asked = await _asks(request, whose, read.schedule)
        if "look" in form or form.get("sure", "") != calendar_asks.token(asked):
            told: dict[str, Any] = {"asks": asked, "sure": calendar_asks.token(asked), "looks": "look" in form}
            return await _page(request, whose, begun, given, read.schedule, unsaved=True, **told)
        await _save(request, whose, read.schedule, begun)
    except Moved:
        return await _moved(request, whose, given, read.schedule)
    except sa.exc.OperationalError:
        return await _page(request, whose, begun, given, read.schedule, 503, away=True)
    raise web.HTTPSeeOther(_address(request, whose, "saved"))


async def _save(request: web.Request, whose: Whose, schedule: Schedule, begun: int) -> None:
    version = await asyncio.to_thread(calendar_store.save, desk_of(request).engine, whose, schedule, begun)
    desk_of(request).calendar.changed()
    await audit(request, "calendar.saved", f"{'/'.join(whose)} v{version}")


@require(Role.SUPERVISOR)
async def remove(request: web.Request) -> web.Response:
    """From now on the more general calendar counts; the most general one stays."""
    form, whose, begun = await _sent(request)
    if whose == (ANY, ANY):
        raise web.HTTPBadRequest
    asked = await _asks(request, whose, None)
    if form.get("sure", "") != calendar_asks.token(asked):
        held, version = await _held(request, whose)
        told: dict[str, Any] = {"removal_asks": asked, "removal_sure": calendar_asks.token(asked)}
        return await _page(request, whose, version, calendar_form.values(held), held, **told)
    await _remove(request, whose, begun)
    raise web.HTTPSeeOther(_address(request, whose, "removed"))


async def _remove(request: web.Request, whose: Whose, begun: int) -> None:
    try:
        await asyncio.to_thread(calendar_store.remove, desk_of(request).engine, whose, begun)
    except Moved as moved:
        raise web.HTTPSeeOther(_address(request, whose, "moved")) from moved
    desk_of(request).calendar.changed()
    await audit(request, "calendar.removed", "/".join(whose))


async def _asks(request: web.Request, whose: Whose, schedule: Schedule | None) -> list[str]:
    """What the sender has to read before this is saved; None: removed."""
    desk = desk_of(request)
    known = await asyncio.to_thread(calendar_store.load_schedules, desk.engine)
    tickets, now = await desk.queue.open_tickets(), desk.clock()
    if schedule is None:
        return calendar_asks.asks_removal(known, whose, tickets, now)
    return calendar_asks.asks(known, whose, schedule, tickets, now)


async def _sent(request: web.Request) -> tuple[Any, Whose, int]:
    form = await request.post()
    begun = str(form.get("version", ""))
    if not begun.isdecimal():
        raise web.HTTPBadRequest
    return form, await _whose(request, str(form.get("queue", "")), str(form.get("channel", ""))), int(begun)


async def _moved(request: web.Request, whose: Whose, given: dict[str, Any], mine: Schedule) -> web.Response:
    """Somebody else saved first: theirs is shown beside, and saving once more puts this one over it."""
    own, version = await asyncio.to_thread(calendar_store.load_one, desk_of(request).engine, whose)
    theirs = calendar_form.values(own) if own else {}
    differing = [name for name in theirs if name != "rows" and theirs[name] != calendar_form.values(mine)[name]]
    rows = theirs.get("rows", []) if theirs.get("rows") != calendar_form.values(mine)["rows"] else []
    moved = {"fields": {name: theirs[name] for name in differing}, "rows": rows, "gone": own is None}
    return await _page(request, whose, version, given, mine, 409, moved=moved)


async def _page(
    request: web.Request,
    whose: Whose,
    version: int,
    given: dict[str, Any],
    schedule: Schedule,
    status: int = 200,
    **told: Any,
) -> web.Response:
    now = datetime.fromtimestamp(desk_of(request).clock(), TOKYO)
    return render(
        request,
        "calendar.html",
        status=status,
        whose=whose,
        version=version,
        given=given,
        days=calendar_form.DAYS,
        blanks=calendar_form.BLANKS,
        queues=await _queues(request),
        channels=CHANNELS,
        owned=await _owned(request),
        coming=[_coming(schedule, now.date() + timedelta(days=ahead)) for ahead in range(PREVIEWED)],
        says=describe(schedule, now),
        speaks=describe(schedule, now, spoken=True),
        staffed=schedule.staffed(now),
        open=schedule.current(now) is not None,
        may_edit=user_of(request).may(frozenset({Role.SUPERVISOR})),
        **told,
    )


def _coming(schedule: Schedule, day: date) -> dict[str, Any]:
    special = schedule.special(day)
    return {
        "day": f"{day.month}/{day.day}",
        "weekday": weekday(day.weekday()),
        "holiday": jpholiday.is_holiday_name(day) or "",
        "windows": _shown(schedule.windows(day)),
        "shifts": _shown(schedule.shifts(day)),
        "note": special.note if special else "",
        "special": special is not None,
    }


def _shown(windows: list[Span]) -> list[str]:
    return [f"{opens:%H:%M}〜{closes:%H:%M}".replace("〜00:00", "〜24:00") for opens, closes in windows]


async def _whose(request: web.Request, queue: str, channel: str) -> Whose:
    if queue not in await _queues(request) or channel not in CHANNELS:
        raise web.HTTPBadRequest
    return queue, channel


async def _queues(request: web.Request) -> dict[str, str]:
    """Names and titles, ANY first; those of the seed file while SQL is away."""
    try:
        found = await asyncio.to_thread(store.load_queues, desk_of(request).engine)
    except sa.exc.OperationalError:
        found = ()
    return {ANY: ""} | {one.name: one.title for one in found or store.seed_queues()}


async def _owned(request: web.Request) -> list[Whose]:
    """Whose calendars there are; none while SQL is away."""
    try:
        return sorted(await asyncio.to_thread(calendar_store.load_schedules, desk_of(request).engine))
    except sa.exc.OperationalError:
        return []


def _address(request: web.Request, whose: Whose, done: str) -> str:
    query = {"queue": whose[0], "channel": whose[1], "done": done}
    return str(request.rel_url.with_path("/calendar").with_query(query))
