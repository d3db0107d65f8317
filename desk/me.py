"""One's own page: who one is, one's telephone (phones.py), one's password, the company's account (oidc_link.py)."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from desk import store
from desk.entry import TOO_MANY, proven
from desk.page import audit, desk_of, render, require, user_of
from desk.sessions import COOKIE
from desk.staff import TAKES_CALLS, Role
from desk.words import word


def routes(_: web.Application) -> list[web.RouteDef]:
    return [web.get("/me", own_settings), web.post("/me/password", change_password)]


@require(*Role)
async def own_settings(request: web.Request) -> web.Response:
    return await page(request)


async def page(request: web.Request, status: int = 200, **told: Any) -> web.Response:
    desk = desk_of(request)
    account = await asyncio.to_thread(store.account, desk.engine, user_of(request).id)
    has_password = bool(desk.settings.password_sign_in and account and not account.company)
    may_link = bool(desk.provider and has_password)
    own = {"account": account, "has_password": has_password, "may_link": may_link}
    own["takes_calls"] = user_of(request).may(TAKES_CALLS)
    return render(request, "me.html", status=status, **own, **told)


async def unproven(request: web.Request, password: str) -> web.Response | None:
    """None when it is the user's own password; else the page that says so. Guesses count as at the sign-in."""
    user, status = await proven(request, user_of(request).name, password)
    if user:
        return None
    return await page(request, status, problem=word(f"problems.{'too_many' if status == TOO_MANY else 'own_password'}"))


@require(*Role)
async def change_password(request: web.Request) -> web.Response:
    """The old one first. Every other session of the user ends: somebody may have known it."""
    desk, user = desk_of(request), user_of(request)
    if not desk.settings.password_sign_in:
        raise web.HTTPNotFound
    form = {name: str(value) for name, value in (await request.post()).items()}
    if refused := await unproven(request, form.get("password", "")):
        await audit(request, "password.refused", user.name)
        return refused
    if form.get("fresh") != form.get("again"):
        return await page(request, 422, problem=word("problems.different_passwords"))
    try:
        await asyncio.to_thread(store.change_password, desk.engine, user.id, form.get("fresh", ""))
    except store.BadUser as bad:
        return await page(request, 422, problem=word(f"problems.{bad}"))
    await desk.sessions.end_all(user.id, but=request.cookies[COOKIE])
    await audit(request, "password.changed", user.name)
    raise web.HTTPSeeOther("/me?done=password")
