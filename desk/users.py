"""The admin's page of users: invite, change roles, stop; and the audit log."""

from __future__ import annotations

import asyncio

from aiohttp import web

from desk import oidc_people, store
from desk.audit_words import Names, shown
from desk.page import audit, desk_of, render, require, user_of
from desk.staff import TAKES_CALLS, Role
from desk.words import word


def routes(_: web.Application) -> list[web.RouteDef]:
    return [
        web.get("/users", users_page),
        web.post("/users/invite", invite),
        web.post("/users/{user_id:[0-9]+}", change),
        web.post("/users/{user_id:[0-9]+}/unlink", unlink),
        web.get("/audit", audit_page),
    ]


@require(Role.ADMIN)
async def users_page(request: web.Request) -> web.Response:
    return await page(request)


async def page(request: web.Request, status: int = 200, **context: object) -> web.Response:
    accounts = await asyncio.to_thread(store.accounts, desk_of(request).engine)
    context |= {"takes_calls": TAKES_CALLS}
    return render(request, "users.html", status=status, accounts=accounts, all_roles=list(Role), **context)


@require(Role.ADMIN)
async def invite(request: web.Request) -> web.Response:
    roles = await _roles(request)
    if not roles:
        return await page(request, 422, problem=word("problems.no_roles"))
    token = await asyncio.to_thread(store.invite, desk_of(request).engine, roles, user_of(request).name)
    await audit(request, "user.invited", ",".join(sorted(roles)))
    return await page(request, link=f"{request.url.origin()}/welcome?token={token}")


@require(Role.ADMIN)
async def change(request: web.Request) -> web.Response:
    """Roles and access; the user's sessions end, so that the change holds at once."""
    desk, user_id = desk_of(request), request.match_info["user_id"]
    roles, active = await _roles(request), (await request.post()).get("active") == "on"
    try:
        user = await asyncio.to_thread(store.change_user, desk.engine, user_id, roles, active)
    except store.BadUser as bad:
        return await page(request, 422, problem=word(f"problems.{bad}"))
    if user is None:
        raise web.HTTPNotFound
    what = ",".join(sorted(roles)) if active else "stopped"
    await audit(request, "user.changed", f"{user.name}: {what}")
    await desk.sessions.end_all(user_id)
    raise web.HTTPSeeOther("/users")


@require(Role.ADMIN)
async def unlink(request: web.Request) -> web.Response:
    """The company's account signs this user in no more; the password does. What is open ends."""
    desk, user_id = desk_of(request), request.match_info["user_id"]
    if not desk.settings.password_sign_in:
        return await page(request, 422, problem=word("problems.no_unlink"))
    user = await asyncio.to_thread(oidc_people.unlink, desk.engine, user_id)
    if user is None:
        return await page(request, 422, problem=word("problems.no_unlink"))
    await audit(request, "company.unlinked", user.name)
    await desk.sessions.end_all(user_id)
    raise web.HTTPSeeOther("/users")


async def _roles(request: web.Request) -> list[Role]:
    given = (await request.post()).getall("role", [])
    return [role for role in Role if role.value in given]


@require(Role.ADMIN)
async def audit_page(request: web.Request) -> web.Response:
    try:
        before = float(request.query["before"]) if "before" in request.query else None
    except ValueError as error:
        raise web.HTTPBadRequest from error
    entries = await asyncio.to_thread(store.entries, desk_of(request).engine, before)
    names = await _names(request)
    return render(request, "audit.html", entries=[(entry, shown(entry, names)) for entry in entries])


async def _names(request: web.Request) -> Names:
    desk = desk_of(request)
    accounts = await asyncio.to_thread(store.accounts, desk.engine)
    articles = desk.release.current.articles if desk.release.current else {}
    return Names(
        queues={one.name: one.title for one in await desk.queues.all()},
        people={account.user.id: account.user.display_name for account in accounts},
        articles={name: article.title for name, article in articles.items()},
    )
