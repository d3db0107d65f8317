"""Stopping SMS by a link, for those who cannot reply: a page that asks, and the stop only when it is confirmed."""

from __future__ import annotations

from aiohttp import web

from channels.pages import page
from channels.twilio.lines import LINES

routes = web.RouteTableDef()
_PATH = "/sms/stop"
_HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}


@routes.get(_PATH)
async def asked(request: web.Request) -> web.Response:
    """Looking stops nothing: programs follow links too."""
    token = request.query.get("t", "")
    return _told(request, token, "ask" if _named(request, token) else "unreadable")


@routes.post(_PATH)
async def confirmed(request: web.Request) -> web.Response:
    token = str((await request.post()).get("t", ""))
    name = _named(request, token)
    if name:
        await request.app[LINES].texting.stops.stop(name)
    return _told(request, token, "done" if name else "unreadable")


def _named(request: web.Request, token: str) -> str | None:
    if LINES not in request.app:  # no SMS from this shop
        raise web.HTTPNotFound
    return request.app[LINES].texting.stops.links.name(token)


def _told(request: web.Request, token: str, what: str) -> web.Response:
    status = 400 if what == "unreadable" else 200
    answer = page("sms_stop.html", request, {"what": what, "token": token}, status=status)
    answer.headers.update(_HEADERS)
    return answer
