"""For the operator: alive, ready, measures."""

from __future__ import annotations

import asyncio
import secrets

import sqlalchemy as sa
from aiohttp import web
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from redis.exceptions import RedisError
from sqlalchemy.engine import Engine

from desk import keys
from desk.page import Desk, desk_of, public


def routes(_: web.Application) -> list[web.RouteDef]:
    return [web.get("/healthz", alive), web.get("/readyz", ready), web.get("/metrics", metrics)]


@public
async def alive(_: web.Request) -> web.Response:
    return web.json_response({"status": "alive"})


@public
async def ready(request: web.Request) -> web.Response:
    """Ready when staff can sign in and talk."""
    desk = desk_of(request)
    found = {"redis": await _redis(desk), "sql": await asyncio.to_thread(_sql, desk.engine)}
    is_ready = all(found.values())
    return web.json_response({"ready": is_ready, **found}, status=200 if is_ready else 503)


@public
async def metrics(request: web.Request) -> web.Response:
    desk, registry = desk_of(request), CollectorRegistry()
    Gauge("desk_sockets", "Open pages of agents", registry=registry).set(len(desk.live.sockets))
    return web.Response(body=generate_latest(registry), content_type="text/plain", charset="utf-8")


async def _redis(desk: Desk) -> bool:
    written = secrets.token_hex(4)
    try:
        await desk.redis.set(keys.READY, written, ex=60)
        return bool(await desk.redis.get(keys.READY))
    except (RedisError, OSError):
        return False


def _sql(engine: Engine) -> bool:
    try:
        with engine.connect() as connection:
            return bool(connection.execute(sa.text("SELECT 1")).scalar())
    except sa.exc.SQLAlchemyError:
        return False
