"""What every page of the desk uses: who may open it, who is there, rendering, the audit log."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

import aiohttp_jinja2
import sqlalchemy as sa
from aiohttp import web
from markupsafe import Markup
from sqlalchemy.engine import Engine

from address import caller
from bot.language.client import LanguageClient
from conversation.stream import ConversationStream
from desk import store
from desk.limits import Attempts
from desk.live import Live
from desk.oidc_provider import Provider
from desk.sessions import Session, Sessions
from desk.staff import Role, User
from desk.words import word
from handoff.agents import Agents
from handoff.calendar import Calendar
from handoff.callbacks import Callbacks
from handoff.contact import national
from handoff.number import spoken
from handoff.persons import Persons
from handoff.queue import Queue
from handoff.queues import Queues
from kb.live import LiveRelease
from nihongo.abusive import offensive
from nihongo.aloud import Reader
from nihongo.japan_time import TOKYO
from settings import Settings
from stores import AsyncRedis

log = logging.getLogger("desk")
PUBLIC: frozenset[Role] = frozenset()
_MARK = "desk_allowed"
_STATIC = Path(__file__).parent / "static"
Handler = TypeVar("Handler", bound=Callable[..., Any])


@dataclass(frozen=True)
class Desk:
    """All that the pages work with."""

    settings: Settings
    redis: AsyncRedis
    engine: Engine
    stream: ConversationStream
    queue: Queue
    queues: Queues
    agents: Agents
    calendar: Calendar
    callbacks: Callbacks
    persons: Persons
    release: LiveRelease
    reader: Reader
    language: LanguageClient
    sessions: Sessions
    attempts: Attempts
    live: Live
    provider: Provider | None  # None: no company accounts
    clock: Callable[[], float]


DESK = web.AppKey("desk", Desk)
SESSION = "desk_session"


def require(*roles: Role) -> Callable[[Handler], Handler]:
    """Marks a handler: who has one of these roles may call it."""

    def mark(handler: Handler) -> Handler:
        setattr(handler, _MARK, frozenset(roles))
        return handler

    return mark


def public(handler: Handler) -> Handler:
    """Marks a handler that needs no sign-in."""
    setattr(handler, _MARK, PUBLIC)
    return handler


def allowed(handler: object) -> frozenset[Role] | None:
    """The roles that may call it; empty: anybody; None: not marked."""
    return getattr(handler, _MARK, None)


def desk_of(request: web.Request) -> Desk:
    return request.app[DESK]


def session_of(request: web.Request) -> Session | None:
    session: Session | None = request.get(SESSION)
    return session


def user_of(request: web.Request) -> User:
    """Who is signed in; only for handlers behind `require`."""
    session = session_of(request)
    assert session is not None, "the handler is not behind require()"
    return session.user


def render(request: web.Request, template: str, status: int = 200, **context: Any) -> web.Response:
    """The page, with who is signed in and what the layout needs."""
    session = session_of(request)
    own = {
        "request": request,
        "user": session.user if session else None,
        "csrf": session.csrf if session else "",
        "csrf_field": lambda: _csrf_field(session),
        "settings": desk_of(request).settings,
    }
    return aiohttp_jinja2.render_template(template, request, {**own, **context}, status=status)


def _csrf_field(session: Session | None) -> Markup:
    return Markup('<input type="hidden" name="csrf" value="{}">').format(session.csrf if session else "")


def address_of(request: web.Request) -> str:
    """Who calls, seen through the trusted proxies."""
    proxies = desk_of(request).settings.proxies
    return caller(request.remote, request.headers.get("X-Forwarded-For", ""), proxies)


async def audit(
    request: web.Request, action: str, object: str, user: User | None = None, address: str | None = None
) -> None:
    """Records what somebody did. While SQL is away the line is kept in the process's log, and the work goes on."""
    who, where = user or user_of(request), address or address_of(request)
    entry = store.Entry(desk_of(request).clock(), who.id, who.name, action, object[:200], where)
    try:
        await asyncio.to_thread(store.record, desk_of(request).engine, entry)
    except sa.exc.SQLAlchemyError:
        log.error("audit line not in SQL: %s", json.dumps(vars(entry), ensure_ascii=False))


def page_globals(app: web.Application) -> None:
    """What templates can call."""
    environment = aiohttp_jinja2.get_env(app)
    paths = {route.resource.canonical for route in app.router.routes() if route.resource}
    version = _static_version()
    environment.globals.update(
        {
            "has_page": lambda path: path in paths,
            "static": lambda name: f"/static/{name}?v={version}",
            "word": word,
        }
    )
    environment.tests["offensive"] = offensive
    environment.filters["groupby_first"] = _by_first
    environment.filters["clock"] = lambda at: _local(at).strftime("%H:%M")
    environment.filters["spoken"] = spoken
    environment.filters["telephone"] = lambda phone: national(phone) if phone else ""
    environment.filters["minute"] = lambda at: _local(at).strftime("%Y/%m/%d %H:%M")
    environment.filters["moment"] = lambda at: _local(at).strftime("%Y/%m/%d %H:%M:%S")


def _by_first(paths: Iterable[str]) -> list[dict[str, Any]]:
    """Paths of levels in their order, by the first: [{"name", "paths"}]."""
    return [{"name": name, "paths": list(some)} for name, some in groupby(paths, lambda path: path.split("/")[0])]


def _local(at: float | datetime) -> datetime:
    return at.astimezone(TOKYO) if isinstance(at, datetime) else datetime.fromtimestamp(at, TOKYO)


def _static_version() -> str:
    digest = hashlib.sha256()
    for path in sorted(_STATIC.iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:10]
