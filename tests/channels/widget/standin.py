"""A strict little door for the widget's tests: docs/web-chat.md in memory, with faults on demand."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aiohttp import WSMsgType, web

from channels.widget.bundle import bundle
from nihongo.japan_time import TOKYO
from tests.channels.widget import pages

Frame = dict[str, Any]
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass
class Conversation:
    """Words in order, as frames; readers are woken by `news`."""

    id: str
    words: list[Frame] = field(default_factory=list)
    ids: dict[str, int] = field(default_factory=dict)
    payloads: dict[str, str] = field(default_factory=dict)
    state: Frame = field(default_factory=lambda: {"type": "state", "talking_to": "bot"})
    passing: list[Frame] = field(default_factory=list)  # states and typing, with the index they came at
    seq: int = 0
    seen: list[int] = field(default_factory=list)
    verdicts: list[tuple[str, str]] = field(default_factory=list)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def say(self, speaker: str, text: str, exchange: str = "", choices: tuple[str, ...] = (), **more: Any) -> int:
        self.seq += 1
        issued = [{"title": title, "payload": f"p{self.seq}-{n}"} for n, title in enumerate(choices)]
        self.payloads |= {choice["payload"]: choice["title"] for choice in issued}
        frame = {"type": "message", "seq": self.seq, "from": speaker, "text": text, "choices": issued}
        frame |= {"exchange_id": exchange, "article_id": None, "at": datetime.now(TOKYO).isoformat()} | more
        self.words.append(frame)
        await self.wake()
        return self.seq

    async def stand(self, talking_to: str, **more: Any) -> None:
        self.state = {"type": "state", "talking_to": talking_to, **more}
        self.seq += 1  # a state is numbered too, as in the stream
        await self.pass_on(self.state)

    async def pass_on(self, frame: Frame) -> None:
        self.passing.append(frame)
        await self.wake()

    async def wake(self) -> None:
        async with self.news:
            self.news.notify_all()

    def customers(self) -> list[str]:
        return [word["text"] for word in self.words if word["from"] == "customer"]


class StandIn:
    """The faults: `sockets` (False: refused), `ack_seconds`, `lose_acks` (the line drops instead of so many acks),
    `lose_ends` (so many are not heard), `doubled` (every frame comes twice), `away` (503 for everything), `refuse`
    (error code for the next message)."""

    def __init__(self, answer: Callable[[Conversation, str, str], Any]) -> None:
        self.answer = answer
        self.conversations: dict[str, Conversation] = {}
        self.tokens: dict[str, str] = {}
        self.live: set[web.WebSocketResponse] = set()
        self.faults: list[str] = []  # what the page did against the contract
        self.sockets, self.away, self.doubled = True, False, False
        self.ack_seconds, self.lose_acks, self.lose_ends, self.lifetime = 0.0, 0, 0, 1800.0
        self.refuse: tuple[str, str] | None = None
        self.revoked: set[str] = set()  # tokens that open nothing any more, but may be resumed from
        self.calls: list[str] = []
        self.typed = 0
        self.start: Frame = pages.START
        self.tasks: set[asyncio.Task[None]] = set()
        self.url = ""

    @property
    def only(self) -> Conversation:
        (conversation,) = self.conversations.values()
        return conversation

    def app(self) -> web.Application:
        app = web.Application(middlewares=[self._watch])
        app.router.add_get("/widget.js", self._widget)
        app.router.add_post("/api/web/sessions", self._sessions)
        app.router.add_get("/api/web/socket", self._socket)
        app.router.add_get("/api/web/messages", self._poll)
        app.router.add_post("/api/web/messages", self._post)
        app.router.add_get("/api/web/start", self._start)
        app.router.add_post("/api/web/code", self._code)
        app.router.add_get("/api/web/suggest", self._suggest)
        pages.add_to(app)
        return app

    async def cut(self) -> None:
        """Every line drops, without a good-bye."""
        for ws in list(self.live):
            if ws._req is not None and ws._req.transport is not None:
                ws._req.transport.abort()

    @web.middleware
    async def _watch(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.calls.append(f"{request.method} {request.path}")
        if self.away and request.path.startswith("/api"):
            return problem(503, "unavailable", "ただいま受け付けができません。")
        return await handler(request)

    async def _widget(self, request: web.Request) -> web.Response:
        return web.Response(body=bundle(), content_type="text/javascript", charset="utf-8")

    async def _start(self, request: web.Request) -> web.Response:
        return web.json_response(self.start)

    async def _suggest(self, request: web.Request) -> web.Response:
        query = request.query["q"]
        found = [title for title in pages.TITLES if query in title][:5]
        return web.json_response({"suggestions": [{"article_id": title, "title": title} for title in found]})

    async def _code(self, request: web.Request) -> web.Response:
        if self._of(request) is None:
            return problem(401, "unauthorized", "接続の有効期限が切れました。")
        return web.json_response({"code": "012345", "seconds": 600, "phone": "0120-000-000"}, status=201)

    async def _sessions(self, request: web.Request) -> web.Response:
        body = await request.json()
        known = self.conversations.get(self.tokens.get(body.get("resume") or "", ""))
        conversation = known if known and not known.state.get("over") else Conversation(uuid.uuid4().hex)
        self.conversations[conversation.id] = conversation
        token = uuid.uuid4().hex
        self.tokens[token] = conversation.id
        expires = datetime.now(TOKYO) + timedelta(seconds=self.lifetime)
        opened = {"conversation_id": conversation.id, "token": token, "expires_at": expires.isoformat()}
        return web.json_response(opened | {"resumed": conversation is known, "identified": False}, status=201)

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        if not self.sockets:
            return web.Response(status=403)
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        self.live.add(ws)
        hello = json.loads((await ws.receive(timeout=10)).data)
        if hello.get("type") != "hello" or hello.get("v") != 1 or not isinstance(hello.get("since"), int):
            self.faults.append(f"hello: {hello}")
        conversation = self.conversations.get(self.tokens.get(hello["token"], ""))
        if conversation is None or hello["token"] in self.revoked:
            await ws.send_json({"type": "error", "code": "unauthorized", "message": "接続の有効期限が切れました。"})
            await ws.close(code=4401)
            return ws
        sender = asyncio.create_task(self._tell(ws, conversation, hello["since"]))
        try:
            async for message in ws:
                if message.type is WSMsgType.TEXT:
                    await self._take(ws, conversation, json.loads(message.data))
        finally:
            sender.cancel()
            self.live.discard(ws)
        return ws

    async def _tell(self, ws: web.WebSocketResponse, conversation: Conversation, since: int) -> None:
        passed = len(conversation.passing)
        first: list[Frame] = [conversation.state]
        while True:
            words = [word for word in conversation.words if word["seq"] > since]
            since = max([since, *(word["seq"] for word in words)])
            news, passed = conversation.passing[passed:], len(conversation.passing)
            for frame in [*words, *first, *news]:
                for _ in range(2 if self.doubled else 1):
                    await ws.send_json(frame)
            first = []
            if conversation.state.get("over"):
                await ws.close()
                return
            async with conversation.news:
                behind = conversation.words and conversation.words[-1]["seq"] > since
                if not behind and passed == len(conversation.passing):
                    await conversation.news.wait()

    async def _take(self, ws: web.WebSocketResponse, conversation: Conversation, frame: Frame) -> None:
        answer = await self._accept(conversation, frame)
        if answer and answer["type"] == "ack" and self.lose_acks:
            self.lose_acks -= 1
            await self.cut()
            return
        if answer and not ws.closed:
            await asyncio.sleep(self.ack_seconds)  # the fault that a test asked for
            for _ in range(2 if self.doubled else 1):
                await ws.send_json(answer)

    async def _poll(self, request: web.Request) -> web.Response:
        conversation = self._of(request)
        if conversation is None:
            return problem(401, "unauthorized", "接続の有効期限が切れました。")
        since, passed = int(request.query["since"]), len(conversation.passing)
        first = [conversation.state] if request.query["wait"] == "0" or since == 0 else []
        news = self._news(conversation, since, passed, bool(first))
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(news, int(request.query["wait"]) or 1)
        words = [word for word in conversation.words if word["seq"] > since]
        found = [*words, *first, *conversation.passing[passed:]]
        return web.json_response({"frames": found, "since": conversation.seq})

    async def _news(self, conversation: Conversation, since: int, passed: int, at_once: bool) -> None:
        async with conversation.news:
            while not at_once and conversation.seq <= since and len(conversation.passing) == passed:
                await conversation.news.wait()

    async def _post(self, request: web.Request) -> web.Response:
        conversation = self._of(request)
        if conversation is None:
            return problem(401, "unauthorized", "接続の有効期限が切れました。")
        answer = await self._accept(conversation, await request.json())
        if answer and answer["type"] == "error":
            return problem(422, answer["code"], answer["message"])
        return web.json_response(answer or {})

    def _of(self, request: web.Request) -> Conversation | None:
        token = request.headers["Authorization"].removeprefix("Bearer ")
        return self.conversations.get(self.tokens.get(token, ""))

    async def _accept(self, conversation: Conversation, frame: Frame) -> Frame | None:
        kind = frame.get("type")
        if kind == "typing":
            self.typed += 1
            return None
        if kind == "seen":
            conversation.seen.append(frame["seq"])
            return None
        if kind == "end":
            if self.lose_ends:
                self.lose_ends -= 1
            else:
                await conversation.stand("bot", over=True)
            return None
        if kind not in ("message", "choice", "feedback") or not _UUID.fullmatch(frame.get("id", "")):
            self.faults.append(f"frame: {frame}")
            return None
        if self.refuse and kind == "message":
            (code, message), self.refuse = self.refuse, None
            return {"type": "error", "code": code, "message": message, "id": frame["id"]}
        if frame["id"] not in conversation.ids:
            await self._keep(conversation, frame)
        return {"type": "ack", "id": frame["id"], "seq": conversation.ids[frame["id"]]}

    async def _keep(self, conversation: Conversation, frame: Frame) -> None:
        if frame["type"] == "feedback":
            conversation.verdicts.append((frame["exchange_id"], frame["value"]))
            conversation.seq += 1
            conversation.ids[frame["id"]] = conversation.seq
            return
        if frame["type"] == "choice" and frame["payload"] not in conversation.payloads:
            self.faults.append(f"payload never issued: {frame}")
        text = frame["text"] if frame["type"] == "message" else conversation.payloads[frame["payload"]]
        conversation.ids[frame["id"]] = await conversation.say("customer", text, frame["id"])
        task = asyncio.create_task(self.answer(conversation, text, frame["id"]))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)


def problem(status: int, code: str, message: str) -> web.Response:
    return web.json_response({"error": {"code": code, "message": message, "id": "x"}}, status=status)
