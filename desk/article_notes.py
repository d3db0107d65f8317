"""「この記事は間違い／足りない」: what agents tell editors about an article, with the talk that showed it."""

from __future__ import annotations

import asyncio
import hashlib

import sqlalchemy as sa
from aiohttp import web

from desk import keys, notes_store
from desk.inbox import page_of, ticket_of
from desk.lists import may_read
from desk.page import Desk, audit, desk_of, render, require, user_of
from desk.staff import Role
from desk.words import word
from handoff.ticket import Ticket
from nihongo.mask import mask_patterns

KINDS = ("wrong", "lacking", "missing")
_LIMIT = 1000
_AGAIN_SECONDS = 3600


def routes(_: web.Application) -> list[web.RouteDef]:
    return [
        web.post("/inbox/{number:[0-9]{8}}/article-note", tell),
        web.get("/article-notes", notes_page),
        web.post("/article-notes/{note:[0-9]+}/done", done),
    ]


@require(Role.AGENT, Role.SUPERVISOR)
async def tell(request: web.Request) -> web.Response:
    """`missing`: there is no article yet; the others are about one, named by its title or id."""
    user, ticket, form = user_of(request), await ticket_of(request), await request.post()
    if not may_read(user, ticket):
        raise web.HTTPForbidden
    kind, named, text = (str(form.get(name, "")).strip() for name in ("kind", "article", "text"))
    if kind not in KINDS:
        raise web.HTTPBadRequest
    article = "" if kind == "missing" else _article(desk_of(request), named)
    if article is None:
        kept = {"problem": word("problems.no_article"), "article": named, "kind": kind, "text": text}
        return await page_of(request, ticket, 422, article_note=kept)
    await _file(request, ticket, kind, article, mask_patterns(text[:_LIMIT]))
    raise web.HTTPSeeOther(f"/inbox/{ticket.number}?told=1")


def _article(desk: Desk, named: str) -> str | None:
    known = desk.release.current.articles if desk.release.current else {}
    titled = (name for name, article in known.items() if article.title == named)
    return named if named in known else next(titled, None)


async def _file(request: web.Request, ticket: Ticket, kind: str, article: str, text: str) -> None:
    """Once, however often it was pressed."""
    desk, user = desk_of(request), user_of(request)
    said = "\n".join((user.id, ticket.number, kind, article, text))
    key = keys.noted(hashlib.sha256(said.encode()).hexdigest())
    if not await desk.redis.set(key, "1", nx=True, ex=_AGAIN_SECONDS):
        return
    note = notes_store.ArticleNote(
        article, kind, text, ticket.number, ticket.conversation_id, user.display_name, desk.clock()
    )
    try:
        await asyncio.to_thread(notes_store.add_article_note, desk.engine, note)
    except sa.exc.SQLAlchemyError:
        await desk.redis.delete(key)  # pressed again, it shall be filed
        raise
    await audit(request, "article.noted", article or ticket.number)


@require(Role.EDITOR, Role.APPROVER)
async def notes_page(request: web.Request) -> web.Response:
    desk = desk_of(request)
    everything = await asyncio.to_thread(notes_store.article_notes, desk.engine, request.query.get("all") == "1")
    titles = {name: one.title for name, one in (desk.release.current.articles if desk.release.current else {}).items()}
    return render(request, "article_notes.html", notes=everything, titles=titles)


@require(Role.EDITOR, Role.APPROVER)
async def done(request: web.Request) -> web.Response:
    note = int(request.match_info["note"])
    await asyncio.to_thread(notes_store.end_article_note, desk_of(request).engine, note, user_of(request).display_name)
    await audit(request, "article.note_done", str(note))
    raise web.HTTPSeeOther("/article-notes")
