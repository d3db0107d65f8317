"""An agent calls a customer who booked a callback: their own telephone first, then the customer's."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

import pytest
import sqlalchemy as sa

from channels.simulate.call import Call
from channels.simulate.twilio import Twilio
from handoff import callback_store, calling, keys
from handoff.callback_store import CallbackState, Result
from handoff.contact import Contact
from handoff.ticket import Reason, State, Ticket
from settings import Settings
from stores import open_sql
from tests.channels.twilio.conftest import OpenLine
from tests.channels.twilio.phone_room import YAMADA, PhoneRoom, of_state

pytestmark = pytest.mark.usefixtures("release", "connector")
CUSTOMER = "+819033334444"
Due = Callable[..., Awaitable[Ticket]]


@pytest.fixture
def engine(settings: Settings) -> sa.engine.Engine:
    return open_sql(settings.database_url)


@pytest.fixture
def due(engine: sa.engine.Engine) -> Due:
    """A callback of a customer of the web chat, whose time has come and whom an agent has claimed."""

    async def booked(phones: PhoneRoom, phone: str = YAMADA) -> Ticket:
        await phones.agent("yamada", phone)
        opened = await phones.queue.open("c1", channel="web", exchange_id="x1", reason=Reason.CUSTOMER_REQUEST)
        at = int(time.time())
        callback_store.book(engine, opened.number, "c1", "general", at, 2, at)
        contact = Contact("ヤマダ ハナコ", CUSTOMER)
        await phones.stream.redis.set(keys.contact("c1", opened.number), contact.to_json())
        await phones.queue.book_callback(opened.number, float(at))
        await phones.queue.call_now(opened.number)
        return await phones.queue.claim(opened.number, "yamada", "山田")

    return booked


async def rings(phones: PhoneRoom, ticket: Ticket, wish_id: str = "w1") -> Call:
    await calling.wish(phones.stream, ticket, wish_id)
    return await phones.twilio.next_call()


async def told(phones: PhoneRoom) -> list[str]:
    return [one["what"] for one in of_state(await phones.stream.since("c1"), "call_out")]


async def until_told(phones: PhoneRoom, what: str) -> None:
    async for _ in phones.stream.feed_from("0"):
        if what in await told(phones):
            return


async def test_they_talk_and_it_is_recorded_as_reached(phones: PhoneRoom, due: Due, engine: sa.engine.Engine) -> None:
    ticket = await due(phones)
    agent = await rings(phones, ticket)
    assert (agent.to, agent.sender) == (YAMADA, phones.twilio.voice_number)
    assert (await agent.answer())[0].startswith("ツバメ生活堂、折り返しのお電話です。ヤマダ ハナコ様に")
    await agent.press("1")
    customer = await phones.twilio.next_call()
    assert (customer.to, customer.sender) == (CUSTOMER, phones.twilio.voice_number)
    await customer.answer()
    assert customer.bridged_with is agent and customer.heard == []
    await customer.hang_up()
    assert "お客様との通話が終わりました" in "".join(agent.heard) and agent.state == "ended"
    known = callback_store.of_ticket(engine, ticket.number)
    assert known and known.state is CallbackState.DONE
    assert [(one.by, one.result) for one in known.attempts] == [("yamada", Result.CONNECTED)]
    found = await phones.queue.get(ticket.number)
    assert found and (found.state, found.conversation_id) == (State.ASSIGNED, "c1")  # the same talk goes on
    assert await told(phones) == ["asked", "connected"]


@pytest.mark.parametrize("result", ["no_answer", "busy"])
async def test_who_is_not_reached_is_called_again_later(
    phones: PhoneRoom, due: Due, engine: sa.engine.Engine, result: str
) -> None:
    ticket = await due(phones)
    agent = await rings(phones, ticket)
    await agent.answer()
    await agent.press("1")
    customer = await phones.twilio.next_call()
    await getattr(customer, result)()
    known = callback_store.of_ticket(engine, ticket.number)
    assert known and [one.result.value for one in known.attempts] == [result]
    assert known.state is CallbackState.ATTEMPTED
    found = await phones.queue.get(ticket.number)
    assert found and found.booked and found.owner is None
    assert "記録しました" in agent.heard[-1] and agent.state == "ended"


async def test_a_number_that_cannot_be_called_is_no_attempt(
    phones: PhoneRoom, due: Due, engine: sa.engine.Engine
) -> None:
    ticket = await due(phones)
    agent = await rings(phones, ticket)
    await agent.answer()
    await agent.press("1")
    await (await phones.twilio.next_call()).fail()
    known = callback_store.of_ticket(engine, ticket.number)
    assert known and known.attempts == () and await told(phones) == ["asked", "customer_failed"]


async def test_an_agent_who_does_not_press_1_calls_nobody(phones: PhoneRoom, due: Due) -> None:
    ticket = await due(phones)
    agent = await rings(phones, ticket)
    await agent.answer()
    await agent.silence()
    assert agent.state == "ended" and len(phones.twilio.calls) == 1
    assert await told(phones) == ["asked", "agent_declined"]
    again = await rings(phones, ticket, "w2")
    await again.no_answer()
    assert (await told(phones))[-1] == "agent_no_answer"
    found = await phones.queue.get(ticket.number)
    assert found and found.state is State.ASSIGNED  # still theirs: they may try again


@pytest.mark.parametrize(("phone", "fails", "why"), [("", 0, "no_number"), (YAMADA, 1, "agent_failed")])
async def test_who_cannot_be_called_themselves_is_told_why(
    phones: PhoneRoom, due: Due, phone: str, fails: int, why: str
) -> None:
    ticket = await due(phones, phone)
    phones.twilio.fail_next(fails, 500)
    await calling.wish(phones.stream, ticket, "w1")
    await until_told(phones, why)
    assert phones.twilio.calls == []


async def test_a_talk_that_is_somebody_elses_by_now_calls_nobody(phones: PhoneRoom, due: Due) -> None:
    ticket = await due(phones)
    agent = await rings(phones, ticket)
    await phones.queue.release(ticket.number, "yamada")
    assert "もう必要なくなりました" in "".join(await agent.answer()) and agent.state == "ended"
    assert len(phones.twilio.calls) == 1


async def test_what_the_customer_must_hear_comes_first(
    line: OpenLine, room: Callable[[Twilio], PhoneRoom], due: Due
) -> None:
    phones = room(await line(voice_recording=True))
    agent = await rings(phones, await due(phones))
    await agent.answer()
    await agent.press("1")
    customer = await phones.twilio.next_call()
    assert "録音しております" in "".join(await customer.answer())
    assert customer.bridged_with is agent
    await customer.hang_up()
    ((sid, made),) = phones.twilio.recordings.kept.items()
    assert of_state(await phones.stream.since("c1"), "recording") == [{"sid": sid, "seconds": made.seconds}]
