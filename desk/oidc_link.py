"""On one's own page who has a password here may have the company's account for the same user, once both are proven."""

from __future__ import annotations

import asyncio

from aiohttp import web
from yarl import URL

from desk import oidc_pending, oidc_people
from desk.me import page, unproven
from desk.oidc_people import Person
from desk.oidc_token import Refused
from desk.page import audit, desk_of, render, require, session_of, user_of
from desk.staff import Role
from desk.words import words


def routes(_: web.Application) -> list[web.RouteDef]:
    return [web.post("/me/company", leave)]


@require(*Role)
async def leave(request: web.Request) -> web.Response:
    """The password first, then a page with the way to the issuer: the CSP lets no form lead to another site."""
    desk, user = desk_of(request), user_of(request)
    if desk.provider is None or not desk.settings.password_sign_in:
        raise web.HTTPNotFound
    if told := await unproven(request, str((await request.post()).get("password", ""))):
        await audit(request, "company.link_refused", "password")
        return told
    state, cookie, pending = await oidc_pending.begin(desk.redis, "/me", link=user.id)
    try:
        entrance: URL = await desk.provider.entrance(state, pending.nonce, pending.challenge)
    except Refused as refused:
        return await refuse(request, refused.kind)
    await audit(request, "company.link_begun", user.name)
    answer = await page(request, entrance=entrance)
    oidc_pending.carry(answer, cookie, desk.settings.desk_public_url.startswith("https:"))
    return answer


async def finish(request: web.Request, user_id: str, person: Person) -> web.Response:
    """Back from the issuer. Whoever left must be signed in here still."""
    desk, session = desk_of(request), session_of(request)
    if session is None or session.user.id != user_id:
        return await refuse(request, "state")
    default = desk.settings.oidc_default_roles
    if problem := await asyncio.to_thread(oidc_people.link, desk.engine, person, user_id, default):
        return await refuse(request, problem)
    await audit(request, "company.linked", f"{session.user.name}: {person.name}")
    return web.HTTPSeeOther("/me?done=linked")


async def refuse(request: web.Request, kind: str) -> web.Response:
    """Nothing was changed; why not stands on the user's own page."""
    known = kind if kind in words("company") else "other"
    if session_of(request) is None:
        return render(request, "company.html", status=403, problem=words("company")[known])
    await audit(request, "company.link_refused", kind)
    return await page(request, 403, problem=words("company")[known])
