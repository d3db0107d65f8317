"""A message after the tone goes into the ticket, whether the caller ends it with # or simply hangs up."""

from __future__ import annotations

from typing import Any

import pytest

from channels.simulate.call import Call
from conversation.words import Speaker
from handoff.queue import Queue
from handoff.ticket import Reason, Ticket
from tests.channels.staging import Connector
from tests.channels.twilio.conftest import ROADS
from tests.channels.twilio.phone_room import PACKET, PhoneRoom

pytestmark = [pytest.mark.usefixtures("release", "connector"), ROADS]


@pytest.fixture(autouse=True)
def at_night(connector: Connector) -> None:
    """Nobody is there: whoever asks for a person leaves a message."""

    async def play(connector: Connector, turn: dict[str, Any]) -> None:
        queue = Queue(connector.stream.redis, connector.stream)
        opened = await queue.open(
            turn["conversation_id"],
            channel="voice",
            exchange_id=turn["message_id"],
            reason=Reason.CUSTOMER_REQUEST,
            packet=PACKET,
            after_hours=True,
        )
        await queue.ask_message(opened.number)

    connector.play = play


async def tone(phones: PhoneRoom) -> tuple[Call, Ticket]:
    call = await phones.twilio.call()
    await call.press("0")
    assert call.state == "recording" and "発信音のあとに" in "".join(call.heard), call.transcript()
    return call, await phones.ticket(call)


@pytest.mark.parametrize("ends", ["#", "hangup"])
async def test_it_is_kept_with_the_ticket(phones: PhoneRoom, ends: str) -> None:
    call, _ = await tone(phones)
    await call.record(seconds=12, digits=ends)
    ticket = await phones.until_ticket(call, "waiting")
    assert ticket.message_left
    said = next(word for word in await phones.words(call) if word.seq == ticket.message_seq)
    ((sid, _made),) = phones.twilio.recordings.kept.items()
    assert (said.speaker, said.text) == (Speaker.CUSTOMER, "留守番電話の録音（12秒）")
    assert said.meta["recording"] == {"sid": sid, "seconds": 12}
    if ends == "#":
        assert "ご伝言を承りました" in "".join(call.heard)
        await call.hang_up()


async def test_nothing_said_is_asked_once_more(phones: PhoneRoom) -> None:
    call, _ = await tone(phones)
    await call.record(seconds=0)
    assert call.state == "recording" and not (await phones.ticket(call)).message_left
    await call.record(seconds=3, digits="#")
    assert (await phones.ticket(call)).message_left
    await call.hang_up()


async def test_who_hangs_up_at_the_tone_is_not_put_to_anybody(phones: PhoneRoom) -> None:
    """No recording comes: the clock lets them go."""
    call, ticket = await tone(phones)
    await call.hang_up()
    assert (await phones.ticket(call)).message_wanted
    assert await phones.stream.present([ticket.conversation_id]) == [False]
