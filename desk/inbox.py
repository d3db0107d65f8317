"""The agents' page: who waits, one talk with all its context, and what an agent can do with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from aiohttp import web

from desk.page import audit, desk_of, render, require, user_of
from desk.reasons import why
from desk.showing import without_words
from desk.staff import Role, User
from desk.words import words
from handoff.number import parse, spoken
from handoff.queue import UnknownTicket
from handoff.ticket import State, Ticket
from kb.article import Article
from nihongo.abusive import offensive
from nihongo.japan_time import TOKYO
from nihongo.plain import render_html

WAITS = (State.WAITING, State.OFFERED)
_NOTE_LIMIT = 2000


def routes(_: web.Application) -> list[web.RouteDef]:
    ticket = "/inbox/{number:[0-9]{8}}"
    return [
        web.get("/inbox", inbox),
        web.get(ticket, talk),
        web.get("/inbox/{number:[0-9]{4}-[0-9]{4}}", as_read_out),
        web.post(f"{ticket}/claim", claim),
        web.post(f"{ticket}/release", release),
        web.post(f"{ticket}/return", return_to_bot),
        web.post(f"{ticket}/close", close),
    ]


def may_read(user: User, ticket: Ticket) -> bool:
    """Agents read who waits (but for supervisors' matters) and their own talks; supervisors read all."""
    return _may_read(user, ticket.state, ticket.owner, ticket.for_supervisor)


def may_claim(user: User, ticket: Ticket) -> bool:
    """Abuse is a matter for supervisors; all else for agents."""
    return ticket.state in WAITS and (Role.SUPERVISOR if ticket.for_supervisor else Role.AGENT) in user.roles


def rows_for(user: User, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The list, which all pages share, without words of talks that this user may not read."""

    def may(row: dict[str, Any]) -> bool:
        return _may_read(user, row["state"], row["owner"], row["for_supervisor"])

    return [row if may(row) else without_words(row) for row in rows]


def _may_read(user: User, state: str, owner: str | None, for_supervisor: bool) -> bool:
    waits = state in WAITS and Role.AGENT in user.roles and not for_supervisor
    return waits or owner == user.id or Role.SUPERVISOR in user.roles


@require(Role.AGENT, Role.SUPERVISOR)
async def inbox(request: web.Request) -> web.Response:
    return render(request, "inbox.html", ticket=None, hours=await _hours(request))


@require(Role.AGENT, Role.SUPERVISOR)
async def talk(request: web.Request) -> web.Response:
    ticket = await _ticket(request)
    if not may_read(user_of(request), ticket):
        return render(request, "inbox.html", ticket=ticket, hidden=True, **await _head(request, ticket))
    await audit(request, "talk.read", ticket.number)
    return render(request, "inbox.html", ticket=ticket, **await _context(request, ticket))


@require(Role.AGENT, Role.SUPERVISOR)
async def as_read_out(request: web.Request) -> web.Response:
    """1234-5678, as customers are told it and the page shows it."""
    number = parse(request.match_info["number"])
    if number is None:
        raise web.HTTPNotFound
    raise web.HTTPFound(f"/inbox/{number}")


async def _head(request: web.Request, ticket: Ticket) -> dict[str, Any]:
    return {"spoken": spoken(ticket.number), "hours": await _hours(request)}


async def _hours(request: web.Request) -> str:
    """Until when customers are served today, as they are told."""
    desk = desk_of(request)
    return await desk.calendar.describe(datetime.fromtimestamp(desk.clock(), TOKYO))


async def _context(request: web.Request, ticket: Ticket) -> dict[str, Any]:
    """What stands beside the transcript."""
    desk, user = desk_of(request), user_of(request)
    release = desk.release.current
    named = [each.get("article_id", "") for each in (*ticket.packet.candidates, *ticket.packet.shown)]
    articles = {name: release.articles[name] for name in named if release and name in release.articles}
    return await _head(request, ticket) | {
        "events": await desk.queue.events(ticket.number),
        "answers": {name: _answer(article) for name, article in articles.items()},
        "mine": ticket.state is State.ASSIGNED and ticket.owner == user.id,
        "may_claim": may_claim(user, ticket),
        "why": why(ticket),
        "previous": await desk.queue.get(ticket.follows) if ticket.follows else None,
        "question_folded": offensive(ticket.packet.question),
        "dispositions": words("dispositions"),
        "safe_page": ticket.packet.page if ticket.packet.page.startswith(("https://", "http://")) else None,
    }


def _answer(article: Article) -> dict[str, str]:
    return {"title": article.title, "html": render_html(article.answer.web)}


@require(Role.AGENT, Role.SUPERVISOR)
async def claim(request: web.Request) -> web.Response:
    """Of several agents one wins; the others come to a page that says who."""
    user, number = user_of(request), request.match_info["number"]
    found = await _ticket(request)
    if found.state in WAITS and not may_claim(user, found):
        raise web.HTTPForbidden
    ticket = await _known(desk_of(request).queue.claim(number, user.id, user.display_name))
    won = ticket.owner == user.id
    await audit(request, "talk.claimed" if won else "talk.claim_lost", number)
    raise web.HTTPSeeOther(f"/inbox/{number}" if won else f"/inbox/{number}?lost=1")


@require(Role.AGENT, Role.SUPERVISOR)
async def release(request: web.Request) -> web.Response:
    number = request.match_info["number"]
    await _known(desk_of(request).queue.release(number, user_of(request).id))
    await audit(request, "talk.released", number)
    raise web.HTTPSeeOther("/inbox")


@require(Role.AGENT, Role.SUPERVISOR)
async def return_to_bot(request: web.Request) -> web.Response:
    number = request.match_info["number"]
    await _known(desk_of(request).queue.return_to_bot(number, user_of(request).id))
    await audit(request, "talk.returned", number)
    raise web.HTTPSeeOther(f"/inbox/{number}")


@require(Role.AGENT, Role.SUPERVISOR)
async def close(request: web.Request) -> web.Response:
    number, form = request.match_info["number"], await request.post()
    disposition, note = str(form.get("disposition", "")), str(form.get("note", ""))[:_NOTE_LIMIT]
    if disposition not in words("dispositions"):
        raise web.HTTPBadRequest
    await _known(desk_of(request).queue.close(number, user_of(request).id, disposition, note))
    await audit(request, "talk.closed", f"{number}: {disposition}")
    raise web.HTTPSeeOther(f"/inbox/{number}")


async def _ticket(request: web.Request) -> Ticket:
    ticket = await desk_of(request).queue.get(request.match_info["number"])
    if ticket is None:
        raise web.HTTPNotFound
    return ticket


async def _known(change: Any) -> Ticket:
    try:
        ticket: Ticket = await change
    except UnknownTicket as unknown:
        raise web.HTTPNotFound from unknown
    return ticket
