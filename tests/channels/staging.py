"""What the door's tests play with: a stand-in for Rasa's connector, browser tabs, a small release."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

import redis
import sqlalchemy as sa
from aiohttp import web
from aiohttp.test_utils import TestClient

from channels.door import DOOR, Door
from conversation.stream import ConversationStream
from conversation.words import Choice, Speaker, Word
from handoff import calendar_store
from handoff.schedule import ANY, HOLIDAY, WEEKDAYS, Schedule, Window
from kb import keys as kb_keys
from kb.article import Answer, Article, Scope
from kb.release import Release, content_hash

Client = TestClient[Any, Any]
OpenDoor = Callable[..., Awaitable[Client]]
ORIGIN = {"Origin": "http://localhost:8080"}
SECRET = "connector-secret-of-the-tests"
_TURN_FIELDS: dict[str, Any] = {
    "conversation_id": str,
    "message_id": str,
    "seq": int,
    "channel": str,
    "text": str,
    "command": (str, type(None)),
    "page": str,
    "missed": list,
}
Play = Callable[["Connector", dict[str, Any]], Awaitable[None]]


@dataclass
class Connector:
    """Rasa's side of the contract, strict about what it is sent. `play` is what the bot does in a turn."""

    stream: ConversationStream
    play: Play
    turns: list[dict[str, Any]] = field(default_factory=list)
    done: set[str] = field(default_factory=set)
    called: asyncio.Event = field(default_factory=asyncio.Event)
    port: int = 0

    async def turn(self, request: web.Request) -> web.Response:
        assert request.headers["X-Connector-Secret"] == SECRET
        turn = await request.json()
        assert turn.keys() == _TURN_FIELDS.keys()
        assert all(isinstance(turn[name], kind) for name, kind in _TURN_FIELDS.items()), turn
        assert all(said.keys() == {"speaker", "text", "at", "message_id"} for said in turn["missed"])
        self.turns.append(turn)
        self.called.set()
        if turn["message_id"] in self.done:
            return web.json_response({"status": "repeat", "words": 0})
        await self.play(self, turn)
        self.done.add(turn["message_id"])
        return web.json_response({"status": "done", "words": 1})

    async def say(self, turn: dict[str, Any], *texts: str, choices: tuple[Choice, ...] = ()) -> list[str | None]:
        """As Rasa's output channel does; gives why each word was refused, if it was."""
        refused = []
        for number, text in enumerate(texts, 1):
            word = Word(
                turn["conversation_id"],
                Speaker.BOT,
                text,
                f"{turn['message_id']}:{number}",
                exchange_id=turn["message_id"],
                choices=choices if number == len(texts) else (),
                article_id="shipping-fee",
                meta={"decision": "answer"},
            )
            refused.append((await self.stream.append(word)).refused)
        return refused


SOLVED = (Choice("はい", "/solved"), Choice("いいえ", "/not_solved"), Choice("担当者と話す", "/request_agent"))


async def answer(connector: Connector, turn: dict[str, Any]) -> None:
    await connector.say(turn, f"「{turn['text']}」へのお答えです。", "解決しましたか？", choices=SOLVED)


def publish(redis_url: str, number: int, articles: list[Article]) -> Release:
    by_id = {article.id: article for article in articles}
    made = Release(number, by_id, datetime.now(timezone.utc), "試験", "試験", content_hash(by_id))
    client = redis.from_url(redis_url)
    client.set(kb_keys.release(number), made.to_json())
    client.set(kb_keys.LIVE, number)
    client.publish(kb_keys.CHANGED, number)
    client.close()
    return made


def article(id: str, title: str, phrasings: tuple[str, ...], web: str, **fields: Any) -> Article:
    answer = Answer(web=web, sms=web, speech=web)
    return Article(id=id, title=title, phrasings=phrasings, answer=answer, **({"category": "配送"} | fields))


ARTICLES = [
    article(
        "shipping-fee",
        "送料はいくらですか？",
        ("送料を教えて", "配送料はかかりますか"),
        "全国一律**550円**です。",
        related=("delivery-days", "staff-refund"),
    ),
    article(
        "delivery-days",
        "何日で届きますか？",
        ("いつ届く", "配送日数を知りたい"),
        "通常1〜3日で届きます。[追跡](https://shop.tsubame-seikatsudo.example/track)",
    ),
    article(
        "legal-matter",
        "弁護士から連絡させます",
        ("訴えます", "法的手続きを取ります"),
        "",
        scope=Scope.HAND_OFF,
        reason="complex_topic",
    ),
    article("staff-refund", "例外的な返金の手順", ("返金の例外",), "上長の承認を得る。", scope=Scope.STAFF_ONLY),
]


def always_open(engine: sa.engine.Engine) -> None:
    whole_day = (Window("00:00", "24:00"),)
    calendar_store.save(engine, (ANY, ANY), Schedule(dict.fromkeys((*WEEKDAYS, HOLIDAY), whole_day), {}), 0)


class Page:
    """One tab of a browser."""

    def __init__(self, client: Client, token: str, conversation_id: str) -> None:
        self.client, self.token, self.conversation_id = client, token, conversation_id
        self.seen: list[dict[str, Any]] = []
        self.ws: Any = None

    async def connect(self, since: int = 0) -> Page:
        self.ws = await self.client.ws_connect("/api/web/socket", headers=ORIGIN)
        await self.ws.send_json({"type": "hello", "v": 1, "token": self.token, "since": since})
        return self

    async def send(self, **frame: Any) -> None:
        await self.ws.send_json(frame)

    async def ask(self, text: str) -> str:
        message_id = str(uuid.uuid4())
        await self.send(type="message", id=message_id, text=text)
        return message_id

    async def until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Reads frames up to the first that fits; all are kept in `seen`."""
        while True:
            frame = json.loads(await asyncio.wait_for(self.ws.receive_str(), 20))
            self.seen.append(frame)
            if wanted(frame):
                return frame

    async def word(self, text: str) -> dict[str, Any]:
        """The shown message that contains this text."""
        return await self.until(lambda frame: frame["type"] == "message" and text in frame["text"])

    async def kind(self, kind: str) -> dict[str, Any]:
        return await self.until(lambda frame: frame["type"] == kind)

    @property
    def messages(self) -> list[tuple[int, str, str]]:
        return [(f["seq"], f["from"], f["text"]) for f in self.seen if f["type"] == "message"]


async def session(client: Client, **body: Any) -> dict[str, Any]:
    async with client.post("/api/web/sessions", json=body, headers=ORIGIN) as answer:
        assert answer.status == 201, await answer.text()
        opened: dict[str, Any] = await answer.json()
        return opened


async def page(client: Client, **body: Any) -> Page:
    opened = await session(client, **body)
    return await Page(client, opened["token"], opened["conversation_id"]).connect()


def door_in(client: Client) -> Door:
    assert client.app is not None
    return client.app[DOOR]


async def press(tab: Page, offered: list[dict[str, Any]], title: str) -> None:
    payload = next(choice["payload"] for choice in offered if choice["title"] == title)
    await tab.send(type="choice", id=str(uuid.uuid4()), payload=payload)
