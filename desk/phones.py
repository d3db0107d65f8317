"""The staff's own telephones, to which callers are put through: one's own on /me, anybody's for an admin."""

from __future__ import annotations

import asyncio

from aiohttp import web

from desk import me, store, users
from desk.page import audit, desk_of, require, user_of
from desk.staff import Role
from desk.words import word
from handoff.contact import masked, read_phone


def routes(_: web.Application) -> list[web.RouteDef]:
    return [web.post("/me/phone", own), web.post("/users/{user_id:[0-9]+}/phone", anybodys)]


@require(Role.AGENT, Role.SUPERVISOR)
async def own(request: web.Request) -> web.Response:
    given = str((await request.post()).get("phone", ""))
    if not await _saved(request, user_of(request).id, given):
        return await me.page(request, 422, phone_problem=word("problems.bad_phone"), phone=given)
    raise web.HTTPSeeOther("/me?done=phone")


@require(Role.ADMIN)
async def anybodys(request: web.Request) -> web.Response:
    given = str((await request.post()).get("phone", ""))
    if not await _saved(request, request.match_info["user_id"], given):
        return await users.page(request, 422, problem=word("problems.bad_phone"))
    raise web.HTTPSeeOther("/users")


async def _saved(request: web.Request, user_id: str, given: str) -> bool:
    """Counts from now on, for talks that begin then. An empty field: no telephone."""
    desk, phone = desk_of(request), read(given)
    if phone is None:
        return False
    user = await asyncio.to_thread(store.set_phone, desk.engine, user_id, phone)
    if user is None:
        raise web.HTTPNotFound
    await desk.agents.reached_at(user_id, phone)
    await audit(request, "phone.changed", f"{user.name}: {masked(phone) if phone else '-'}")
    return True


def read(given: str) -> str | None:
    """E.164; empty for an empty field; None where it is no number that can be called in Japan."""
    return read_phone(given) if given.strip() else ""
