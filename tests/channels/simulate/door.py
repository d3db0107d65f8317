"""Stands where the product's door will: checks signatures by the SDK and answers what it was told to."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

ACCOUNT, TOKEN, PUBLIC = "AC" + "1" * 32, "a-token-of-tests", "https://shop.example/bot"
Answering = str | web.Response


def document(inside: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{inside}</Response>'


def say(text: str) -> str:
    return f'<Say language="ja-JP" voice="Polly.Kazuha-Neural">{text}</Say>'


def gather(inside: str, **attributes: str) -> str:
    given = {"input": "dtmf speech", "language": "ja-JP", "action": "turn", **attributes}
    return "<Gather " + " ".join(f'{name}="{value}"' for name, value in given.items()) + f">{inside}</Gather>"


class Rewriting(AsyncTwilioHttpClient):
    """The SDK's own client, led to the stand-in."""

    def __init__(self, base: str) -> None:
        super().__init__(timeout=5)
        self.base = base

    async def request(self, method: str, url: str, *args: Any, **options: Any) -> Any:
        options["timeout"] = self.timeout
        return await super().request(method, url.replace("https://api.twilio.com", self.base), *args, **options)


async def asked(client: Client, method: str, path: str, **more: Any) -> Any:
    """The JSON that the API answers, whatever the status."""
    url = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/{path}"
    answer = await client.http_client.request(method, url, auth=(ACCOUNT, TOKEN), **more)
    return json.loads(answer.text)


class Door:
    """`answers` by path below /twilio: one after the other, the last again and again."""

    def __init__(self) -> None:
        self.url = ""
        self.answers: dict[str, list[Answering]] = {}
        self.asked: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
        self.forged: list[str] = []
        self.held: asyncio.Event | None = None
        self.talk: Callable[[web.WebSocketResponse], Awaitable[None]] | None = None

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/twilio/relay", self._relay)
        app.router.add_route("*", "/twilio/{path:.*}", self._hear)
        return app

    def says(self, path: str, *inside: str) -> None:
        self.answers[path] = [document(each) for each in inside]

    async def _relay(self, request: web.Request) -> web.StreamResponse:
        public = PUBLIC.replace("https", "wss") + request.path_qs
        if not RequestValidator(TOKEN).validate(public, {}, request.headers.get("X-Twilio-Signature", "")):
            self.forged.append("relay")
            return web.Response(status=403)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        assert self.talk is not None
        await self.talk(socket)
        return socket

    async def _hear(self, request: web.Request) -> web.Response:
        path = request.match_info["path"]
        params = dict(parse_qsl((await request.read()).decode(), keep_blank_values=True))
        signed = RequestValidator(TOKEN).validate(
            PUBLIC + request.path_qs, params, request.headers.get("X-Twilio-Signature", "")
        )
        if not signed:
            self.forged.append(path)
            return web.Response(status=403)
        self.asked[path].append(params | dict(request.query))
        if self.held:
            await self.held.wait()
        return self._answer(path)

    def _answer(self, path: str) -> web.Response:
        answers = self.answers.get(path)
        if answers is None:
            return web.Response(text=document(""), content_type="text/xml")
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        return answer if isinstance(answer, web.Response) else web.Response(text=answer, content_type="text/xml")
