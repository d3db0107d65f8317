"""The journey by SMS: through the real processes, between a stand-in for Twilio and an agent at the desk."""

from __future__ import annotations

import asyncio
import json
import re
import time
from typing import Any

from nihongo.manner import said
from nihongo.plain import plain
from run.product import Product
from tests.journeys.line import Line
from tests.journeys.people import Agent
from tests.journeys.rows import rows


async def test_from_a_question_to_a_persons_reply(product: Product, line: Line, agent: Agent) -> None:
    told = await line.text("送料はいくらですか", "解決しましたか")
    assert told.startswith("【ツバメ生活堂】") and "円" in told and "2 いいえ" in told
    told = await line.text("２", "担当者と話す")
    number = next(one[0] for one in told.split("\n") if one.endswith("担当者と話す"))
    told = await line.text(number, "受付番号は")
    assert "画面" not in told

    ticket = await line.queue.of_conversation(await line.conversation())
    assert ticket and ticket.channel == "sms"
    page = await agent.claim(ticket.number)
    assert "SMS" in page and "送料はいくらですか" in page and "data-sms-cost" in page
    await line.gets("担当の山田が承ります")
    await agent.open(ticket.number)
    await agent.say("石垣島へは1,650円でございます。")
    await line.gets("【ツバメ生活堂】山田：石垣島へは1,650円でございます。")
    await line.twilio.text("ありがとうございます", sender=line.number)
    await agent.reads("ありがとうございます")
    status, _ = await agent.press(f"/inbox/{ticket.number}/return")
    assert status == 200
    await line.gets("「はい」か「いいえ」でご返信ください")
    await line.twilio.until(lambda: all(one.status == "delivered" for one in line.twilio.sent), 40)

    found = await _rows(product, line, 4)
    assert {row["channel"] for row in found} == {"sms"}
    assert [row["outcome"] for row in found] == ["answered", "action", "handed_off", "with_agent"]
    sent = _bare("".join(line.texts))
    for row in found:
        for answer in json.loads(row["answers"]):
            told = _bare(said(plain(answer["text"], links=True), "sms"))
            assert all(piece in sent for piece in re.split("【.+?】", told)), answer  # names are masked in the rows


async def test_a_yes_to_several_choices_is_asked_which(product: Product, line: Line) -> None:
    offered = _numbered(await line.text("配送", "どれでしょうか"))
    assert len(offered) > 2 and offered[-1].endswith("どれでもない")
    for _ in range(2):
        again = await line.text("はい", "番号でご返信ください")
        assert "承知しました" not in again and _numbered(again) == offered
    await line.text("1", "解決しましたか")
    found = await _rows(product, line, 4)
    assert [row["outcome"] for row in found] == ["clarified", "clarified", "clarified", "answered"]


async def test_after_it_was_asked_again_none_of_them_may_be_meant(line: Line) -> None:
    await line.text("配送", "どれでしょうか")
    await line.text("はい", "番号でご返信ください")
    await line.text("いいえ", "お探しのご案内が見つかりませんでした")


def _numbered(text: str) -> list[str]:
    return [line for line in text.split("\n") if re.match(r"\d ", line)]


async def test_stop_is_honoured(product: Product, line: Line) -> None:
    await line.text("送料はいくらですか", "解決しましたか")
    (confirmed,) = (await line.twilio.text("配信停止", sender=line.number)).messages
    assert "停止しました" in confirmed
    count = len(line.texts)
    await line.twilio.text("返品したい", sender=line.number)
    await _rows(product, line, 2)  # it was heard and answered, but nothing sent
    assert len(line.texts) == count
    (confirmed,) = (await line.twilio.text("再開", sender=line.number)).messages
    await line.text("返品したい", "返品")


def _bare(text: str) -> str:
    return "".join(text.replace("【ツバメ生活堂】", "").replace("山田：", "").split())


async def _rows(product: Product, line: Line, count: int) -> list[dict[str, Any]]:
    """The conversation's rows, once the writer has so many and all are answered."""
    name = await line.conversation()
    deadline = time.monotonic() + 60
    while True:
        found = await asyncio.to_thread(rows, product, name)
        if len(found) >= count and all(json.loads(row["answers"]) for row in found):
            return found
        assert time.monotonic() < deadline, found
        await asyncio.sleep(0.1)
