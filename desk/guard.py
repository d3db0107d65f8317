"""Around every request of the desk: who is signed in, what they may open, forged requests, failures, headers."""

from __future__ import annotations

import hmac
import json
import logging
import secrets
from collections.abc import Awaitable, Callable
from functools import partial
from urllib.parse import quote, urlsplit

import sqlalchemy as sa
from aiohttp import web
from redis.exceptions import RedisError

from desk.page import PUBLIC, SESSION, allowed, desk_of, render, session_of
from desk.sessions import COOKIE
from desk.staff import Role
from desk.words import word, words

log = logging.getLogger("desk")
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_SAFE = ("GET", "HEAD", "OPTIONS")
# No inline script or style anywhere; images may be data: for small pictures of the CSS.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

_BY_ITSELF = "X-Madoguchi-By-Itself"  # desk/static/by_itself.js says it of what no person asked for


@web.middleware
async def failures(request: web.Request, handler: _Handler) -> web.StreamResponse:
    """Whatever goes wrong: a page that says so plainly, with an id that the log has too."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return _error(request, error.status)
    except (RedisError, sa.exc.OperationalError) as error:
        error_id = secrets.token_hex(4)
        log.warning("store away (%s) at %s: %s", error_id, request.path, type(error).__name__)
        return _error(request, 503, error_id)
    except Exception:
        error_id = secrets.token_hex(4)
        log.exception("request broke (%s) at %s", error_id, request.path)
        return _error(request, 500, error_id)


def _error(request: web.Request, status: int, error_id: str = "") -> web.StreamResponse:
    """A page for browsers, the one JSON shape for scripts."""
    message = word(f"errors.{status if str(status) in words('errors') else 'other'}")
    if "text/html" not in request.headers.get("Accept", "text/html"):
        body = {"error": {"code": str(status), "message": message, "id": error_id}}
        return web.json_response(body, status=status, dumps=partial(json.dumps, ensure_ascii=False))
    return render(request, "error.html", status=status, error_status=status, error_id=error_id, message=message)


@web.middleware
async def sessions(request: web.Request, handler: _Handler) -> web.StreamResponse:
    """Finds who is signed in. A socket, or what a page asks by itself, does not keep an idle session alive."""
    token = request.cookies.get(COOKIE)
    if token and not request.path.startswith("/static/"):
        touch = request.headers.get("Upgrade", "").lower() != "websocket" and _BY_ITSELF not in request.headers
        request[SESSION] = await desk_of(request).sessions.find(token, touch)
    return await handler(request)


@web.middleware
async def rights(request: web.Request, handler: _Handler) -> web.StreamResponse:
    """Roles, and that the request was meant: from a page of ours, and with the session's own token."""
    roles = _allowed(request)
    session = session_of(request)
    if roles:
        if session is None:
            return _to_sign_in(request)
        if not session.user.may(roles):
            raise web.HTTPForbidden
    if request.method not in _SAFE or request.headers.get("Upgrade", "").lower() == "websocket":
        _check_origin(request)
    if request.method not in _SAFE and roles:
        await _check_csrf(request)
    return await handler(request)


def _allowed(request: web.Request) -> frozenset[Role]:
    info = request.match_info
    if info.http_exception is not None or request.path.startswith("/static/"):
        return frozenset()
    return frozenset(allowed(info.handler) or PUBLIC)


def _to_sign_in(request: web.Request) -> web.StreamResponse:
    if request.method == "GET" and "text/html" in request.headers.get("Accept", ""):
        raise web.HTTPSeeOther(f"/login?next={quote(request.path_qs)}")
    raise web.HTTPUnauthorized


def _check_origin(request: web.Request) -> None:
    """Browsers name the page that posts or opens a socket; it must be one of the desk."""
    origin = request.headers.get("Origin") or request.headers.get("Referer")
    if not origin or urlsplit(origin).netloc != request.host:
        raise web.HTTPForbidden


async def _check_csrf(request: web.Request) -> None:
    session = session_of(request)
    given = request.headers.get("X-CSRF")
    if given is None and request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
        given = str((await request.post()).get("csrf", ""))
    if session is None or not hmac.compare_digest((given or "").encode("utf-8", "replace"), session.csrf.encode()):
        raise web.HTTPForbidden


async def set_headers(request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(_HEADERS)
    if request.path.startswith("/static/"):
        response.headers["Cache-Control"] = "public, max-age=31536000" if "v" in request.query else "no-cache"
    else:
        response.headers.setdefault("Cache-Control", "no-store")


def check_all_marked(app: web.Application) -> None:
    """A route that nobody marked with `require` or `public` stops the start."""
    for route in app.router.routes():
        static = route.resource is not None and route.resource.canonical == "/static"
        if not static and allowed(route.handler) is None:
            name = getattr(route.handler, "__qualname__", route.handler)
            raise RuntimeError(f"{route.method} {route.resource}: mark {name} with @require(...) or @public")
