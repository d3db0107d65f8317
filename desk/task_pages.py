"""What is still to be done after a talk: supervisors see all of it, agents the follow-ups of their own talks."""

from __future__ import annotations

import asyncio

from aiohttp import web

from desk import store
from desk.page import audit, desk_of, render, require, user_of
from desk.staff import Role, User
from desk.words import word
from handoff import after_store
from handoff.number import spoken

_NOTE_LIMIT = 2000


def routes(_: web.Application) -> list[web.RouteDef]:
    return [web.get("/tasks", tasks_page), web.post("/tasks/{task_id:[0-9]{1,9}}/done", done)]


@require(Role.AGENT, Role.SUPERVISOR)
async def tasks_page(request: web.Request) -> web.Response:
    return await _page(request)


@require(Role.AGENT, Role.SUPERVISOR)
async def done(request: web.Request) -> web.Response:
    """What was done is said with it: the board is where the next one looks."""
    desk, user, task_id = desk_of(request), user_of(request), int(request.match_info["task_id"])
    task = await asyncio.to_thread(after_store.task, desk.engine, task_id)
    if task is None:
        raise web.HTTPNotFound
    if not may_do(user, task):
        raise web.HTTPForbidden
    note = str((await request.post()).get("note", "")).strip()[:_NOTE_LIMIT]
    if not note:
        return await _page(request, 422, problem=word("problems.no_note"))
    if await asyncio.to_thread(after_store.finish, desk.engine, task_id, user.id, note, desk.clock()):
        await audit(request, "task.done", f"{spoken(task.number)}: {task.kind}")
    raise web.HTTPSeeOther("/tasks")


def may_do(user: User, task: after_store.Task) -> bool:
    """Recoveries are a supervisor's; a follow-up is for the agent whose talk it was, too."""
    return Role.SUPERVISOR in user.roles or (task.kind == after_store.FOLLOW_UP and task.owner == user.id)


async def _page(request: web.Request, status: int = 200, **context: object) -> web.Response:
    desk, user = desk_of(request), user_of(request)
    owner = None if Role.SUPERVISOR in user.roles else user.id
    waiting = await asyncio.to_thread(after_store.open_tasks, desk.engine, owner)
    finished = await asyncio.to_thread(after_store.done_tasks, desk.engine, owner)
    accounts = await asyncio.to_thread(store.accounts, desk.engine)
    names = {account.user.id: account.user.display_name for account in accounts}
    lists = {"waiting": waiting, "finished": finished, "names": names, "now": desk.clock()}
    return render(request, "tasks.html", status=status, **lists, all_shown=owner is None, **context)
