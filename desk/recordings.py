"""Recordings of calls and messages: heard through the desk by who may read the talk, each time in the audit log."""

from __future__ import annotations

import asyncio
import logging

import aiohttp
from aiohttp import web

from conversation.words import Word
from desk.inbox import ticket_of
from desk.lists import may_read
from desk.page import audit, desk_of, require, user_of
from desk.staff import Role
from settings import Settings

_TIMES = aiohttp.ClientTimeout(total=300, connect=5, sock_read=15)
_CHUNK = 64 * 1024
_log = logging.getLogger("desk")


def routes(_: web.Application) -> list[web.RouteDef]:
    return [web.get("/inbox/{number:[0-9]{8}}/recordings/{sid:[0-9A-Za-z]{1,34}}", hear)]


@require(Role.AGENT, Role.SUPERVISOR)
async def hear(request: web.Request) -> web.StreamResponse:
    """Fetched from Twilio with our credentials; nobody is ever led to its address."""
    ticket, sid, desk = await ticket_of(request), request.match_info["sid"], desk_of(request)
    if not may_read(user_of(request), ticket):
        raise web.HTTPForbidden
    words = await desk.stream.since(ticket.conversation_id)
    if not desk.settings.twilio or not any(_of(word) == sid for word in words):
        raise web.HTTPNotFound
    await audit(request, "recording.heard", f"{ticket.number}: {sid[:10]}")
    try:
        return await _streamed(request, _address(desk.settings, sid))
    except (aiohttp.ClientError, asyncio.TimeoutError) as error:
        _log.warning("recording of %s is away: %s", ticket.number, type(error).__name__)
        raise web.HTTPServiceUnavailable from error


async def _streamed(request: web.Request, url: str) -> web.StreamResponse:
    settings = desk_of(request).settings
    own = aiohttp.BasicAuth(settings.twilio_account_sid, settings.twilio_auth_token)
    async with aiohttp.ClientSession(auth=own, timeout=_TIMES) as http, http.get(url, allow_redirects=False) as found:
        if found.status == 404:  # deleted at Twilio
            raise web.HTTPNotFound
        found.raise_for_status()
        if found.status != 200:
            raise aiohttp.ClientError(f"answered {found.status}")
        response = web.StreamResponse(headers={"Content-Type": "audio/mpeg", "Cache-Control": "no-store"})
        await response.prepare(request)
        async for chunk in found.content.iter_chunked(_CHUNK):
            await response.write(chunk)
        await response.write_eof()
        return response


def _of(word: Word) -> str:
    return str((word.meta.get("recording") or {}).get("sid", ""))


def _address(settings: Settings, sid: str) -> str:
    base = settings.twilio_api_base_url.rstrip("/")
    return f"{base}/2010-04-01/Accounts/{settings.twilio_account_sid}/Recordings/{sid}.mp3"
