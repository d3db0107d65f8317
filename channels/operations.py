"""For the operator: alive, ready, measures."""

from __future__ import annotations

import secrets

import aiohttp
from aiohttp import web
from redis.exceptions import RedisError

from bot.language.client import LanguageAway
from channels import keys
from channels.door import Door, door_of
from channels.rasa import HTTP

routes = web.RouteTableDef()


@routes.get("/healthz")
async def alive(_: web.Request) -> web.Response:
    return web.json_response({"status": "alive"})


@routes.get("/readyz")
async def ready(request: web.Request) -> web.Response:
    """Ready as soon as words can be kept; what is missing besides is named (the door answers without it, reduced)."""
    door = door_of(request)
    release = door.live.current
    found = {
        "redis": await _redis(door),
        "language": await _language(door),
        "rasa": await _rasa(request.app[HTTP], door),
        "release": release.number if release else None,
    }
    is_ready = bool(found["redis"])
    return web.json_response({"ready": is_ready, **found}, status=200 if is_ready else 503)


@routes.get("/metrics")
async def metrics(request: web.Request) -> web.Response:
    return web.Response(body=door_of(request).measures.text(), content_type="text/plain", charset="utf-8")


async def _redis(door: Door) -> bool:
    written = secrets.token_hex(4)
    try:
        await door.redis.set(keys.READY, written, ex=60)
        return bool(await door.redis.get(keys.READY))
    except (RedisError, OSError):
        return False


async def _language(door: Door) -> bool:
    try:
        await door.language.status()
    except LanguageAway:
        return False
    return True


async def _rasa(http: aiohttp.ClientSession, door: Door) -> bool:
    try:
        async with http.get(f"{door.settings.rasa_url}/", timeout=aiohttp.ClientTimeout(total=1)) as answer:
            return answer.status == 200
    except (aiohttp.ClientError, OSError, TimeoutError):
        return False
