"""Stands where the product's door will: checks signatures by the SDK and answers what it was told to."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl

from aiohttp import web
from twilio.request_validator import RequestValidator

ACCOUNT, TOKEN, PUBLIC = "AC" + "1" * 32, "a-token-of-tests", "https://shop.example/bot"
Answering = str | web.Response


def document(inside: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{inside}</Response>'


def say(text: str) -> str:
    return f'<Say language="ja-JP" voice="Polly.Kazuha-Neural">{text}</Say>'


def gather(inside: str, **attributes: str) -> str:
    given = {"input": "dtmf speech", "language": "ja-JP", "action": "turn", **attributes}
    return "<Gather " + " ".join(f'{name}="{value}"' for name, value in given.items()) + f">{inside}</Gather>"


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
