"""Around every request: its id, who may call, the one error shape, the headers that keep browsers safe."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web
from redis.exceptions import RedisError

from channels.door import door_of
from channels.errors import Refusal

BODY_LIMIT = 16 * 1024
NONCE = "nonce"
_API = "/api/"
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_CODES = {400: "bad_request", 403: "origin", 404: "not_found", 405: "method", 413: "too_large", 426: "bad_request"}
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Server": "madoguchi",
}
_log = structlog.get_logger("door")


@web.middleware
async def errors(request: web.Request, handler: _Handler) -> web.StreamResponse:
    """Whatever goes wrong under /api is told in the one shape; elsewhere pages keep their own."""
    request_id = secrets.token_hex(6)
    try:
        return await handler(request)
    except Refusal as refusal:
        return _told(request, refusal, request_id)
    except web.HTTPException as error:
        if not request.path.startswith(_API) or error.status < 400:
            raise
        return _told(request, Refusal(_CODES.get(error.status, "bad_request")), request_id)
    except (RedisError, OSError) as error:
        _log.warning("redis_away", what=request.path, id=request_id, error=repr(error))
        return _told(request, Refusal("unavailable", retry_after=2), request_id)
    except Exception:
        _log.exception("request_broke", id=request_id, path=request.path)
        return _told(request, Refusal("internal"), request_id)


def _told(request: web.Request, refusal: Refusal, request_id: str) -> web.Response:
    door_of(request).measures.refused.labels(refusal.code).inc()
    _log.info("refused", code=refusal.code, id=request_id, path=request.path)
    return refusal.response(request_id)


@web.middleware
async def origins(request: web.Request, handler: _Handler) -> web.StreamResponse:
    """Browsers name the page they are on; only pages of the list may use the chat (CORS included)."""
    origin = request.headers.get("Origin")
    if origin is None or not request.path.startswith(_API):
        return await handler(request)
    if origin.rstrip("/") not in door_of(request).settings.origins:
        raise Refusal("origin")
    if request.method == "OPTIONS":
        return web.Response(status=204)
    return await handler(request)


async def set_headers(request: web.Request, response: web.StreamResponse) -> None:
    """On every answer, errors included."""
    response.headers.update(_HEADERS)
    response.headers.setdefault("Content-Security-Policy", policy(request))
    if not request.path.startswith(_API):
        return
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["Vary"] = "Origin"
    origin = request.headers.get("Origin")
    if origin and origin.rstrip("/") in door_of(request).settings.origins:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Headers"] = "authorization, content-type"
        response.headers["Access-Control-Allow-Methods"] = "GET, POST"
        response.headers["Access-Control-Expose-Headers"] = "retry-after"
        response.headers["Access-Control-Max-Age"] = "3600"


def policy(request: web.Request) -> str:
    """What a page of ours may load: our own files, and the data block that carries the request's nonce."""
    nonce = request.get(NONCE)
    scripts = f"'self' 'nonce-{nonce}'" if nonce else "'self'"
    host = request.host
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        f"connect-src 'self' ws://{host} wss://{host}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
