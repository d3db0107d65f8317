"""What the tests of SMS share: what the customer got, and the outbox as it comes to be."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from channels.simulate.twilio import Twilio
from conversation.stream import ConversationStream
from conversation.texts import State, Text, Texts

OpenLine = Callable[..., Awaitable[Twilio]]
NAME = "【ツバメ生活堂】"
CUSTOMER = "+819012345678"


async def got(twilio: Twilio, count: int) -> list[str]:
    """The texts that the customer got, as soon as there are so many."""
    await asyncio.wait_for(twilio.until(lambda: len(twilio.sent) >= count, 20), 20)
    return [sent.body for sent in twilio.sent]


async def talks(stream: ConversationStream) -> list[str]:
    """All conversations by SMS, in the order of their opening."""
    found = [key[len("conv:{") : -1] async for key in stream.redis.scan_iter("conv:{sms-*}")]
    opened = {name: float((await stream.state(name))["opened_at"]) for name in found}
    return sorted(opened, key=lambda name: opened[name])


async def outbox(stream: ConversationStream) -> list[Text]:
    """The texts of all conversations."""
    return [text for name in await talks(stream) for text in await Texts(stream).all(name)]


async def until(stream: ConversationStream, wanted: Callable[[list[Text]], bool]) -> list[Text]:
    """The outbox once it is as wanted. Looked at again and again: that a text is queued is told to nobody."""

    async def looking() -> list[Text]:
        while True:
            if wanted(found := await outbox(stream)):
                return found
            await asyncio.sleep(0.02)

    return await asyncio.wait_for(looking(), 25)


def states(*wanted: State) -> Callable[[list[Text]], bool]:
    return lambda texts: tuple(text.state for text in texts) == wanted


class MovedClock:
    """A door's clock that the test sets."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def beside(twilio: Twilio) -> dict[str, Any]:
    """Settings of another door behind the same Twilio."""
    return {
        "twilio_account_sid": twilio.account_sid,
        "twilio_auth_token": twilio.webhooks.auth_token,
        "twilio_sender": twilio.sms_number,
        "twilio_voice_number": twilio.voice_number,
        "twilio_api_base_url": twilio.url,
        "public_url": twilio.webhooks.public_url,
    }
