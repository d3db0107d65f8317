"""The desk as an aiohttp application: pages of agents, editors and supervisors. Nothing is opened before it starts.

How a page joins: any module of this package with `def routes(app) -> list[web.RouteDef]` is found and added.

* Each handler is marked with `@require(Role.EDITOR, …)` (any of these) or `@public`; an unmarked one stops the start.
* `render(request, "name.html", **context)` renders a template that extends `base.html` (blocks: title, main, scripts,
  body_class). Every form that posts carries `{{ csrf_field() }}`; scripts send the header `X-CSRF` with the content of
  `<meta name="csrf">`. No inline script or style (the CSP forbids them); scripts and CSS lie in `desk/static/`.
* `user_of(request)` is who is signed in; `desk_of(request)` holds the stores, the queue, the live release.
* `await audit(request, "article.saved", "article-id")` records what staff did.
* The menu is in `base.html`: one line a page, shown to those whose roles may open it. Styles: `desk/static/desk.css`.
"""

from __future__ import annotations

import importlib
import pkgutil
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp_jinja2
import jinja2
from aiohttp import ClientSession, web

import desk
from bot.language.client import LanguageClient
from conversation.stream import ConversationStream
from desk import guard
from desk.limits import Attempts
from desk.live import Live
from desk.oidc_provider import BACK, LIMITS, Client, Provider
from desk.page import DESK, Desk, page_globals
from desk.sessions import Sessions
from handoff.agents import Agents
from handoff.calendar import Calendar
from handoff.callbacks import Callbacks
from handoff.persons import Persons
from handoff.queue import Queue
from handoff.queues import Queues
from kb.dictionary import beside
from kb.live import LiveRelease
from nihongo.aloud import Reader
from settings import Settings
from stores import open_redis, open_sql

HERE = Path(__file__).parent
_BODY_LIMIT = 2 * 1024 * 1024  # an editor's longest article, a CSV of phrasings


def make_app(settings: Settings, clock: Callable[[], float] = time.time) -> web.Application:
    """One desk. Any number of them may run on the same stores."""
    app = web.Application(middlewares=[guard.failures, guard.sessions, guard.rights], client_max_size=_BODY_LIMIT)
    app.on_response_prepare.append(guard.set_headers)
    templates = jinja2.FileSystemLoader(HERE / "templates")
    aiohttp_jinja2.setup(app, loader=templates, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    for name in page_modules():
        app.add_routes(importlib.import_module(name).routes(app))
    app.router.add_static("/static", HERE / "static", name="static")
    guard.check_all_marked(app)
    page_globals(app)

    async def opened(app: web.Application) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            app[DESK] = await _open(settings, clock, stack)
            yield

    app.cleanup_ctx.append(opened)
    app.on_shutdown.append(_close_sockets)
    return app


def page_modules() -> list[str]:
    """Names of the modules that bring pages."""
    names = [f"desk.{module.name}" for module in pkgutil.iter_modules(desk.__path__) if module.name != "__main__"]
    return [name for name in sorted(names) if hasattr(importlib.import_module(name), "routes")]


async def _open(settings: Settings, clock: Callable[[], float], stack: AsyncExitStack) -> Desk:
    redis = open_redis(settings.redis_url)
    stack.push_async_callback(redis.aclose)
    engine = open_sql(settings.database_url)
    stack.callback(engine.dispose)
    language = LanguageClient(settings.language_socket)
    stack.push_async_callback(language.close)
    release = LiveRelease(redis)
    await release.start()
    stack.push_async_callback(release.stop)
    stream = ConversationStream(redis, settings.raw_text_days, clock)
    queue = Queue(redis, stream, clock, keep_days=settings.raw_text_days)
    agents, queues, calendar = Agents(redis, clock), Queues(engine), Calendar(engine)
    live = await stack.enter_async_context(Live(stream, queue, agents).running())
    provider = await _provider(settings, clock, stack)
    return Desk(
        settings=settings,
        redis=redis,
        engine=engine,
        stream=stream,
        queue=queue,
        queues=queues,
        agents=agents,
        calendar=calendar,
        callbacks=Callbacks(queue, calendar, queues, engine),
        persons=Persons(queue, settings.secret_key, settings.raw_text_days),
        release=release,
        reader=Reader(beside(settings.kb_dir)),
        language=language,
        sessions=Sessions(redis, clock),
        attempts=Attempts(redis, clock),
        live=live,
        provider=provider,
        clock=clock,
    )


async def _provider(settings: Settings, clock: Callable[[], float], stack: AsyncExitStack) -> Provider | None:
    """Nothing is asked of the issuer before somebody signs in."""
    if not settings.oidc_issuer:
        return None
    http = await stack.enter_async_context(ClientSession(timeout=LIMITS))
    client = Client(
        settings.oidc_client_id, settings.oidc_client_secret, f"{settings.desk_public_url.rstrip('/')}{BACK}"
    )
    return Provider(http, settings.oidc_issuer, client, settings.oidc_scopes, clock)


async def _close_sockets(app: web.Application) -> None:
    await app[DESK].live.close()
