"""The queues: what is promised of each, which reasons come to it, and who serves which."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from desk import store
from desk.page import audit, desk_of, render, require
from desk.staff import Role
from desk.words import word
from handoff import store as records
from handoff.agents import CHATS
from handoff.queue_settings import GENERAL, QueueSettings
from handoff.ticket import Reason

_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
# Field → (least, most).
_NUMBERS = {
    "target_percent": (1, 100),
    "target_seconds": (1, 3600),
    "offer_seconds": (5, 300),
    "patience_seconds": (30, 3600),
    "callbacks_per_slot": (0, 50),
}
_CHATS_MOST = 10


def routes(_: web.Application) -> list[web.RouteDef]:
    return [
        web.get("/queues", queues_page),
        web.post("/queues", save),
        web.post("/queues/{name:[a-z0-9-]+}/delete", delete),
        web.post("/queues/-/serving/{user_id:[0-9]+}", serve),
    ]


@require(Role.SUPERVISOR)
async def queues_page(request: web.Request) -> web.Response:
    return await _page(request)


async def _page(request: web.Request, status: int = 200, **context: Any) -> web.Response:
    desk = desk_of(request)
    queues = await asyncio.to_thread(records.load_queues, desk.engine)
    accounts = await asyncio.to_thread(store.accounts, desk.engine)
    agents = [one.user for one in accounts if one.active and one.user.roles & {Role.AGENT, Role.SUPERVISOR}]
    serving = {user.id: await asyncio.to_thread(store.serving, desk.engine, user.id) for user in agents}
    kinds = [reason.value for reason in Reason]
    own = {"queues": queues, "agents": agents, "serving": serving, "reasons": kinds, "general": GENERAL}
    return render(request, "queues.html", status=status, **own, **context)


@require(Role.SUPERVISOR)
async def save(request: web.Request) -> web.Response:
    desk, form = desk_of(request), await request.post()
    given = {name: str(form.get(name, "")).strip() for name in ("name", "title", *_NUMBERS)}
    reasons = tuple(one for one in map(str, form.getall("reason", [])) if one in {r.value for r in Reason})
    if problem := _problem(given):
        return await _page(request, 422, problem=problem, given=given | {"reasons": reasons})
    numbers = {name: int(given[name]) for name in _NUMBERS}
    queue = QueueSettings(given["name"], given["title"], reasons=reasons, **numbers)
    await asyncio.to_thread(records.save_queue, desk.engine, queue)
    desk.queues.changed()
    await audit(request, "queue.saved", queue.name)
    raise web.HTTPSeeOther("/queues")


def _problem(given: Mapping[str, str]) -> str | None:
    if not _NAME.fullmatch(given["name"]):
        return word("problems.bad_queue_name")
    if not 1 <= len(given["title"]) <= 60:
        return word("problems.bad_queue_title")
    for name, (least, most) in _NUMBERS.items():
        text = given[name]
        if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
            return word("problems.bad_number", field=word(f"queue_fields.{name}"), least=least, most=most)
    return None


@require(Role.SUPERVISOR)
async def delete(request: web.Request) -> web.Response:
    """Whoever waits in it is served all the same, by those who serve every queue."""
    name = request.match_info["name"]
    if name == GENERAL:
        raise web.HTTPBadRequest
    await asyncio.to_thread(records.remove_queue, desk_of(request).engine, name)
    desk_of(request).queues.changed()
    await audit(request, "queue.deleted", name)
    raise web.HTTPSeeOther("/queues")


@require(Role.SUPERVISOR)
async def serve(request: web.Request) -> web.Response:
    """Which queues an agent serves (none: all), and how many talks at once."""
    desk, user_id, form = desk_of(request), request.match_info["user_id"], await request.post()
    known = {one.name for one in await asyncio.to_thread(records.load_queues, desk.engine)}
    chosen = [name for name in map(str, form.getall("queue", [])) if name in known]
    chats = str(form.get("chats", CHATS))
    if not (chats.isascii() and chats.isdigit() and 1 <= int(chats) <= _CHATS_MOST):
        field = word("queue_fields.chats")
        problem = word("problems.bad_number", field=field, least=1, most=_CHATS_MOST)
        return await _page(request, 422, problem=problem)
    await asyncio.to_thread(store.set_serving, desk.engine, user_id, chosen, int(chats))
    await desk.agents.serving(user_id, tuple(chosen), int(chats))
    await audit(request, "queue.serving", f"{user_id}: {','.join(chosen) or '*'} {chats}")
    raise web.HTTPSeeOther("/queues")
