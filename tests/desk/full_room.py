"""A desk on an ordinary afternoon: who waits, who talks, what was booked and what is left to do."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from conversation.keys import presence
from conversation.words import Choice, Kind, Speaker, Word
from desk import canned_store
from desk.app import make_app
from desk.staff import Role, User
from handoff import callback_store
from handoff import store as records
from handoff.__main__ import seed
from handoff.agents import Agent, Work
from handoff.contact import Contact
from handoff.keys import contact as contact_key
from handoff.ledger import Ledger
from handoff.queue_settings import QueueSettings
from handoff.ticket import Packet, Reason, Ticket
from kb.publish import publish
from nihongo import japan_time
from nihongo.japan_time import today
from settings import ROOT, Settings
from stores import open_redis_sync
from tests.desk.room import Floor
from voc import tables as _voc_tables  # noqa: F401 (its tables are made with the others)

_MINUTE = 60
_FIRST_HOURS = 4 * 3600  # the oldest of what is told began three hours ago


@dataclass
class Shifted:
    """The desk's clock, some seconds ago while the room is filled. In the first hours of a day it is ahead, or what the
    day has brought so far would have been yesterday."""

    ago: float = 0.0
    ahead: float = field(default_factory=lambda: max(0.0, _FIRST_HOURS - _since_midnight()))

    def __call__(self) -> float:
        return time.time() + self.ahead - self.ago


def _since_midnight() -> float:
    now = japan_time.now()
    return (now - now.replace(hour=0, minute=0, second=0, microsecond=0)).total_seconds()


@dataclass
class FullRoom:
    """`tickets` by name: broken, delivery, sizes (agent yamada's), waiting, soon, abuse, called, written, others."""

    floor: Floor
    clock: Shifted
    users: dict[str, User] = field(default_factory=dict)
    tickets: dict[str, Ticket] = field(default_factory=dict)

    async def fill(self) -> FullRoom:
        desk = self.floor.desk
        await asyncio.to_thread(seed, desk.settings)
        await asyncio.to_thread(canned_store.plant_canned, desk.engine)
        complaints = QueueSettings("care", "お客様相談室", 90, 30, reasons=("complaint_recovery",))
        await asyncio.to_thread(records.save_queue, desk.engine, complaints)
        client = open_redis_sync(desk.settings.redis_url)
        await asyncio.to_thread(publish, desk.engine, client, ROOT / "kb" / "articles", "編集", "", today())
        await self._staff()
        await self._ended()
        await self._talks()
        await self._waiting()
        await self._calls()
        self.clock.ago = 0
        ledger = Ledger(desk.redis, desk.engine)
        await ledger.prepare()
        await ledger.write()
        return self

    async def _staff(self) -> None:
        self.clock.ago = 180 * _MINUTE
        people = {"yamada": "山田", "suzuki": "鈴木", "sato": "佐藤", "kato": "加藤"}
        for name, shown in people.items():
            roles = [Role.AGENT, Role.SUPERVISOR] if name == "kato" else [Role.AGENT]
            user = self.users[name] = self.floor.add(name, *roles, display_name=shown)
            work, code = (Work.BREAK, "lunch") if name == "sato" else (Work.READY, "")
            await self.floor.desk.agents.here(user.id)
            await self.floor.desk.agents.set(Agent(user.id, shown), work, code)
            records.record_work(self.floor.desk.engine, user.id, work.value, code, self.clock())
        self.users["kanri"] = self.floor.add("kanri", *Role, display_name="中村")

    async def ask(self, cid: str, minutes: float, question: str, answer: str = "", **more: Any) -> Ticket:
        """Somebody asked the bot, and some minutes ago a person."""
        self.clock.ago = (minutes + 1) * _MINUTE
        await self.floor.customer(cid, question, f"{cid}-1")
        if answer:
            await self.floor.bot(cid, answer, f"{cid}-1:0", article_id="return-how")
            choices = (
                Choice("はい", "/solved"),
                Choice("いいえ", "/not_solved"),
                Choice("担当者と話す", "/request_agent"),
            )
            await self.floor.bot(cid, "解決しましたか？", f"{cid}-1:1", choices=choices)
            said = Word(cid, Speaker.CUSTOMER, "いいえ", f"{cid}-2", Kind.CHOICE, meta={"command": "/not_solved"})
            await self.floor.desk.stream.append(said)
        self.clock.ago = minutes * _MINUTE
        await self.floor.desk.redis.set(presence(cid), "1")
        options: dict[str, Any] = {"channel": "web", "reason": Reason.REPEATED_MISS}
        options |= {"packet": Packet(question=question, page="https://shop.example/help")} | more
        return await self.floor.desk.queue.open(cid, exchange_id=f"{cid}-1", **options)

    async def take(self, ticket: Ticket, who: str) -> None:
        user = self.users[who]
        await self.floor.desk.queue.claim(ticket.number, user.id, user.display_name)

    async def say(self, ticket: Ticket, who: str, text: str) -> None:
        cid, count = ticket.conversation_id, len(await self.floor.desk.stream.since(ticket.conversation_id))
        speaker = Speaker.CUSTOMER if who == "customer" else Speaker.AGENT
        meta = {} if who == "customer" else {"agent": self.users[who].display_name, "ticket": ticket.number}
        await self.floor.desk.stream.append(Word(cid, speaker, text, f"{cid}-said-{count}", meta=meta))

    async def close(self, ticket: Ticket, who: str, disposition: str, note: str) -> None:
        self.clock.ago -= 6 * _MINUTE
        user, category = self.users[who], "配送/配送状況/遅延"
        await self.floor.desk.queue.end_talk(ticket.number, user.id)
        self.clock.ago -= 1 * _MINUTE
        solved = disposition != "follow_up"
        await self.floor.desk.queue.close(ticket.number, user.id, disposition, note, solved, category)

    async def _ended(self) -> None:
        """What the day has brought so far."""
        past = [
            (170, "送料はいくらですか", "resolved", "送料のご案内"),
            (140, "ポイントが反映されません", "follow_up", "翌営業日に反映を確かめて連絡"),
            (110, "領収書の宛名を変えたい", "informed", "マイページの手順をご案内"),
            (95, "配送日を早めてほしい", "resolved", "翌日の午前へ変更"),
            (80, "クーポンが使えません", "resolved", "期限切れのご説明、再発行"),
            (60, "注文した覚えのない品が届いた", "follow_up", "倉庫に確認のうえ、明日ご連絡"),
        ]
        for number, (minutes, question, disposition, note) in enumerate(past):
            complaint = {"reason": Reason.COMPLAINT_RECOVERY, "priority": 5} if number == 5 else {}
            ticket = await self.ask("broken" if number == 2 else f"past-{number}", minutes, question, **complaint)
            self.clock.ago -= (20 + 25 * number) if number != 4 else 150
            await self.take(ticket, ("yamada", "suzuki")[number % 2])
            await self.close(ticket, ("yamada", "suzuki")[number % 2], disposition, note)

    async def _talks(self) -> None:
        wrong = ({"article_id": "return-how", "title": "返品の手続き方法を教えてください", "verdict": "not_solved"},)
        near = (
            {"article_id": "defective-item", "title": "届いた商品が壊れていた・不良品でした", "probability": 0.62},
            {"article_id": "return-how", "title": "返品の手続き方法を教えてください", "probability": 0.21},
        )
        facts = ({"name": "ご注文番号", "value": "【注文番号】", "confirmed": False},)
        packet = Packet(
            "届いた鍋が割れていました", ("「解決しない」と2回回答",), near, wrong, facts, tried=("rephrase",)
        )
        answer = "返品は**8日以内**に[返品の窓口](https://shop.example/r)から承ります。"
        broken = await self.ask("broken", 14, "届いた鍋が割れていました", answer, packet=packet)
        self.clock.ago -= 40
        await self.take(broken, "yamada")
        await self.say(
            broken, "yamada", "お待たせいたしました。ご不便をおかけし、申し訳ございません。お写真をお持ちでしょうか。"
        )
        self.clock.ago -= 80
        await self.say(broken, "customer", "はい、箱の写真もあります。電話は090-1234-5678です。")
        await self.say(broken, "yamada", "ありがとうございます。写真は不要です。新しい品を本日中に手配いたします。")
        await self.floor.desk.stream.set_state("broken", seen=len(await self.floor.desk.stream.since("broken")) - 1)
        await self.floor.desk.queue.note(
            broken.number, self.users["kato"].id, "加藤", "返金でもかまいません。在庫は残り2点です。", True
        )
        delivery = await self.ask("delivery", 9, "注文した棚がまだ届きません", reason=Reason.CUSTOMER_REQUEST)
        await self.take(delivery, "yamada")
        await self.say(delivery, "customer", "今日の夕方までに受け取れますか？")
        sizes = await self.ask("sizes", 6, "カーテンの丈を直してもらえますか", reason=Reason.COMPLEX_TOPIC)
        await self.take(sizes, "yamada")
        await self.say(sizes, "yamada", "丈直しは承っております。ご希望の長さをお知らせください。")
        others = await self.ask("others", 8, "解約の手続きについて", reason=Reason.POLICY_RESTRICTION)
        await self.take(others, "suzuki")
        await self.floor.desk.queue.raise_hand(others.number, self.users["suzuki"].id, True)
        self.tickets |= {"broken": broken, "delivery": delivery, "sizes": sizes, "others": others}

    async def _waiting(self) -> None:
        said = {"kind": "words", "matter": "complaint", "words": ["対応が悪い"]}
        rude = {"kind": "abuse", "category": "insult", "words": ["このクズ野郎"], "message": 1}
        angry = Packet(question="対応が悪い、このクズ野郎", signs=(said, rude))
        self.tickets["abuse"] = await self.ask("abuse", 5, "火をつけてやる", reason=Reason.ABUSE)
        self.tickets["rude"] = await self.ask(
            "rude", 3, angry.question, reason=Reason.COMPLAINT_RECOVERY, packet=angry, priority=5, queue="care"
        )
        self.tickets["waiting"] = await self.ask(
            "waiting", 2, "セール品の返品はできますか", "セール品も8日以内は承ります。"
        )
        self.tickets["soon"] = await self.ask("soon", 0.82, "ギフト包装を2つに分けたい", reason=Reason.CUSTOMER_REQUEST)

    async def _calls(self) -> None:
        """One that is to be called now, some of later, one that nobody took."""
        desk, now = self.floor.desk, time.time()
        slot = int(now) // 1800 * 1800
        for place, (cid, name, at) in enumerate(
            [
                ("called", "ヤマダ ハナコ", slot),
                ("later", "タナカ", slot + 3600),
                ("missed", "スズキ イチロウ", slot - 7200),
            ]
        ):
            ticket = await self.ask(cid, 70, "折り返しの電話がほしい", reason=Reason.CUSTOMER_REQUEST)
            callback_store.book(desk.engine, ticket.number, cid, "general", at, 2, now)
            number = Contact(name, f"+81901234567{place}").to_json()
            await desk.redis.set(contact_key(cid, ticket.number), number)
            booked = self.tickets[cid] = await desk.queue.book_callback(ticket.number, float(at))
            if at <= slot:
                await desk.callbacks.due(booked)
        await desk.callbacks.missed(self.tickets["missed"])


async def _search(*_: Any) -> list[Any]:
    """As if the language process were there."""
    return [SimpleNamespace(article_id=name) for name in ("defective-item", "return-how", "return-shipping")]


async def full_room(settings: Settings, aiohttp_client: Any) -> FullRoom:
    clock = Shifted()
    floor = Floor(await aiohttp_client(make_app(settings, clock)))
    floor.desk.language.search = _search  # type: ignore[method-assign]
    return await FullRoom(floor, clock).fill()
