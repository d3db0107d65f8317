"""Beside the talk: opening a session, the start menu, suggestions while typing."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from aiohttp import web
from async_timeout import timeout

from bot.language.client import LanguageAway
from channels import frames
from channels.codes import SECONDS as CODE_SECONDS
from channels.door import Door, address, bearer, door_of
from channels.errors import Refusal, dumps
from channels.resume import show
from channels.sentences import entry, say
from handoff.calendar import day_time
from kb.article import Article
from kb.lexical import search
from nihongo import japan_time
from nihongo.japan_time import TOKYO, today

SUGGESTIONS = 5
_SUGGEST_SECONDS = 0.4  # somebody is typing: later than this a suggestion is of no use
_SUGGEST_LIMIT = 240
_QUERY_LIMIT = 100
_CODES_A_MINUTE, _CODES_OF_ADDRESS = 3, 20

routes = web.RouteTableDef()


@routes.post("/api/web/sessions")
async def open_session(request: web.Request) -> web.Response:
    door = door_of(request)
    await door.limits.count("sessions", address(request), door.settings.address_sessions_per_minute)
    body = frames.parse(await request.read() or b"{}")
    about = {name: frames.string(body, name, 2048, required=False) for name in ("page", "referrer")}
    opened = await door.sessions.open(body.get("resume"), body.get("identity"), **about)
    if opened.phone:
        await door.topics.note(opened.phone, opened.conversation_id)
    await _show_linked(door, opened.conversation_id, frames.string(body, "link", 200, required=False))
    answer = {
        "conversation_id": opened.conversation_id,
        "token": opened.token,
        "expires_at": datetime.fromtimestamp(opened.expires, TOKYO).isoformat(),
        "resumed": opened.resumed,
        "identified": opened.identified,
    }
    return web.json_response(answer, status=201, dumps=dumps)


@routes.post("/api/web/code")
async def show_code(request: web.Request) -> web.Response:
    """The six digits with which the customer goes on by telephone; the code before is void."""
    door, conversation_id = door_of(request), bearer(request)
    frames.parse(await request.read() or b"{}")
    await door.limits.count("code", conversation_id, _CODES_A_MINUTE)
    await door.limits.count("code", address(request), _CODES_OF_ADDRESS)
    if not door.settings.twilio:
        raise Refusal("not_found")
    await door.sessions.going_on(conversation_id)
    code = await door.codes.issue(conversation_id)
    answer = {"code": code, "seconds": CODE_SECONDS, "phone": door.settings.shop_phone}
    return web.json_response(answer, status=201, dumps=dumps)


async def _show_linked(door: Door, conversation_id: str, link: str) -> None:
    """`<article>.<token>` of a link that was sent by SMS; a wrong or old one opens the chat and shows nothing."""
    article_id, _, token = link.partition(".")
    article = door.live.find(article_id, today())
    if article and door.resume.opens(article_id, token):
        await show(door.stream, door.intake, conversation_id, article, token)


@routes.get("/api/web/suggest")
async def suggest(request: web.Request) -> web.Response:
    door = door_of(request)
    await door.limits.count("suggest", address(request), _SUGGEST_LIMIT)
    found = await find(door, request.query.get("q", ""), SUGGESTIONS)
    return web.json_response({"suggestions": [title(article) for article in found]}, dumps=dumps)


@routes.get("/api/web/start")
async def start(request: web.Request) -> web.Response:
    door, shop = door_of(request), door_of(request).settings
    await door.limits.count("suggest", address(request), _SUGGEST_LIMIT)
    articles = door.live.answering(today())
    answer = {
        "shop_name": shop.shop_name,
        "phone": shop.shop_phone,
        "phone_code": shop.twilio,
        "privacy_url": shop.privacy_url,
        "notice": say("start.notice"),
        "greeting": say("start.greeting", shop_name=shop.shop_name),
        "message_limit": shop.message_limit,
        "staff": await staff(door),
        "frequent": [title(article) for article in frequent(articles)],
        "categories": [
            {"name": name, "articles": [title(article) for article in found]}
            for name, found in categories(articles).items()
        ],
    }
    return web.json_response(answer, dumps=dumps)


async def find(door: Door, query: str, limit: int) -> list[Article]:
    """Articles for customers: by the selector, or by characters alone while the language process is away or slow."""
    query = query.strip()[:_QUERY_LIMIT]
    release = door.live.current
    if not query or release is None:
        return []
    try:
        async with timeout(_SUGGEST_SECONDS):
            candidates = await door.language.search(query, limit)
        found = [release.articles.get(candidate.article_id) for candidate in candidates]
    except (LanguageAway, asyncio.TimeoutError):
        found = [article for article, _ in search(release, query, limit, today())]
    return [article for article in found if article and article.answers_customers and article.valid_on(today())]


async def staff(door: Door) -> dict[str, Any]:
    """Whether people are there now, and a sentence that says so."""
    now = japan_time.now()
    if await door.calendar.is_open(now):
        return {"available": True, "text": say("start.staff_in")}
    opens = await door.calendar.next_open(now)
    text = say("start.staff_back", when=day_time(opens, now)) if opens else say("start.staff_out")
    return {"available": False, "text": text}


def frequent(articles: tuple[Article, ...]) -> list[Article]:
    known = {article.id: article for article in articles}
    return [known[article_id] for article_id in entry("start.frequent") if article_id in known]


def categories(articles: tuple[Article, ...]) -> dict[str, list[Article]]:
    found: dict[str, list[Article]] = {}
    for article in articles:
        found.setdefault(article.category, []).append(article)
    return found


def title(article: Article) -> dict[str, str]:
    return {"article_id": article.id, "title": article.title}
