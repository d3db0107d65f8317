"""The public pages: the demo shop, the widget's file, help pages from the live release, privacy."""

from __future__ import annotations

import gzip
import json
import secrets
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path
from typing import Any

import aiohttp_jinja2
import jinja2
from aiohttp import web
from markupsafe import Markup

from channels.door import address, door_of
from channels.safety import NONCE
from channels.web import categories, find, frequent, staff
from channels.widget.bundle import bundle, etag
from kb.article import Article
from nihongo.japan_time import today
from nihongo.plain import plain, render_html

_HERE = Path(__file__).parent
_SEARCH_LIMIT = 10
_SEARCHES_PER_MINUTE = 60
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

routes = web.RouteTableDef()


def add_to(app: web.Application) -> None:
    app.add_routes(routes)
    app.router.add_static("/static/", _HERE / "static")
    app.middlewares.append(not_found)
    environment = aiohttp_jinja2.setup(app, loader=jinja2.FileSystemLoader(_HERE / "templates"))
    environment.filters["markdown"] = lambda text: Markup(render_html(text))  # noqa: S704  (nh3 has cleaned it)


@web.middleware
async def not_found(request: web.Request, handler: _Handler) -> web.StreamResponse:
    """A page for people where an address of ours does not exist (anything under /api has the JSON shape)."""
    try:
        return await handler(request)
    except web.HTTPNotFound:
        if request.path.startswith("/api/"):
            raise
        return page("not_found.html", request, {}, status=404)


@routes.get("/")
async def shop(request: web.Request) -> web.Response:
    articles = door_of(request).live.answering(today())
    return page("shop.html", request, {"frequent": frequent(articles)})


@routes.get("/privacy")
async def privacy(request: web.Request) -> web.Response:
    settings = door_of(request).settings
    about = {"recording": settings.voice_recording, "one_way": settings.sms_mode == "one_way"}
    return page("privacy.html", request, about)


@routes.get("/faq")
async def help_start(request: web.Request) -> web.Response:
    door, query = door_of(request), request.query.get("q", "").strip()[:100]
    found: list[Article] = []
    if query:
        await door.limits.count("search", address(request), _SEARCHES_PER_MINUTE)
        found = await find(door, query, _SEARCH_LIMIT)
    by_category = categories(door.live.answering(today()))
    about = {"query": query, "found": found, "categories": by_category, "staff": await staff(door)}
    return page("faq.html", request, about)


@routes.get("/faq/{id}")
async def help_page(request: web.Request) -> web.Response:
    live, day = door_of(request).live, today()
    article = live.find(request.match_info["id"], day)
    if article is None:
        raise web.HTTPNotFound
    request[NONCE] = secrets.token_urlsafe(16)
    related = [found for other in article.related if (found := live.find(other, day))]
    about = {
        "article": article,
        "related": related,
        "summary": plain(article.answer.web)[:120],
        "schema": _schema(article),
        "nonce": request[NONCE],
        "link": _link(request, article.id),
    }
    return page("article.html", request, about)


def _link(request: web.Request, article_id: str) -> str:
    """What opens the chat at this article, where the address came by SMS a short while ago."""
    token = request.query.get("r", "")
    return f"{article_id}.{token}" if token and door_of(request).resume.opens(article_id, token) else ""


@routes.get("/widget.js")
async def widget(request: web.Request) -> web.Response:
    headers = {
        "ETag": etag(),
        "Cache-Control": "public, max-age=300",
        "Vary": "Accept-Encoding",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    if any(tag.value == etag().strip('"') for tag in request.if_none_match or ()):
        return web.Response(status=304, headers=headers)
    zipped = "gzip" in request.headers.get("Accept-Encoding", "")
    headers |= {"Content-Encoding": "gzip"} if zipped else {}
    body = _zipped() if zipped else bundle()
    return web.Response(body=body, headers=headers, content_type="text/javascript", charset="utf-8")


@cache
def _zipped() -> bytes:
    return gzip.compress(bundle(), mtime=0)


def _schema(article: Article) -> Markup:
    """schema.org FAQPage as JSON that cannot end its script element."""
    answer = {"@type": "Answer", "text": render_html(article.answer.web)}
    question = {"@type": "Question", "name": article.title, "acceptedAnswer": answer}
    page = {"@context": "https://schema.org", "@type": "FAQPage", "inLanguage": "ja", "mainEntity": [question]}
    return Markup(json.dumps(page, ensure_ascii=False).replace("<", "\\u003c"))  # noqa: S704  (JSON, < escaped)


def page(template: str, request: web.Request, about: dict[str, Any], status: int = 200) -> web.Response:
    settings = door_of(request).settings
    shop: dict[str, Any] = {
        "shop_name": settings.shop_name,
        "shop_phone": settings.shop_phone,
        "public_url": settings.public_url,
        "twilio": settings.twilio,
    }
    shop |= {"raw_text_days": settings.raw_text_days, "voc_days": settings.voc_days}
    response = aiohttp_jinja2.render_template(template, request, shop | about, status=status)
    response.enable_compression()
    return response
