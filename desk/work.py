"""Agents' own state: ready for customers, on a break, off. Only who is ready is offered anybody."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import sqlalchemy as sa
from aiohttp import web

from desk import store
from desk.page import Desk, audit, desk_of, require, user_of
from desk.staff import Role, User
from desk.words import words
from handoff.agents import Agent, Work, record


def routes(_: web.Application) -> list[web.RouteDef]:
    return [web.post("/work", change)]


@require(Role.AGENT, Role.SUPERVISOR)
async def change(request: web.Request) -> web.Response:
    """`work`: ready, off, or `break:<code>`."""
    desk, user = desk_of(request), user_of(request)
    kind, _, code = str((await request.post()).get("work", "")).partition(":")
    if kind not in (Work.READY, Work.OFF, Work.BREAK) or (kind == Work.BREAK and code not in words("breaks")):
        raise web.HTTPBadRequest
    await set_work(desk, user, Work(kind), code)
    desk.live.look()
    await audit(request, "work.changed", f"{kind}:{code}".rstrip(":"))
    raise web.HTTPSeeOther("/inbox")


async def arrive(desk: Desk, user: User) -> None:
    """Whoever has the page open is somebody to hand a talk to, before they ever chose a state."""
    if await desk.agents.get(user.id) is None:
        with suppress(sa.exc.SQLAlchemyError):
            await set_work(desk, user, Work.OFF)


async def set_work(desk: Desk, user: User, work: Work, code: str = "") -> None:
    """With what the user serves and their telephone as they stand; each change is a row for the reports."""
    queues, chats = await asyncio.to_thread(store.serving, desk.engine, user.id)
    account = await asyncio.to_thread(store.account, desk.engine, user.id)
    phone, supervises = account.phone if account else "", Role.SUPERVISOR in user.roles
    agent = Agent(user.id, user.display_name, queues=queues, chats=chats, supervises=supervises, phone=phone)
    before = await desk.agents.get(user.id)
    fresh = await desk.agents.set(agent, work, code)
    if not before or (before.work, before.code) != (work, code):
        await record(desk.engine, fresh)


async def phone_of(desk: Desk, user: User) -> str:
    """Where a caller is put through to them; empty: nowhere."""
    await arrive(desk, user)
    agent = await desk.agents.get(user.id)
    return agent.phone if agent else ""
