"""The part of Twilio's REST API that the product uses: real paths, Basic auth, Twilio's own errors."""

from __future__ import annotations

import asyncio
import base64
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from aiohttp import web

from channels.simulate import fields, pages
from channels.simulate.messages import Messages, Sent
from channels.simulate.recordings import SILENCE, Recordings
from channels.simulate.refusals import Refusal, Refused, not_found
from channels.simulate.signing import Params

Failure = int | str
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Telephone(Protocol):
    """What the API needs of the calls; each answers with a call's resource."""

    def place(self, params: Params) -> dict[str, Any]: ...

    def change(self, sid: str, params: Params) -> dict[str, Any]: ...

    def resource(self, sid: str) -> dict[str, Any]: ...


class Api:
    """Twilio's REST API on loopback. `failures` are planned by the test and used up one a request that changes."""

    def __init__(
        self, account_sid: str, auth_token: str, messages: Messages, calls: Telephone, recordings: Recordings
    ) -> None:
        self.messages, self.calls, self.recordings = messages, calls, recordings
        self.account_sid = account_sid
        self.per_second: int | None = None
        self.failures: deque[Failure] = deque()
        self.refused: list[Refused] = []
        self._recent: deque[float] = deque()
        self._closing = asyncio.Event()
        self._authorization = "Basic " + base64.b64encode(f"{account_sid}:{auth_token}".encode()).decode()

    def app(self) -> web.Application:
        app = web.Application(middlewares=[self._guard])
        base = f"/2010-04-01/Accounts/{self.account_sid}"
        app.router.add_post(f"{base}/Messages.json", self._send)
        app.router.add_get(f"{base}/Messages.json", self._list)
        app.router.add_get(f"{base}/Messages/{{sid}}.json", self._message)
        app.router.add_post(f"{base}/Calls.json", self._place)
        app.router.add_post(f"{base}/Calls/{{sid}}.json", self._change)
        app.router.add_get(f"{base}/Calls/{{sid}}.json", self._call)
        app.router.add_get(f"{base}/Recordings/{{sid}}.json", self._recording)
        app.router.add_delete(f"{base}/Recordings/{{sid}}.json", self._delete_recording)
        app.router.add_get(f"{base}/Recordings/{{sid}}", self._sound)
        return app

    def close(self) -> None:
        """Lets go of requests that hang."""
        self._closing.set()

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            self._authorize(request)
            if request.method == "GET":
                return await handler(request)
            self._not_too_fast()
            return await self._or_fail(request, handler)
        except Refusal as refusal:
            self.refused.append(Refused(refusal.code, refusal.status, refusal.message, await form(request)))
            self.messages.changed()
            return _refusal(refusal)
        except web.HTTPNotFound:
            return _refusal(not_found(request.path))
        except web.HTTPMethodNotAllowed:
            return _refusal(Refusal(405, 20004, "Method not allowed"))

    def _authorize(self, request: web.Request) -> None:
        if request.headers.get("Authorization") != self._authorization:
            raise Refusal(401, 20003, "Authenticate")

    def _not_too_fast(self) -> None:
        now = time.monotonic()
        while self._recent and now - self._recent[0] >= 1:
            self._recent.popleft()
        if self.per_second is not None and len(self._recent) >= self.per_second:
            raise Refusal(429, 20429, "Too Many Requests")
        self._recent.append(now)

    async def _or_fail(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        failure = self.failures.popleft() if self.failures else None
        if isinstance(failure, int):
            raise Refusal(failure, 20000 + failure, "Planned failure")
        if failure == "hang":
            await self._closing.wait()
        response = await handler(request) if failure in (None, "drop_after_accepting") else web.Response()
        if failure is not None and request.transport:
            request.transport.abort()
        return response

    async def _send(self, request: web.Request) -> web.Response:
        sent = self.messages.accept(await form(request, fields.SEND))
        return web.json_response(sent.resource(self.account_sid), status=201)

    async def _list(self, request: web.Request) -> web.Response:
        fields.LIST.check(request.query)
        found = [self._shown(sent) for sent in reversed(self.messages.sent) if pages.asked_for(sent, request.query)]
        return web.json_response(pages.page("messages", found, request.rel_url))

    async def _message(self, request: web.Request) -> web.Response:
        sent = self.messages.find(request.match_info["sid"])
        if sent is None:
            raise web.HTTPNotFound
        return web.json_response(self._shown(sent))

    def _shown(self, sent: Sent) -> dict[str, Any]:
        return sent.resource(self.account_sid)

    async def _place(self, request: web.Request) -> web.Response:
        return web.json_response(self.calls.place(await form(request, fields.PLACE)), status=201)

    async def _change(self, request: web.Request) -> web.Response:
        return web.json_response(self.calls.change(request.match_info["sid"], await form(request, fields.CHANGE)))

    async def _call(self, request: web.Request) -> web.Response:
        return web.json_response(self.calls.resource(request.match_info["sid"]))

    async def _recording(self, request: web.Request) -> web.Response:
        return web.json_response(self.recordings.resource(request.match_info["sid"]))

    async def _delete_recording(self, request: web.Request) -> web.Response:
        self.recordings.delete(request.match_info["sid"])
        return web.Response(status=204)

    async def _sound(self, request: web.Request) -> web.Response:
        sid, _, kind = request.match_info["sid"].partition(".")
        if kind not in ("", "wav", "mp3"):
            raise web.HTTPNotFound
        self.recordings.resource(sid)
        return web.Response(body=SILENCE, content_type="audio/mpeg" if kind == "mp3" else "audio/x-wav")


async def form(request: web.Request, allowed: fields.Fields | None = None) -> Params:
    """The form of a request; of a field that comes more than once, all values with spaces between."""
    found = await request.post()
    if allowed:
        allowed.check(found)
    return {name: " ".join(str(value) for value in found.getall(name)) for name in found}


def _refusal(refusal: Refusal) -> web.Response:
    return web.json_response(refusal.body(), status=refusal.status)
