"""What staff do with a callback: see the number, record what came of a call. Each posts, each is in the audit log."""

from __future__ import annotations

import asyncio

from aiohttp import web

from desk import keys
from desk.callback_view import may_reveal, may_try
from desk.calling import called
from desk.inbox import ticket_of
from desk.page import audit, desk_of, render, require, user_of
from desk.staff import Role
from handoff import callback_store as store
from handoff.callback_store import LIVE, Callback, CallbackState, Result

REVEALED_SECONDS = 300
_BACK_SECONDS = 7 * 86_400  # how far the overview looks back
_WELL = (CallbackState.DONE, CallbackState.CANCELLED)


def routes(_: web.Application) -> list[web.RouteDef]:
    at = "/inbox/{number:[0-9]{8}}/callback"
    return [web.get("/callbacks", overview), web.post(f"{at}/reveal", reveal), web.post(f"{at}/attempt", attempt)]


@require(Role.SUPERVISOR)
async def overview(request: web.Request) -> web.Response:
    """What is booked, what nobody took, and who was not reached; those that went well on request."""
    desk = desk_of(request)
    every = await asyncio.to_thread(store.since, desk.engine, desk.clock() - _BACK_SECONDS)
    shown = every if request.query.get("all") == "1" else [one for one in every if one.state not in _WELL]
    titles = {queue.name: queue.title for queue in await desk.queues.all()}
    tickets = [ticket for one in shown if (ticket := await desk.queue.get(one.number))]
    calls = {ticket.number: ticket.callback_at for ticket in tickets if ticket.callback_at}
    times = {one.number: _call_at(one, calls) for one in shown}
    first = sorted(shown, key=lambda one: (one.state is not CallbackState.MISSED, times[one.number]))
    names = dict(zip((one.number for one in tickets), await called(desk.redis, tickets), strict=True))
    return render(request, "callbacks.html", callbacks=first, titles=titles, names=names, times=times)


def _call_at(one: Callback, calls: dict[str, float]) -> float:
    """When they are called next; what is over stands at its half hour."""
    return calls.get(one.number, one.slot_at) if one.state in LIVE else one.slot_at


@require(Role.AGENT, Role.SUPERVISOR)
async def reveal(request: web.Request) -> web.Response:
    """Shows the number for some minutes: to who calls, and to supervisors."""
    user, ticket = user_of(request), await ticket_of(request)
    if not may_reveal(user, ticket):
        raise web.HTTPForbidden
    await audit(request, "callback.revealed", ticket.number)
    await desk_of(request).redis.set(keys.revealed(user.id, ticket.number), "1", ex=REVEALED_SECONDS)
    raise web.HTTPSeeOther(f"/inbox/{ticket.number}")


@require(Role.AGENT, Role.SUPERVISOR)
async def attempt(request: web.Request) -> web.Response:
    """Of the owner's call. Who was not reached waits for the next call, or is written up."""
    desk, user, ticket = desk_of(request), user_of(request), await ticket_of(request)
    result = str((await request.post()).get("result", ""))
    if result not in [one.value for one in Result]:
        raise web.HTTPBadRequest
    if not ticket.callback_at or ticket.owner != user.id or not may_try(ticket, await desk.callbacks.of(ticket.number)):
        raise web.HTTPForbidden
    after = await desk.callbacks.tried(ticket.number, user.id, Result(result))
    await audit(request, "callback.tried", f"{ticket.number}: {result}")
    if after.owner == user.id:
        raise web.HTTPSeeOther(f"/inbox/{ticket.number}")
    await desk.agents.freed(user.id)
    raise web.HTTPSeeOther("/inbox")
