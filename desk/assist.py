"""Help while an agent writes: the articles for what the customer said or the agent looks for, and canned replies."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from bot.language.client import LanguageAway
from conversation.words import Kind, Speaker
from desk import canned_store
from desk.inbox import ticket_of
from desk.lists import may_read
from desk.page import Desk, audit, desk_of, render, require, user_of
from desk.staff import Role
from desk.words import word
from handoff.ticket import Ticket
from kb.article import Article, Scope
from nihongo.plain import plain

_FOUND = 5
_RELATED = 3
_TITLE_LIMIT, _TEXT_LIMIT = 40, 1000
_LAST_WORDS = 30


def routes(_: web.Application) -> list[web.RouteDef]:
    return [
        web.get("/inbox/{number:[0-9]{8}}/articles", articles),
        web.get("/canned", canned_page),
        web.post("/canned", save_canned),
        web.post("/canned/{reply:[0-9]+}/delete", delete_canned),
    ]


@require(Role.AGENT, Role.SUPERVISOR)
async def articles(request: web.Request) -> web.Response:
    """`q`: what the agent looks for; without it, what the customer said last. With the likely next questions."""
    desk, ticket = desk_of(request), await ticket_of(request)
    if not may_read(user_of(request), ticket):
        raise web.HTTPForbidden
    asked = request.query.get("q", "").strip()[:200] or await _said_last(desk, ticket)
    if not asked:
        return web.json_response({"asked": False, "articles": [], "next": []})
    try:
        found = await desk.language.search(asked, _FOUND, [Scope.SELF_SERVICE.value, Scope.STAFF_ONLY.value])
    except LanguageAway:
        return web.json_response({"asked": True, "articles": [], "next": [], "problem": word("problems.search_away")})
    known = desk.release.current.articles if desk.release.current else {}
    best = [known[one.article_id] for one in found if one.article_id in known]
    shown = [_shown(article, ticket) for article in best]
    return web.json_response({"asked": True, "articles": shown, "next": _next(best, known, ticket)})


async def _said_last(desk: Desk, ticket: Ticket) -> str:
    """The customer's last words that are a sentence; else the question that brought them here."""
    for said in await desk.stream.recent(ticket.conversation_id, _LAST_WORDS):
        private = said.meta.get("private")
        if said.speaker is Speaker.CUSTOMER and said.kind is Kind.MESSAGE and not private:
            return str(said.text)[:200]
    return ticket.packet.question


def _shown(article: Article, ticket: Ticket) -> dict[str, Any]:
    """`text`: the wording for the customer's channel; none of what only staff may see."""
    tells = article.scope is Scope.SELF_SERVICE
    own = {"id": article.id, "title": article.title, "staff_only": not tells}
    text = plain(article.wording(ticket.channel) or article.answer.web, links=True)
    return own | {"text": text if tells else "", "reading": text}


def _next(best: list[Article], known: Any, ticket: Ticket) -> list[dict[str, Any]]:
    """What customers are likely to ask after the best one, and does not stand above already."""
    listed = {article.id for article in best}
    related = [known[name] for article in best[:1] for name in article.related if name in known and name not in listed]
    return [_shown(article, ticket) for article in related if article.scope is Scope.SELF_SERVICE][:_RELATED]


@require(Role.SUPERVISOR)
async def canned_page(request: web.Request) -> web.Response:
    return await _page(request)


async def _page(request: web.Request, status: int = 200, **context: Any) -> web.Response:
    replies = await asyncio.to_thread(canned_store.canned, desk_of(request).engine)
    return render(request, "canned.html", status=status, replies=replies, **context)


@require(Role.SUPERVISOR)
async def save_canned(request: web.Request) -> web.Response:
    form = await request.post()
    title, text = str(form.get("title", "")).strip(), str(form.get("text", "")).strip()
    reply = str(form.get("id", ""))
    if not 1 <= len(title) <= _TITLE_LIMIT or not 1 <= len(text) <= _TEXT_LIMIT:
        problem = word("problems.bad_canned")
        return await _page(request, 422, problem=problem, given={"id": reply, "title": title, "text": text})
    known = int(reply) if reply.isdigit() else None
    await asyncio.to_thread(canned_store.save_canned, desk_of(request).engine, known, title, text)
    await audit(request, "canned.saved", title)
    raise web.HTTPSeeOther("/canned")


@require(Role.SUPERVISOR)
async def delete_canned(request: web.Request) -> web.Response:
    reply = int(request.match_info["reply"])
    await asyncio.to_thread(canned_store.delete_canned, desk_of(request).engine, reply)
    await audit(request, "canned.deleted", str(reply))
    raise web.HTTPSeeOther("/canned")
