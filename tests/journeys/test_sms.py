"""The journey by SMS: through the real processes, between a stand-in for Twilio and an agent at the desk."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import time
from collections.abc import AsyncIterator, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from channels.simulate.twilio import Twilio
from channels.twilio.manner import said
from conversation.stream import ConversationStream
from handoff.queue import Queue
from nihongo.plain import plain
from run.product import Product
from stores import open_redis
from tests.journeys import calendar
from tests.journeys.conftest import var_dir
from tests.journeys.people import Agent
from tests.journeys.rows import rows

ACCOUNT, TOKEN, OURS = "AC" + "0123456789abcdef" * 2, "token-of-the-journey-01", "+815012345678"


@pytest.fixture(scope="module")
def twilio_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory, learned: Path, twilio_port: int) -> Iterator[Product]:
    folder = tmp_path_factory.mktemp("sms")
    seed = calendar.written(folder / "calendar.yml", date.today())
    twilio = {
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_SENDER": OURS,
        "TWILIO_API_BASE_URL": f"http://127.0.0.1:{twilio_port}",
    }
    running = Product(var_dir(folder / "var", learned), CALENDAR_SEED=str(seed), **twilio)
    running.environment["PUBLIC_URL"] = running.door
    running.start()
    yield running
    assert running.stop() == 0, running.logs()


@pytest.fixture
async def phone(product: Product, twilio_port: int) -> AsyncIterator[Phone]:
    twilio = Twilio(ACCOUNT, TOKEN, product.door, sms_number=OURS)
    redis = open_redis(product.settings.redis_url)
    async with twilio.running(twilio_port):
        yield Phone(twilio, Queue(redis, ConversationStream(redis, 30)))
    await redis.aclose()


class Phone:
    """A customer with a mobile of their own for each test."""

    def __init__(self, twilio: Twilio, queue: Queue) -> None:
        self.twilio, self.queue = twilio, queue
        self.number = f"+8190{time.time_ns() // 1000 % 10**8:08}"

    @property
    def texts(self) -> list[str]:
        return [sent.body for sent in self.twilio.sent if sent.to == self.number]

    async def text(self, words: str, awaited: str) -> str:
        """What comes for this, once it has the awaited words."""
        before = len(self.texts)
        reply = await self.twilio.text(words, sender=self.number)
        assert reply.status == 200
        return await self.gets(awaited, before)

    async def gets(self, awaited: str, before: int = 0) -> str:
        await self.twilio.until(lambda: awaited in "\n".join(self.texts[before:]), 40)
        return "\n".join(self.texts[before:])

    async def conversation(self) -> str:
        async for key in self.queue.redis.scan_iter("conv:{sms-*}"):
            name = key[len("conv:{") : -1]
            if (await self.queue.stream.state(name)).get("customer_number") == self.number:
                return name
        raise AssertionError("no conversation")


async def test_from_a_question_to_a_persons_reply(product: Product, phone: Phone, agent: Agent) -> None:
    told = await phone.text("送料はいくらですか", "解決しましたか")
    assert told.startswith("【ツバメ生活堂】") and "円" in told and "2 いいえ" in told
    told = await phone.text("２", "担当者と話す")
    number = next(line[0] for line in told.split("\n") if line.endswith("担当者と話す"))
    told = await phone.text(number, "受付番号は")
    assert "画面" not in told

    ticket = await phone.queue.of_conversation(await phone.conversation())
    assert ticket and ticket.channel == "sms"
    page = await agent.claim(ticket.number)
    assert "SMS" in page and "送料はいくらですか" in page and "data-sms-cost" in page
    await phone.gets("担当の山田が承ります")
    await agent.open(ticket.number)
    await agent.say("石垣島へは1,650円でございます。")
    await phone.gets("【ツバメ生活堂】山田：石垣島へは1,650円でございます。")
    await phone.twilio.text("ありがとうございます", sender=phone.number)
    await agent.reads("ありがとうございます")
    status, _ = await agent.press(f"/inbox/{ticket.number}/return")
    assert status == 200
    await phone.gets("「はい」か「いいえ」でご返信ください")
    await phone.twilio.until(lambda: all(one.status == "delivered" for one in phone.twilio.sent), 40)

    found = await _rows(product, phone, 4)
    assert {row["channel"] for row in found} == {"sms"}
    assert [row["outcome"] for row in found] == ["answered", "action", "handed_off", "with_agent"]
    sent = _bare("".join(phone.texts))
    for row in found:
        for answer in json.loads(row["answers"]):
            told = _bare(said(plain(answer["text"], links=True), "sms"))
            assert all(piece in sent for piece in re.split("【.+?】", told)), answer  # names are masked in the rows


async def test_stop_is_honoured(product: Product, phone: Phone) -> None:
    await phone.text("送料はいくらですか", "解決しましたか")
    (confirmed,) = (await phone.twilio.text("配信停止", sender=phone.number)).messages
    assert "停止しました" in confirmed
    count = len(phone.texts)
    await phone.twilio.text("返品したい", sender=phone.number)
    await _rows(product, phone, 2)  # it was heard and answered, but nothing sent
    assert len(phone.texts) == count
    (confirmed,) = (await phone.twilio.text("再開", sender=phone.number)).messages
    await phone.text("返品したい", "返品")


def _bare(text: str) -> str:
    return "".join(text.replace("【ツバメ生活堂】", "").replace("山田：", "").split())


async def _rows(product: Product, phone: Phone, count: int) -> list[dict[str, Any]]:
    """The conversation's rows, once the writer has so many and all are answered."""
    name = await phone.conversation()
    deadline = time.monotonic() + 60
    while True:
        found = await asyncio.to_thread(rows, product, name)
        if len(found) >= count and all(json.loads(row["answers"]) for row in found):
            return found
        assert time.monotonic() < deadline, found
        await asyncio.sleep(0.1)
