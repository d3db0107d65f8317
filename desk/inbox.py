"""The agents' page: who waits, one talk with all its context, and what an agent can do with it."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from aiohttp import web

from conversation.words import Speaker
from desk import canned_store
from desk.callback_view import callback_of
from desk.calling import called
from desk.continued import continued
from desk.lists import may_read
from desk.page import audit, desk_of, render, require, user_of
from desk.phone_view import phone_of_ticket
from desk.reasons import label, why
from desk.showing import revealed
from desk.staff import Role, User
from desk.summary import summary
from desk.texts import prefix
from desk.words import categories, words
from handoff.agents import Agent
from handoff.number import parse, spoken
from handoff.ticket import State, Ticket
from kb.article import Article
from kb.release import Release
from nihongo.abusive import offensive
from nihongo.japan_time import TOKYO
from nihongo.plain import render_html


def routes(_: web.Application) -> list[web.RouteDef]:
    ticket = "/inbox/{number:[0-9]{8}}"
    return [
        web.get("/inbox", inbox),
        web.get(ticket, talk),
        web.get("/inbox/{number:[0-9]{4}-[0-9]{4}}", as_read_out),
        web.get(f"{ticket}/colleagues", colleagues),
        web.post(f"{ticket}/words/{{seq:[0-9]{{1,9}}}}", reveal),
    ]


def may_claim(user: User, ticket: Ticket) -> bool:
    """Abuse is a matter for supervisors; all else for agents. What is put to one agent is theirs to take."""
    free = ticket.state is State.WAITING or (ticket.state is State.OFFERED and ticket.offered_to == user.id)
    return free and not ticket.booked and (Role.SUPERVISOR if ticket.for_supervisor else Role.AGENT) in user.roles


@require(Role.AGENT, Role.SUPERVISOR)
async def inbox(request: web.Request) -> web.Response:
    return render(request, "inbox.html", ticket=None, hours=await _hours(request), breaks=words("breaks"))


@require(Role.AGENT, Role.SUPERVISOR)
async def talk(request: web.Request) -> web.Response:
    return await page_of(request, await ticket_of(request))


async def page_of(request: web.Request, ticket: Ticket, status: int = 200, **more: Any) -> web.Response:
    """The ticket's page; `more`: what came of a form on it."""
    if not may_read(user_of(request), ticket):
        return render(request, "inbox.html", status, ticket=ticket, hidden=True, **await _head(request, ticket), **more)
    await audit(request, "talk.read", ticket.number)
    return render(request, "inbox.html", status, ticket=ticket, **(await _context(request, ticket) | more))


@require(Role.AGENT, Role.SUPERVISOR)
async def colleagues(request: web.Request) -> web.Response:
    """Whom the talk may be given to, asked for whenever the list is opened: states change while a page is open."""
    ticket, user = await ticket_of(request), user_of(request)
    if not may_read(user, ticket):
        raise web.HTTPForbidden
    mine, found = _mine(user, ticket), await _colleagues(request, ticket)
    return render(request, "colleagues.html", ticket=ticket, mine=mine, colleagues=found)


async def _colleagues(request: web.Request, ticket: Ticket) -> list[Agent]:
    desk = desk_of(request)
    agents = await desk.agents.all(await desk.queue.open_tickets())
    return [one for one in agents if one.here and one.id not in (ticket.owner, user_of(request).id)]


def _mine(user: User, ticket: Ticket) -> bool:
    return ticket.state is State.ASSIGNED and ticket.owner == user.id


@require(Role.AGENT, Role.SUPERVISOR)
async def reveal(request: web.Request) -> web.Response:
    """One word of the customer's with its numbers: for who talks with them, or a supervisor."""
    ticket, user, seq = await ticket_of(request), user_of(request), int(request.match_info["seq"])
    if ticket.owner != user.id and Role.SUPERVISOR not in user.roles:
        raise web.HTTPForbidden
    words = await desk_of(request).stream.since(ticket.conversation_id, seq - 1)
    said = next((one for one in words if one.seq == seq and one.speaker is Speaker.CUSTOMER), None)
    if said is None:
        raise web.HTTPNotFound
    await audit(request, "talk.revealed", f"{ticket.number}: {seq}")
    return web.json_response({"text": revealed(said)})


