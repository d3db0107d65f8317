"""What staff do with a caller: see their number, and have them called through the door. Each is in the audit log."""

from __future__ import annotations

import secrets

from aiohttp import web

from desk import keys
from desk.inbox import page_of, ticket_of
from desk.page import audit, desk_of, require, user_of
from desk.phone_view import may_reveal
from desk.staff import Role
from desk.work import phone_of
from handoff.calling import number_of, theirs, wish

REVEALED_SECONDS = 300


def routes(_: web.Application) -> list[web.RouteDef]:
    at = "/inbox/{number:[0-9]{8}}"
    return [web.post(f"{at}/caller", reveal), web.post(f"{at}/call", call)]


@require(Role.AGENT, Role.SUPERVISOR)
async def reveal(request: web.Request) -> web.Response:
    """Shows the caller's number for some minutes: to who talks with them, and to supervisors."""
    user, ticket = user_of(request), await ticket_of(request)
    if not may_reveal(user, ticket):
        raise web.HTTPForbidden
    await audit(request, "caller.revealed", ticket.number)
    await desk_of(request).redis.set(keys.revealed(user.id, f"{ticket.number}:caller"), "1", ex=REVEALED_SECONDS)
    raise web.HTTPSeeOther(f"/inbox/{ticket.number}")


@require(Role.AGENT, Role.SUPERVISOR)
async def call(request: web.Request) -> web.Response:
    """The agent's telephone rings, then the customer's."""
    desk, user, ticket = desk_of(request), user_of(request), await ticket_of(request)
    reached = await number_of(desk.stream, desk.callbacks, ticket)
    if not theirs(ticket, user.id) or not reached or not desk.settings.twilio:
        raise web.HTTPForbidden
    if not await phone_of(desk, user):
        return await page_of(request, ticket, 409, needs_phone=True)
    await wish(desk.stream, ticket, secrets.token_hex(8))
    await audit(request, "customer.called", ticket.number)
    raise web.HTTPSeeOther(f"/inbox/{ticket.number}?called=1")
