"""A caller as they stand beside the talk: the number is masked until somebody who needs it asks for it."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from desk import keys
from desk.page import desk_of, user_of
from desk.staff import Role, User
from handoff.calling import number_of, theirs
from handoff.contact import masked, national
from handoff.ticket import State, Ticket


def may_reveal(user: User, ticket: Ticket) -> bool:
    """Who talks with them or writes it up, and supervisors."""
    mine = ticket.owner == user.id and ticket.state in (State.ASSIGNED, State.WRAP_UP)
    return ticket.channel == "voice" and (mine or Role.SUPERVISOR in user.roles)


async def phone_of_ticket(request: web.Request, ticket: Ticket) -> dict[str, Any]:
    """For inbox.html: `caller` {phone, may_reveal} of who called, and whether this agent may have them called."""
    desk, user = desk_of(request), user_of(request)
    own = theirs(ticket, user.id) and desk.settings.twilio
    may_call = bool(own and await number_of(desk.stream, desk.callbacks, ticket))
    if ticket.channel != "voice":
        return {"caller": None, "may_call": may_call}
    phone = (await desk.stream.state(ticket.conversation_id)).get("customer_number", "")
    revealed = may_reveal(user, ticket) and await desk.redis.exists(keys.revealed(user.id, f"{ticket.number}:caller"))
    shown = (national if revealed else masked)(phone) if phone else ""
    caller = {"phone": shown, "may_reveal": bool(phone) and may_reveal(user, ticket) and not revealed}
    return {"caller": caller, "may_call": may_call}
