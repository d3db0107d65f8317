"""A callback as it stands beside the talk: the number is masked until somebody who needs it asks for it."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from aiohttp import web

from desk import keys
from desk.page import desk_of, user_of
from desk.staff import Role, User
from desk.words import word, words
from handoff.calendar import day_time
from handoff.callback_store import LIVE, Callback, CallbackState
from handoff.ticket import State, Ticket
from nihongo.japan_time import TOKYO

log = logging.getLogger("desk")


def may_reveal(user: User, ticket: Ticket) -> bool:
    """Who calls, and supervisors."""
    mine = ticket.owner == user.id and ticket.state in (State.ASSIGNED, State.WRAP_UP)
    return bool(ticket.callback_at) and (mine or Role.SUPERVISOR in user.roles)


def may_try(ticket: Ticket, known: Callback | None) -> bool:
    """Whether the outcome of a call is still to be recorded: in the talk, or when it was forgotten, in the write-up."""
    if ticket.state is State.WRAP_UP:
        return known is not None and known.state in LIVE
    called = known is not None and known.state is CallbackState.DONE
    return ticket.state is State.ASSIGNED and not called


async def callback_of(request: web.Request, ticket: Ticket) -> dict[str, Any] | None:
    """What callback.html shows; None: none was booked."""
    if not ticket.callback_at:
        return None
    desk, user = desk_of(request), user_of(request)
    known, contact = await _known(request, ticket), await desk.callbacks.contact(ticket)
    revealed = may_reveal(user, ticket) and await desk.redis.exists(keys.revealed(user.id, ticket.number))
    at, now = (datetime.fromtimestamp(one, TOKYO) for one in (ticket.callback_at, desk.clock()))
    return {
        "when": day_time(at, now),
        "state": word(f"callback_states.{known.state.value}") if known else "",
        "kana": contact.kana if contact else "",
        "phone": (contact.national if revealed else contact.masked) if contact else "",
        "may_reveal": may_reveal(user, ticket) and not revealed,
        "may_try": ticket.owner == user.id and may_try(ticket, known),
        "attempts": await _attempts(request, ticket, known),
        "results": words("callback_results"),
    }


async def _known(request: web.Request, ticket: Ticket) -> Callback | None:
    """None too while SQL is away: the talk is shown all the same."""
    try:
        return await desk_of(request).callbacks.of(ticket.number)
    except sa.exc.SQLAlchemyError as error:
        log.warning("callbacks: SQL is away: %s", type(error).__name__)
        return None


async def _attempts(request: web.Request, ticket: Ticket, known: Callback | None) -> list[dict[str, Any]]:
    if known is None or not known.attempts:
        return []
    names = {agent.id: agent.name for agent in await desk_of(request).agents.all()}
    names |= {ticket.owner: ticket.owner_name} if ticket.owner and ticket.owner_name else {}
    return [
        {"at": one.at, "by": names.get(one.by, one.by), "result": word(f"callback_results.{one.result.value}")}
        for one in known.attempts
    ]
