"""What agents and supervisors do with a ticket: each a form that posts, each in the audit log."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from aiohttp import web

from desk.inbox import may_claim, page_of, ticket_of
from desk.lists import may_read
from desk.page import audit, desk_of, require, user_of
from desk.staff import Role
from desk.work import phone_of
from desk.write_up import NOTE_LIMIT, read
from handoff.queue import UnknownTicket
from handoff.ticket import URGENT, State, Ticket

_STEP = 1  # of priority, for each press of 「前へ」


def routes(_: web.Application) -> list[web.RouteDef]:
    deeds = {
        "claim": claim,
        "decline": decline,
        "release": release,
        "transfer": transfer,
        "return": return_to_bot,
        "end": end_talk,
        "close": close,
        "hand": raise_hand,
        "note": note,
        "assign": assign,
        "move": move,
    }
    return [web.post(f"/inbox/{{number:[0-9]{{8}}}}/{name}", deed) for name, deed in deeds.items()]


@require(Role.AGENT, Role.SUPERVISOR)
async def claim(request: web.Request) -> web.Response:
    """Of several agents one wins; the others come to a page that says who. An offer is accepted in the same way."""
    user, number = user_of(request), request.match_info["number"]
    found = await ticket_of(request)
    if found.state is State.WAITING and not may_claim(user, found):
        raise web.HTTPForbidden
    if found.on_the_line and not await phone_of(desk_of(request), user):
        return await page_of(request, found, 409, needs_phone=True)
    ticket = await _known(desk_of(request).queue.claim(number, user.id, user.display_name))
    won = ticket.owner == user.id
    await audit(request, "talk.claimed" if won else "talk.claim_lost", number)
    raise web.HTTPSeeOther(f"/inbox/{number}" if won else f"/inbox/{number}?lost=1")


@require(Role.AGENT, Role.SUPERVISOR)
async def decline(request: web.Request) -> web.Response:
    await _do(request, "talk.declined", desk_of(request).queue.decline)
    raise web.HTTPSeeOther("/inbox")


@require(Role.AGENT, Role.SUPERVISOR)
async def release(request: web.Request) -> web.Response:
    await _do(request, "talk.released", desk_of(request).queue.release, frees=True)
    raise web.HTTPSeeOther("/inbox")


@require(Role.AGENT, Role.SUPERVISOR)
async def transfer(request: web.Request) -> web.Response:
    """To a queue or a colleague, with a note for who takes it."""
    desk, user, form = desk_of(request), user_of(request), await request.post()
    to = str(form.get("to", ""))
    kind, _, name = to.partition(":")
    ticket = await ticket_of(request)
    if kind == "queue" and name in {one.name for one in await desk.queues.all()}:
        queue, colleague = name, None
    elif kind == "agent" and name in await _able(request, ticket) and name != user.id:
        queue, colleague = ticket.queue, name
    else:
        raise web.HTTPBadRequest
    hand_on = partial(desk.queue.transfer, queue=queue, to_agent=colleague)
    note = str(form.get("note", ""))
    if not await _do(request, "talk.transferred", hand_on, to, True):  # the page was old
        return await page_of(request, await ticket_of(request), 409, not_transferred=True, kept_note=note)
    await _add_note(request, note)
    raise web.HTTPSeeOther("/inbox")


@require(Role.AGENT, Role.SUPERVISOR)
async def return_to_bot(request: web.Request) -> web.Response:
    await _do(request, "talk.returned", desk_of(request).queue.return_to_bot, frees=True)
    raise web.HTTPSeeOther(f"/inbox/{request.match_info['number']}")


@require(Role.AGENT, Role.SUPERVISOR)
async def end_talk(request: web.Request) -> web.Response:
    """The customer is told; what the talk was about is written up afterwards."""
    await _do(request, "talk.ended", desk_of(request).queue.end_talk)
    raise web.HTTPSeeOther(f"/inbox/{request.match_info['number']}")


@require(Role.AGENT, Role.SUPERVISOR)
async def close(request: web.Request) -> web.Response:
    """What is missing or does not agree is told, and the form keeps what was typed."""
    ticket, user, form = await ticket_of(request), user_of(request), read(await request.post())
    if form.problem:
        if ticket.state is not State.WRAP_UP or ticket.owner != user.id:
            raise web.HTTPBadRequest
        return await page_of(request, ticket, 422, form=form)
    deed = partial(desk_of(request).queue.close, **form.written())
    await _do(request, "talk.closed", deed, form.disposition, True)
    raise web.HTTPSeeOther(f"/inbox/{ticket.number}")


@require(Role.AGENT, Role.SUPERVISOR)
async def raise_hand(request: web.Request) -> web.Response:
    number, up = request.match_info["number"], (await request.post()).get("up") == "1"
    await _do(request, "talk.hand", partial(desk_of(request).queue.raise_hand, up=up))
    raise web.HTTPSeeOther(f"/inbox/{number}")


@require(Role.AGENT, Role.SUPERVISOR)
async def note(request: web.Request) -> web.Response:
    """Among staff; a supervisor's note in an agent's talk is a word in their ear."""
    number = request.match_info["number"]
    if not may_read(user_of(request), await ticket_of(request)):
        raise web.HTTPForbidden
    await _add_note(request, str((await request.post()).get("note", "")))
    raise web.HTTPSeeOther(f"/inbox/{number}")


@require(Role.SUPERVISOR)
async def assign(request: web.Request) -> web.Response:
    """To a colleague, or to oneself: taking over."""
    desk, user, ticket = desk_of(request), user_of(request), await ticket_of(request)
    chosen = str((await request.post()).get("to", ""))
    if chosen == user.id and ticket.on_the_line and not await phone_of(desk, user):
        return await page_of(request, ticket, 409, needs_phone=True)
    known = await _able(request, ticket) | {user.id: user.display_name}
    if chosen not in known:
        raise web.HTTPBadRequest
    hand_to = partial(desk.queue.assign, agent_id=chosen, agent_name=known[chosen])
    await _do(request, "talk.assigned", hand_to, known[chosen])
    raise web.HTTPSeeOther(f"/inbox/{ticket.number}")


async def _able(request: web.Request, ticket: Ticket) -> dict[str, str]:
    """Whom it can be given to at all: id → name."""
    agents = await desk_of(request).agents.all()
    return {one.id: one.name for one in agents if one.can_have(ticket)}


@require(Role.SUPERVISOR)
async def move(request: web.Request) -> web.Response:
    """Two minutes forward or back in the queue; never before a matter of life."""
    number, by = request.match_info["number"], (await request.post()).get("by")
    ticket = await ticket_of(request)
    priority = min(URGENT - 1, ticket.priority + (_STEP if by == "up" else -_STEP))
    if ticket.waits and not ticket.urgent:
        await _do(request, "talk.moved", partial(desk_of(request).queue.move, priority=priority), str(priority))
    raise web.HTTPSeeOther(f"/inbox/{number}")


async def _add_note(request: web.Request, text: str) -> None:
    user, text = user_of(request), text.strip()[:NOTE_LIMIT]
    if not text:
        return
    ticket = await ticket_of(request)
    whisper = Role.SUPERVISOR in user.roles and ticket.owner not in (None, user.id)
    written: dict[str, Any] = {"name": user.display_name, "text": text, "whisper": whisper}
    await _do(request, "talk.noted", partial(desk_of(request).queue.note, **written))


async def _do(
    request: web.Request,
    action: str,
    deed: Callable[[str, str], Awaitable[Ticket]],
    more: str = "",
    frees: bool = False,
) -> bool:
    """The change and its line in the log; what is not allowed (any more) changes nothing (False), and no line says it
    did. `frees`: one talk less; who is longest without one is asked next."""
    before, user = await ticket_of(request), user_of(request)
    after = await _known(deed(before.number, user.id))
    if after.version == before.version:
        return False
    if frees:
        await desk_of(request).agents.freed(user.id)
    await audit(request, action, f"{before.number}: {more}" if more else before.number)
    return True


async def _known(change: Awaitable[Ticket]) -> Ticket:
    try:
        return await change
    except UnknownTicket as unknown:
        raise web.HTTPNotFound from unknown
