"""The admin's page of telephone and SMS: what is set, what to paste where at Twilio, whether our address answers."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
from aiohttp import web

from desk.page import desk_of, render, require
from desk.staff import Role
from settings import Settings

_TIMES = aiohttp.ClientTimeout(total=3)
# Where each stands in Twilio's console, and our path.
_PLACES = (("sms", "/twilio/sms"), ("voice", "/twilio/voice"), ("status", "/twilio/voice/status"))


def routes(_: web.Application) -> list[web.RouteDef]:
    return [web.get("/twilio", twilio_page)]


@require(Role.ADMIN)
async def twilio_page(request: web.Request) -> web.Response:
    settings = desk_of(request).settings
    base = settings.public_url.rstrip("/")
    answers = await _answers(f"{base}/healthz") if settings.twilio else "off"
    urls = [(name, f"{base}{path}") for name, path in _PLACES]
    return render(request, "twilio.html", urls=urls, answers=answers, **_set(settings))


def _set(settings: Settings) -> dict[str, Any]:
    """Whether the four are there; of the secret ones nothing but that."""
    there = {
        "TWILIO_ACCOUNT_SID": bool(settings.twilio_account_sid),
        "TWILIO_AUTH_TOKEN": bool(settings.twilio_auth_token),
        "PUBLIC_URL": settings.public_url != f"http://localhost:{settings.door_port}",  # what stands for none
        "TWILIO_SENDER": bool(settings.twilio_sender),
    }
    return {"there": there, "number": settings.calls_from, "rotating": bool(settings.twilio_auth_token_next)}


async def _answers(url: str) -> str:
    """`yes`; `other`: something else is there; `no`."""
    try:
        async with aiohttp.ClientSession(timeout=_TIMES) as http, http.get(url, allow_redirects=False) as found:
            body = await found.json(content_type=None) if found.status == 200 else None
    except (aiohttp.ClientError, asyncio.TimeoutError, OSError):
        return "no"
    except ValueError:
        return "other"
    return "yes" if isinstance(body, dict) and body.get("status") == "alive" else "other"
