"""The editors' room: the list of articles, and one article with its three wordings, saved, withdrawn, deleted."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from aiohttp import web

from desk import editor_form
from desk.editor_diff import differences
from desk.editor_list import State, Wanted, rows
from desk.editor_preview import preview, problems, shown
from desk.page import audit, desk_of, render, require, user_of
from desk.staff import Role
from kb import versions
from kb.article import Article, Scope, Status
from kb.check import check
from kb.check_article import REASONS
from kb.editing import Conflict, Editing
from kb.files import Loaded, load
from kb.problem import Problem, Refused
from kb.render import read_back
from kb.source import Source
from nihongo.japan_time import today

_PAGE = 50  # rows of the list
_ID = "{id:[a-z0-9][a-z0-9-]{0,63}}"


def routes(_app: web.Application) -> list[web.RouteDef]:
    return [
        web.get("/articles", articles_page),
        web.get("/articles/-/new", new_page),
        web.post("/articles/-/new", save),
        web.get(f"/articles/{_ID}", article_page),
        web.post(f"/articles/{_ID}", save),
        web.post(f"/articles/{_ID}/withdraw", withdraw),
        web.post(f"/articles/{_ID}/delete", delete),
        web.get(f"/articles/{_ID}/history", history_page),
    ]


@require(Role.EDITOR, Role.APPROVER)
async def articles_page(request: web.Request) -> web.Response:
    loaded = await _loaded(request)
    query = request.query
    wanted = Wanted(*(query.get(name, "") for name in ("q", "category", "scope", "state")))
    live = desk_of(request).release.current
    everything = rows(loaded.articles.values(), live.articles if live else {}, today())
    found = await asyncio.to_thread(lambda: [row for row in everything if wanted.fits(row)])
    page = max(1, int(query["page"])) if query.get("page", "").isdigit() else 1
    stopping = await asyncio.to_thread(lambda: [problem for problem in check(loaded, today()) if problem.stops])
    return render(
        request,
        "editor_list.html",
        rows=found[(page - 1) * _PAGE : page * _PAGE],
        count=len(found),
        counts=_counts(everything),
        page=page,
        pages=-(-len(found) // _PAGE),
        wanted=wanted,
        categories=sorted({row.article.category for row in everything}),
        stopping=stopping,
        live=live,
        scopes=list(Scope),
        states=list(State),
        kb_dir=desk_of(request).settings.kb_dir,
    )


def _counts(everything: list[Any]) -> dict[str, int]:
    counts = {state.value: sum(row.state is state for row in everything) for state in State}
    leaving = sum(row.state is State.DRAFT and row.live for row in everything)
    late = sum(row.overdue or row.expired for row in everything)
    return counts | {"all": len(everything), "overdue": late, "waiting": counts["new"] + counts["changed"] + leaving}


@require(Role.EDITOR)
async def new_page(request: web.Request) -> web.Response:
    """Empty, or as a copy of another article."""
    loaded = await _loaded(request)
    given = editor_form.blank()
    if source := loaded.articles.get(request.query.get("copy", "")):
        given = editor_form.values(source) | {"id": "", "status": "draft", "phrasings": ""}
    return await _form(request, loaded, given, None, version=0)


@require(Role.EDITOR, Role.APPROVER)
async def article_page(request: web.Request) -> web.Response:
    """The article as it is in the files, or as it was in an older version."""
    loaded, id = await _loaded(request), request.match_info["id"]
    article = loaded.articles.get(id)
    older = await _older(request, id)
    if article is None and older is None:
        return await _broken(request, id, loaded.broken(id))
    given = editor_form.values(older or article)  # type: ignore[arg-type]
    version = article.version if article else 0
    return await _form(request, loaded, given, article, version=version, older=older)


async def _broken(request: web.Request, id: str, found: list[Problem]) -> web.Response:
    if not found:
        raise web.HTTPNotFound
    desk = desk_of(request)
    kept = await asyncio.to_thread(versions.of_article, desk.engine, id)
    stops, kb_dir = any(problem.stops for problem in found), desk.settings.kb_dir
    return render(request, "editor_broken.html", id=id, problems=found, kept=kept, stops=stops, kb_dir=kb_dir)


async def _older(request: web.Request, id: str) -> Article | None:
    number = request.query.get("version", "")
    kept = await asyncio.to_thread(versions.of_article, desk_of(request).engine, id) if number.isdigit() else []
    return next((read_back(version.yaml) for version in kept if version.version == int(number)), None)


@require(Role.EDITOR)
async def save(request: web.Request) -> web.Response:
    """Whatever goes wrong, the page comes back with everything that was typed."""
    form = await request.post()
    given = editor_form.typed(form)
    id = request.match_info.get("id")
    given["id"] = id or given["id"].strip()
    given["status"] = str(form.get("save_as") or given["status"])
    version = int(str(form.get("version"))) if str(form.get("version")).isdigit() else 0
    editing = _editing(request)
    read = editor_form.read(given, editing.kb_dir / "form.yml")
    if not isinstance(read, Source):
        return await _again(request, given, version, 422, problems=read)
    saved = await asyncio.to_thread(editing.save, read.article, _author(request), version)
    if isinstance(saved, Conflict):
        if not id and saved.theirs:
            return await _again(request, given, 0, 409, id_taken=saved.theirs)
        return await _in_conflict(request, given, read.article, saved.theirs, version)
    if isinstance(saved, Refused):
        return await _again(request, given, version, 422, problems=list(saved.problems), refused=True)
    await audit(request, "article.saved", f"{saved.id} v{saved.version}")
    done = "saved_draft" if saved.status is Status.DRAFT else "saved"
    raise web.HTTPSeeOther(f"/articles/{saved.id}?done={done}")


async def _again(request: web.Request, given: dict[str, Any], version: int, status: int, **told: Any) -> web.Response:
    loaded = await _loaded(request)
    article = loaded.articles.get(request.match_info.get("id", ""))
    return await _form(request, loaded, given, article, version=version, status=status, **told)


async def _in_conflict(
    request: web.Request, given: dict[str, Any], mine: Article, theirs: Article | None, begun: int
) -> web.Response:
    """What the editor did not touch becomes theirs; what was typed stays, and where it differs is shown."""
    if theirs is None:
        return await _again(request, given, 0, 409, conflict=Conflict(None))
    kept = await asyncio.to_thread(versions.of_article, desk_of(request).engine, mine.id)
    base = next((read_back(version.yaml) for version in kept if version.version == begun), None)
    if base:
        before, now, other = map(editor_form.values, (base, mine, theirs))
        given = given | {name: other[name] for name in now if now[name] == before[name]}
    read = editor_form.read(given, Path("form.yml"))
    differing = differences(read.article if isinstance(read, Source) else mine, theirs)
    return await _again(request, given, theirs.version, 409, conflict=Conflict(theirs), theirs=differing, merged=base)


@require(Role.EDITOR)
async def withdraw(request: web.Request) -> web.Response:
    return await _end(request, _editing(request).withdraw, "withdrawn")


@require(Role.EDITOR)
async def delete(request: web.Request) -> web.Response:
    return await _end(request, _editing(request).delete, "deleted")


async def _end(request: web.Request, deed: Any, name: str) -> web.Response:
    id, version = request.match_info["id"], str((await request.post()).get("version", ""))
    done = await asyncio.to_thread(deed, id, _author(request), int(version) if version.isdigit() else 0)
    if isinstance(done, Conflict):
        where = f"/articles/{id}?done=moved" if done.theirs else "/articles?done=gone"
        raise web.HTTPSeeOther(where)
    await audit(request, f"article.{name}", f"{id} v{done.version}")
    raise web.HTTPSeeOther(f"/articles?done={name}" if name == "deleted" else f"/articles/{id}?done={name}")


@require(Role.EDITOR, Role.APPROVER)
async def history_page(request: web.Request) -> web.Response:
    """Every version, each with what it changed."""
    id = request.match_info["id"]
    kept = await asyncio.to_thread(versions.of_article, desk_of(request).engine, id)
    article = (await _loaded(request)).articles.get(id)
    if not kept and article is None:
        raise web.HTTPNotFound
    told = [read_back(version.yaml) for version in kept] + [None]
    entries = [
        {"version": version, "differences": differences(before, now) if now and before else []}
        for version, now, before in zip(kept, told, told[1:], strict=False)
    ]
    return render(request, "editor_history.html", id=id, article=article, entries=entries)


async def _form(
    request: web.Request,
    loaded: Loaded,
    given: dict[str, Any],
    article: Article | None,
    version: int,
    status: int = 200,
    **told: Any,
) -> web.Response:
    desk = desk_of(request)
    live = desk.release.current.articles if desk.release.current else {}
    row = next(iter(rows([article], live, today())), None) if article else None
    found: list[Problem] = told.pop("problems", None) or await asyncio.to_thread(
        problems, given, loaded, desk.settings.kb_dir, today()
    )
    return render(
        request,
        "editor_article.html",
        status=status,
        given=given,
        article=article,
        row=row,
        version=version,
        problems=[shown(problem) for problem in found] if article or status != 200 else [],
        preview=preview(given, desk.settings.kb_dir),
        categories=sorted({one.category for one in loaded.articles.values()}),
        owners=sorted({one.owner for one in loaded.articles.values() if one.owner}),
        others=sorted((one for one in loaded.articles.values() if one.id != given["id"]), key=lambda one: one.title),
        titles={one.id: one.title for one in loaded.articles.values()},
        scopes=list(Scope),
        statuses=list(Status),
        reasons=REASONS,
        may_edit=user_of(request).may(frozenset({Role.EDITOR})),
        **told,
    )


def _editing(request: web.Request) -> Editing:
    desk = desk_of(request)
    return Editing(desk.settings.kb_dir, desk.engine)


async def _loaded(request: web.Request) -> Loaded:
    return await asyncio.to_thread(load, desk_of(request).settings.kb_dir)


def _author(request: web.Request) -> str:
    return user_of(request).display_name
