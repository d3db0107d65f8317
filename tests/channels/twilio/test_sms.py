"""SMS through the door: a question, its answer as one text, keywords, forged and doubled webhooks."""

from __future__ import annotations

import asyncio

import pytest

from channels.simulate.twilio import Twilio
from tests.channels.staging import Connector

pytestmark = pytest.mark.usefixtures("release", "connector")
NAME = "【ツバメ生活堂】"


async def texts(twilio: Twilio, count: int) -> list[str]:
    """The first texts that the customer got."""
    await asyncio.wait_for(twilio.until(lambda: len(twilio.sent) >= count), 20)
    return [sent.body for sent in twilio.sent]


async def test_a_question_is_answered_by_one_text(twilio: Twilio, connector: Connector) -> None:
    reply = await twilio.text("送料はいくら")
    assert reply.status == 200 and reply.messages == []
    assert await texts(twilio, 1) == [
        f"{NAME}「送料はいくら」へのお答えです。\n解決しましたか？\n1 はい\n2 いいえ\n3 担当者と話す"
    ]
    assert connector.turns[0]["channel"] == "sms"