@require(Role.AGENT, Role.SUPERVISOR)
async def as_read_out(request: web.Request) -> web.Response:
    """1234-5678, as customers are told it and the page shows it."""
    number = parse(request.match_info["number"])
    if number is None:
        raise web.HTTPNotFound
    raise web.HTTPFound(f"/inbox/{number}")


async def _head(request: web.Request, ticket: Ticket) -> dict[str, Any]:
    shown = {"spoken": spoken(ticket.number), "hours": await _hours(request), "breaks": words("breaks")}
    return shown | {"lost": await _lost(request, ticket)}


async def _lost(request: web.Request, ticket: Ticket) -> str:
    """How somebody else came to have it, of which the page is to tell: `first` or `over`."""
    if not request.query.get("lost") or not ticket.owner_name:
        return ""
    events = await desk_of(request).queue.events(ticket.number)
    last = next((one for one in reversed(events) if one.event in ("claimed", "assigned")), None)
    return "over" if last and last.from_state == State.ASSIGNED.value else "first"


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
    position = await desk.queue.position(ticket.number) if ticket.waits else None  # it reads all who wait
    (name,) = await called(desk.redis, [ticket])
    return await _head(request, ticket) | {
        "called": name,
        "summary": summary(ticket, await desk.stream.since(ticket.conversation_id), release),
        "queue_title": (await desk.queues.get(ticket.queue)).title,
        "position": position,
        "minutes": await desk.queue.waits.minutes(ticket.queue, position) if position and not ticket.sleeps else None,
        "events": await desk.queue.events(ticket.number),
        "answers": {name: _answer(article) for name, article in articles.items()},
        "mine": _mine(user, ticket),
        "writes_up": ticket.state is State.WRAP_UP and ticket.owner == user.id,
        "supervises": Role.SUPERVISOR in user.roles and ticket.holds,
        "queues": await desk.queues.all(),
        "categories": categories(),
        "canned": await asyncio.to_thread(canned_store.canned, desk.engine) if _writes(user, ticket) else [],
        "sms_prefix": prefix(desk.settings.shop_name, user.display_name),
        "note_kinds": words("article_notes"),
        "told_articles": _told_articles(ticket, release),
        "article_note": {"article": _shown_first(ticket, release)},
        "may_claim": may_claim(user, ticket),
        "why": why(ticket),
        "danger": label(ticket) if ticket.urgent else "",
        "previous": await desk.queue.get(ticket.follows) if ticket.follows else None,
        "earlier": [one for one in await desk.persons.earlier(ticket) if one.ticket.number != ticket.follows],
        "continued": await continued(desk.persons, desk.stream, ticket, release),
        "callback": await callback_of(request, ticket),
        **await phone_of_ticket(request, ticket),
        "question_folded": offensive(ticket.packet.question),
        "dispositions": words("dispositions"),
        "safe_page": ticket.packet.page if ticket.packet.page.startswith(("https://", "http://")) else None,
    }


def _writes(user: User, ticket: Ticket) -> bool:
    """To who called nothing is written."""
    return ticket.owner == user.id and ticket.channel != "voice"


def _told_articles(ticket: Ticket, release: Release | None) -> list[str]:
    """Titles: those of this talk first, then all others."""
    known = release.articles if release else {}
    named = [each.get("article_id", "") for each in (*ticket.packet.shown, *ticket.packet.candidates)]
    first = [name for name in dict.fromkeys(named) if name in known]
    rest = sorted(set(known) - set(first), key=lambda name: known[name].title)
    return [known[name].title for name in (*first, *rest)]


def _shown_first(ticket: Ticket, release: Release | None) -> str:
    """The title of what the customer was shown; empty when nothing was: then the agent chooses."""
    known = release.articles if release else {}
    shown = (each.get("article_id", "") for each in ticket.packet.shown)
    return next((known[name].title for name in shown if name in known), "")


def _answer(article: Article) -> dict[str, str]:
    return {"title": article.title, "html": render_html(article.answer.web)}


async def ticket_of(request: web.Request) -> Ticket:
    ticket = await desk_of(request).queue.get(request.match_info["number"])
    if ticket is None:
        raise web.HTTPNotFound
    return ticket
