"""Signing in and out, and making one's account from an invitation."""

from __future__ import annotations

import asyncio

from aiohttp import web
from yarl import URL

from address import masked
from desk import store
from desk.page import address_of, audit, desk_of, public, render, session_of
from desk.sessions import COOKIE, LONGEST_SECONDS
from desk.staff import Role, User
from desk.words import word
from desk.work import set_work
from handoff.agents import Work

# Where each role begins its day; the first that fits.
_HOMES = (
    (Role.AGENT, "/inbox"),
    (Role.EDITOR, "/articles"),
    (Role.APPROVER, "/articles"),
    (Role.SUPERVISOR, "/inbox"),
    (Role.ADMIN, "/users"),
)
TOO_MANY = 429  # guesses of a password


def routes(_: web.Application) -> list[web.RouteDef]:
    return [
        web.get("/", home),
        web.get("/login", sign_in_page),
        web.post("/login", sign_in),
        web.post("/logout", sign_out),
        web.get("/welcome", welcome_page),
        web.post("/welcome", welcome),
    ]


@public
async def home(request: web.Request) -> web.Response:
    session = session_of(request)
    if session is None:
        raise web.HTTPSeeOther("/login")
    raise web.HTTPSeeOther(next(path for role, path in _HOMES if role in session.user.roles))


@public
async def sign_in_page(request: web.Request) -> web.Response:
    if session_of(request):
        raise web.HTTPSeeOther(own_page(request.query.get("next", "")))
    return render(request, "login.html", next=request.query.get("next", ""))


@public
async def sign_in(request: web.Request) -> web.Response:
    if not desk_of(request).settings.password_sign_in:
        return render(request, "login.html", status=403, problem=word("problems.passwords_off"))
    form = await request.post()
    name, following = str(form.get("name", ""))[:64], str(form.get("next", ""))
    user, status = await proven(request, name, str(form.get("password", "")))
    if user is None:
        if status != TOO_MANY:
            await _note_failure(request, name)
        problem = word("problems.too_many" if status == TOO_MANY else "problems.sign_in")
        return render(request, "login.html", status=status, problem=problem, name=name, next=following)
    return await begin(request, user, own_page(following), "signed_in")


async def _note_failure(request: web.Request, name: str) -> None:
    """The name that was tried; what cannot be one may be a password in the wrong field, and is not kept."""
    tried, address = name.strip().lower(), address_of(request)
    if await desk_of(request).attempts.worth_a_line(address):
        shown = tried if store.NAME.fullmatch(tried) else word("actors.no_name")
        await audit(request, "sign_in.failed", shown, User("", "-", "-", frozenset()), masked(address))


async def proven(request: web.Request, name: str, password: str) -> tuple[User | None, int]:
    """Whose name and password these are, else 401, or TOO_MANY after too many guesses."""
    desk, address = desk_of(request), address_of(request)
    if await desk.attempts.too_many(name, address):
        return None, TOO_MANY
    user = await asyncio.to_thread(store.sign_in, desk.engine, name, password[:200])
    if user is None:
        await desk.attempts.failed(name, address)
        return None, 401
    await desk.attempts.succeeded(name)
    return user, 200


async def begin(request: web.Request, user: User, following: str, action: str) -> web.Response:
    """A fresh session; the one before, if any, ends (nobody can have planted it)."""
    desk = desk_of(request)
    if old := request.cookies.get(COOKIE):
        await desk.sessions.end(old)
    token = await desk.sessions.begin(user)
    await audit(request, action, user.name, user)
    answer = web.HTTPSeeOther(following)
    public = URL(desk.settings.desk_public_url)
    ours = public.scheme == "https" and request.host == public.host_port_subcomponent
    secure = ours or request.secure or request.headers.get("X-Forwarded-Proto") == "https"
    answer.set_cookie(COOKIE, token, httponly=True, samesite="Lax", secure=secure, max_age=LONGEST_SECONDS, path="/")
    return answer


@public
async def sign_out(request: web.Request) -> web.Response:
    session = session_of(request)
    if session:
        await audit(request, "signed_out", session.user.name)
        if await desk_of(request).agents.get(session.user.id):
            await set_work(desk_of(request), session.user, Work.OFF)
        await desk_of(request).sessions.end(request.cookies[COOKIE])
    answer = web.HTTPSeeOther("/login")
    answer.del_cookie(COOKIE, path="/")
    return answer


@public
async def welcome_page(request: web.Request) -> web.Response:
    token = request.query.get("token", "")
    roles = await asyncio.to_thread(store.invited_roles, desk_of(request).engine, token)
    return render(request, "welcome.html", status=200 if roles else 410, token=token, roles=roles)


@public
async def welcome(request: web.Request) -> web.Response:
    form = {key: str(value) for key, value in (await request.post()).items()}
    token, engine = form.get("token", ""), desk_of(request).engine
    if not desk_of(request).settings.password_sign_in:
        raise web.HTTPForbidden
    roles = await asyncio.to_thread(store.invited_roles, engine, token)
    if roles is None:
        return render(request, "welcome.html", status=410, token=token, roles=None)
    if form.get("password") != form.get("again"):
        return _welcome_again(request, form, roles, "different_passwords")
    account = (form.get("name", ""), form.get("display_name", ""), form.get("password", ""))
    try:
        user = await asyncio.to_thread(store.accept, engine, token, *account)
    except store.BadUser as bad:
        return _welcome_again(request, form, roles, str(bad))
    if user is None:
        return render(request, "welcome.html", status=410, token=token, roles=None)
    return await begin(request, user, "/", "account_made")


def _welcome_again(request: web.Request, form: dict[str, str], roles: frozenset[Role], problem: str) -> web.Response:
    kept = {key: form.get(key, "") for key in ("token", "name", "display_name")}
    return render(request, "welcome.html", status=422, roles=roles, problem=word(f"problems.{problem}"), **kept)


def own_page(path: str) -> str:
    """Only a page of the desk, never another site."""
    ours = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if ours else "/"
