"""The desk in process, a customer's side of the stream, and staff who sign in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from aiohttp.test_utils import TestClient
from yarl import URL

from conversation.words import Choice, Kind, Speaker, Word
from desk import store
from desk.page import DESK, Desk
from desk.staff import Role, User
from handoff.ticket import Packet, Reason, Ticket

PASSWORD = "correct horse 42"
PACKET = Packet(
    question="届いた鍋が割れていました",
    evidence=("「解決しない」と2回回答",),
    candidates=(
        {"article_id": "defective-item", "title": "届いた商品が壊れていた・不良品でした", "probability": 0.62},
        {"article_id": "return-how", "title": "返品の手続き方法を教えてください", "probability": 0.21},
    ),
    shown=({"article_id": "return-how", "title": "返品の手続き方法を教えてください", "verdict": "not_solved"},),
    facts=({"name": "ご注文番号", "value": "【注文番号】", "confirmed": False},),
    page="https://shop.example/orders/42",
)


@dataclass
class Floor:
    """What tests do around one desk."""

    client: TestClient[Any, Any]

    @property
    def desk(self) -> Desk:
        return self.client.app[DESK]  # type: ignore[union-attr]

    @property
    def origin(self) -> str:
        return str(self.client.make_url("/").origin())

    def add(self, name: str, *roles: Role, display_name: str = "") -> User:
        return store.add_user(self.desk.engine, name, display_name or name, PASSWORD, roles)

    async def post(self, path: str, follow: bool = False, **fields: Any) -> Any:
        """As a form of one of the desk's pages would."""
        data = {"csrf": await self.csrf(), **fields}
        return await self.client.post(path, data=data, headers={"Origin": self.origin}, allow_redirects=follow)

    async def csrf(self) -> str:
        async with self.client.get("/login", allow_redirects=True) as answer:
            return csrf_of(await answer.text())

    async def sign_in(self, name: str, password: str = PASSWORD) -> Any:
        fields = {"name": name, "password": password}
        return await self.client.post("/login", data=fields, headers={"Origin": self.origin}, allow_redirects=False)

    def forget_cookies(self) -> None:
        self.client.session.cookie_jar.clear()

    def cookies(self) -> dict[str, str]:
        jar = self.client.session.cookie_jar.filter_cookies(URL(self.origin))
        return {name: cookie.value for name, cookie in jar.items()}

    async def customer(self, cid: str, text: str, message_id: str) -> Word:
        await self.desk.stream.append(Word(cid, Speaker.CUSTOMER, text, message_id))
        return (await self.desk.stream.since(cid))[-1]

    async def bot(self, cid: str, text: str, message_id: str, **more: Any) -> None:
        await self.desk.stream.append(Word(cid, Speaker.BOT, text, message_id, **more))

    async def ticket(self, cid: str = "c1", **more: Any) -> Ticket:
        """A customer who asked, got an answer that did not help, and waits for a person."""
        await self.customer(cid, "届いた鍋が割れていました", f"{cid}-1")
        yes_no = (Choice("はい", "/solved"), Choice("いいえ", "/not_solved"))
        await self.bot(
            cid,
            "返品は**8日以内**に[こちら](https://shop.example/r)から承ります。",
            f"{cid}-1:0",
            article_id="return-how",
        )
        await self.bot(cid, "解決しましたか？", f"{cid}-1:1", choices=yes_no)
        await self.desk.stream.append(
            Word(cid, Speaker.CUSTOMER, "いいえ", f"{cid}-2", kind=Kind.CHOICE, meta={"command": "/not_solved"})
        )
        options: dict[str, Any] = {"channel": "web", "reason": Reason.REPEATED_MISS, "packet": PACKET}
        return await self.desk.queue.open(cid, exchange_id=f"{cid}-2", **(options | more))


def csrf_of(page: str) -> str:
    found = re.search(r'<meta name="csrf" content="([^"]*)">', page)
    return found.group(1) if found else ""
