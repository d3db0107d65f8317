"""What the editor's page asks while somebody types: the check, the previews, and how a question would fare."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.language.client import LanguageAway
from desk import editor_form
from desk.editor_preview import preview, problems, shown
from desk.page import desk_of, require
from desk.staff import Role
from kb import lexical
from kb.article import Article, Scope
from kb.files import load
from kb.release import Release
from kb.source import Source
from nihongo.japan_time import today

_SHOWN = 5
_CUSTOMERS = (Scope.SELF_SERVICE, Scope.HAND_OFF)


def routes(_app: web.Application) -> list[web.RouteDef]:
    return [web.post("/articles/-/check", check_typed), web.post("/articles/-/try", try_question)]


@require(Role.EDITOR, Role.APPROVER)
async def check_typed(request: web.Request) -> web.Response:
    """{"problems": [{field, severity, message}], "preview": {web, sms, speech, phrasings}}"""
    given = editor_form.typed(await request.post())
    kb_dir = desk_of(request).settings.kb_dir

    def answer() -> dict[str, Any]:
        found = problems(given, load(kb_dir), kb_dir, today())
        return {"problems": [shown(problem) for problem in found], "preview": preview(given, kb_dir)}

    return web.json_response(await asyncio.to_thread(answer))


@require(Role.EDITOR, Role.APPROVER)
async def try_question(request: web.Request) -> web.Response:
    """How this question is answered by the live release, and how it would be with the draft in it.

    {"live": TRIAL | null, "draft": TRIAL | null, "plain": bool}, TRIAL = {"decision", "candidates": [{article_id,
    title, probability}], "place": of the draft's article, 1 for the first, or null}. plain: by characters alone.
    """
    form = await request.post()
    text, given = str(form.get("question", ""))[:500], editor_form.typed(form)
    found = editor_form.read(given, Path("form.yml"))
    draft = found.article if isinstance(found, Source) else None
    try:
        return web.json_response(await _by_language(request, text, draft, given["id"]))
    except LanguageAway:
        return web.json_response(await asyncio.to_thread(_by_characters, request, text, draft, given["id"]))


async def _by_language(request: web.Request, text: str, draft: Article | None, id: str) -> dict[str, Any]:
    language = desk_of(request).language
    live = await language.understand(text)
    with_draft = None
    if draft:
        with_draft = await language.ask("try_draft", text=text, article=json.loads(draft.json()))
    return {
        "live": _trial(live.as_dict(), id),
        "draft": _trial(with_draft, id) if with_draft else None,
        "plain": False,
    }


def _trial(found: dict[str, Any], id: str) -> dict[str, Any]:
    candidates = [
        {key: candidate[key] for key in ("article_id", "title", "probability")} for candidate in found["candidates"]
    ]
    return {"decision": found["decision"], "candidates": candidates[:_SHOWN], "place": _place(candidates, id)}


def _by_characters(request: web.Request, text: str, draft: Article | None, id: str) -> dict[str, Any]:
    release = desk_of(request).release.current
    with_draft = _with(release, draft) if release and draft else None
    return {
        "live": _search(release, text, id) if release else None,
        "draft": _search(with_draft, text, id) if with_draft else None,
        "plain": True,
    }


def _with(release: Release, draft: Article) -> Release:
    return replace(release, articles={**release.articles, draft.id: draft})


def _search(release: Release, text: str, id: str) -> dict[str, Any]:
    found = lexical.search(release, text, 20, today(), _CUSTOMERS)
    candidates = [
        {"article_id": article.id, "title": article.title, "probability": round(score, 4)} for article, score in found
    ]
    return {"decision": None, "candidates": candidates[:_SHOWN], "place": _place(candidates, id)}


def _place(candidates: list[dict[str, Any]], id: str) -> int | None:
    return next((place for place, found in enumerate(candidates, 1) if found["article_id"] == id), None)
