"""Telephone and SMS in the journeys: a stand-in for Twilio between a customer's mobile and the product."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from channels.simulate.call import Call
from channels.simulate.twilio import Twilio
from conversation.stream import ConversationStream
from handoff.queue import Queue
from handoff.ticket import Ticket
from run.product import Product
from stores import open_redis

ACCOUNT, TOKEN, OURS = "AC" + "0123456789abcdef" * 2, "token-of-the-journeys-01", "+815012345678"
AGENTS_PHONE = "+819098765432"
SECONDS = 40


def account(port: int) -> dict[str, str]:
    """The settings of a product whose Twilio listens at this port."""
    return {
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_SENDER": OURS,
        "TWILIO_API_BASE_URL": f"http://127.0.0.1:{port}",
    }


@dataclass
class Line:
    """A customer at their mobile."""

    twilio: Twilio
    queue: Queue
    number: str = field(default_factory=lambda: f"+8190{secrets.randbelow(10**8):08}")

    async def call(self) -> Call:
        return await self.twilio.call(self.number)

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
        await self.twilio.until(lambda: awaited in "\n".join(self.texts[before:]), SECONDS)
        return "\n".join(self.texts[before:])

    async def conversation(self) -> str:
        """Of the texts."""
        async for key in self.queue.redis.scan_iter("conv:{sms-*}"):
            name = str(key[len("conv:{") : -1])
            if (await self.queue.stream.state(name)).get("customer_number") == self.number:
                return name
        raise AssertionError("no conversation")

    async def ticket(self, call: Call) -> Ticket:
        """The open one of a call, or the last that was."""
        cid = f"voice-{call.sid}"
        found = await self.queue.of_conversation(cid) or await self.queue.ended(cid, 0)
        assert found, "no ticket"
        return found


@asynccontextmanager
async def opened_line(product: Product, port: int) -> AsyncIterator[Line]:
    redis = open_redis(product.settings.redis_url)
    twilio = Twilio(ACCOUNT, TOKEN, product.door, sms_number=OURS, voice_number=OURS)
    try:
        async with twilio.running(port):
            yield Line(twilio, Queue(redis, ConversationStream(redis, product.settings.raw_text_days)))
    finally:
        await redis.aclose()
