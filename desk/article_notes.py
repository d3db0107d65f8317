"""「この記事は間違い／足りない」: what agents tell editors about an article, with the talk that showed it."""

from __future__ import annotations

import asyncio

from aiohttp import web

from desk import notes_store
from desk.inbox import ticket_of
from desk.lists import may_read
from desk.page import audit, desk_of, render, require, user_of
from desk.staff import Role
from nihongo.mask import mask_patterns

KINDS = ("wrong", "lacking", "missing")
_LIMIT = 1000


def routes(_: web.Application) -> list[web.RouteDef]:
    return [
        web.post("/inbox/{number:[0-9]{8}}/article-note", tell),
        web.get("/article-notes", notes_page),
        web.post("/article-notes/{note:[0-9]+}/done", done),
    ]


@require(Role.AGENT, Role.SUPERVISOR)
async def tell(request: web.Request) -> web.Response:
    """`missing`: there is no article yet; the others are about one."""
    desk, user, ticket, form = desk_of(request), user_of(request), await ticket_of(request), await request.post()
    if not may_read(user, ticket):
        raise web.HTTPForbidden
    kind, article = str(form.get("kind", "")), str(form.get("article", ""))
    known = desk.release.current.articles if desk.release.current else {}
    if kind not in KINDS or (kind != "missing" and article not in known):
        raise web.HTTPBadRequest
    note = notes_store.ArticleNote(
        article_id=article if kind != "missing" else "",
        kind=kind,
        text=mask_patterns(str(form.get("text", "")).strip()[:_LIMIT]),
        number=ticket.number,
        conversation_id=ticket.conversation_id,
        by=user.display_name,
        at=desk.clock(),
    )
    await asyncio.to_thread(notes_store.add_article_note, desk.engine, note)
    await audit(request, "article.noted", note.article_id or ticket.number)
    raise web.HTTPSeeOther(f"/inbox/{ticket.number}?told=1")


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
