"""The queues: what is promised of each, which reasons come to it, and who serves which."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from desk import queue_form, store
from desk.page import audit, desk_of, render, require
from desk.staff import Role
from handoff import store as records
from handoff.agents import CHATS
from handoff.queue_settings import GENERAL
from handoff.ticket import Reason
from nihongo.normalise import clean


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
    desk, form = desk_of(request), queue_form.typed(await request.post())
    queues = await asyncio.to_thread(records.load_queues, desk.engine)
    if problem := queue_form.problem(form, queues):
        return await _page(request, 422, problem=problem, given=form.shown(), given_known=form.known)
    queue = form.settings()
    await asyncio.to_thread(records.save_queue, desk.engine, queue)
    desk.queues.changed()
    await audit(request, "queue.saved", queue.name)
    raise web.HTTPSeeOther("/queues?saved=1")


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
    chats = clean(str(form.get("chats", CHATS)))
    if problem := queue_form.number_problem("queue_fields.chats", chats, 1, queue_form.CHATS_MOST):
        return await _page(request, 422, problem=problem)
    await asyncio.to_thread(store.set_serving, desk.engine, user_id, chosen, int(chats))
    await desk.agents.serving(user_id, tuple(chosen), int(chats))
    await audit(request, "queue.serving", f"{user_id}: {','.join(chosen) or '*'} {chats}")
    raise web.HTTPSeeOther("/queues?saved=1")
