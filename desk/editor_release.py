"""Making articles public: what would change, publishing, rolling back, and what was live when."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web
from sqlalchemy.engine import Engine

from desk.editor_diff import differences
from desk.page import audit, desk_of, render, require, user_of
from desk.staff import Role
from kb import register
from kb.article import Article
from kb.check import check
from kb.files import load
from kb.problem import Refused
from kb.publish import Unchanged, mirror, publish, rollback
from kb.release import changes, content_hash
from nihongo.japan_time import today
from settings import Settings
from stores import open_redis_sync

_REASON_LIMIT = 500


def routes(_app: web.Application) -> list[web.RouteDef]:
    return [
        web.get("/articles/-/releases", releases_page),
        web.get("/articles/-/releases/{number:[0-9]{1,9}}", release_page),
        web.post("/articles/-/publish", publish_now),
        web.post("/articles/-/rollback", roll_back),
    ]


@require(Role.EDITOR, Role.APPROVER)
async def releases_page(request: web.Request) -> web.Response:
    return await _page(request)


@require(Role.EDITOR, Role.APPROVER)
async def release_page(request: web.Request) -> web.Response:
    """What this release changed against the one of the number before, and against what is live now."""
    engine, number = desk_of(request).engine, int(request.match_info["number"])
    release = await asyncio.to_thread(register.release, engine, number)
    if release is None:
        raise web.HTTPNotFound
    before = await asyncio.to_thread(register.release, engine, number - 1)
    live = await asyncio.to_thread(register.live, engine)
    return render(
        request,
        "editor_release.html",
        release=release,
        before=before,
        changed=await asyncio.to_thread(_changed, before.articles if before else {}, release.articles),
        live=live,
        back=await asyncio.to_thread(_changed, live.articles if live else {}, release.articles),
        may_publish=user_of(request).may(frozenset({Role.APPROVER})),
    )


@require(Role.APPROVER)
async def publish_now(request: web.Request) -> web.Response:
    """Only what the approver has seen: when somebody saved in between, the page comes back."""
    desk, form = desk_of(request), await request.post()
    reason = str(form.get("reason", "")).strip()[:_REASON_LIMIT]
    seen, ready = str(form.get("seen", "")), (await asyncio.to_thread(load, desk.settings.kb_dir)).ready
    if seen != await asyncio.to_thread(content_hash, ready):
        return await _page(request, 409, reason=reason, moved=True)
    client = open_redis_sync(desk.settings.redis_url)
    who = user_of(request).display_name
    done = await asyncio.to_thread(publish, desk.engine, client, desk.settings.kb_dir, who, reason, today())
    if isinstance(done, Refused):
        return await _page(request, 422, reason=reason)
    if isinstance(done, Unchanged):
        raise web.HTTPSeeOther("/articles/-/releases?done=unchanged")
    await audit(request, "release.published", f"{done.release.number}: {reason}"[:200])
    raise web.HTTPSeeOther(f"/articles/-/releases?done={'published' if done.mirrored else 'waiting'}")


@require(Role.APPROVER)
async def roll_back(request: web.Request) -> web.Response:
    desk, form = desk_of(request), await request.post()
    reason, number = str(form.get("reason", "")).strip()[:_REASON_LIMIT], str(form.get("number", ""))
    if not (number.isdigit() and len(number) < 10):
        raise web.HTTPBadRequest
    client, who = open_redis_sync(desk.settings.redis_url), user_of(request).display_name
    done = await asyncio.to_thread(rollback, desk.engine, client, int(number), who, reason)
    if done is None:
        raise web.HTTPNotFound
    if isinstance(done, Unchanged):
        raise web.HTTPSeeOther("/articles/-/releases?done=unchanged")
    await audit(request, "release.rolled_back", f"{number}: {reason}"[:200])
    raise web.HTTPSeeOther(f"/articles/-/releases?done={'rolled_back' if done.mirrored else 'waiting'}")


async def _page(request: web.Request, status: int = 200, **told: Any) -> web.Response:
    desk = desk_of(request)
    followed = desk.release.current.number if desk.release.current else None
    found = await asyncio.to_thread(_standing, desk.engine, desk.settings, followed)
    may = user_of(request).may(frozenset({Role.APPROVER}))
    return render(request, "editor_releases.html", status=status, may_publish=may, **{"reason": "", **found, **told})


def _standing(engine: Engine, settings: Settings, followed: int | None) -> dict[str, Any]:
    """The articles against the live release, the check, the history; mends Redis when it does not say what SQL says."""
    loaded, live = load(settings.kb_dir), register.live(engine)
    mirrored = live is None or live.number == followed or mirror(engine, open_redis_sync(settings.redis_url))
    problems = sorted(check(loaded, today()), key=lambda problem: bool(problem.article_id))  # whole files first
    return {
        "live": live,
        "mirrored": mirrored,
        "pending": _changed(live.articles if live else {}, loaded.ready),
        "seen": content_hash(loaded.ready),
        "stopping": [problem for problem in problems if problem.stops],
        "warnings": [problem for problem in problems if not problem.stops and not problem.draft],
        "history": register.history(engine),
        "kb_dir": settings.kb_dir,
    }


def _changed(old: Any, new: Any) -> list[dict[str, Any]]:
    """Each article that differs: {"id", "kind": added|changed|removed, "title", "differences"}."""
    found = changes(old, new)
    kinds = (("added", found.added), ("changed", found.changed), ("removed", found.removed))
    return [_line(kind, id, old.get(id), new.get(id)) for kind, ids in kinds for id in ids]


def _line(kind: str, id: str, old: Article | None, new: Article | None) -> dict[str, Any]:
    shown = new or old
    assert shown is not None
    told = differences(old, new) if kind == "changed" else []
    return {"id": id, "kind": kind, "title": shown.title, "category": shown.category, "differences": told}
