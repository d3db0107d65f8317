"""SMS through the door: questions and answers, forged and doubled webhooks, what cannot be read."""

from __future__ import annotations

import asyncio
import time

import pytest

from channels.simulate.numbers import new_sid
from channels.simulate.signing import Forgery
from channels.simulate.twilio import Twilio
from conversation.stream import ConversationStream
from handoff.queue import Queue
from handoff.ticket import Packet, Reason
from stores import AsyncRedis, open_redis
from tests.channels.staging import Connector, OpenDoor, door_in
from tests.channels.twilio.texting import CUSTOMER, NAME, MovedClock, OpenLine, beside, got, outbox, talks

pytestmark = pytest.mark.usefixtures("release", "connector")
SOLVED = "解決しましたか？\n1 はい\n2 いいえ\n3 担当者と話す"


async def test_a_question_is_answered_by_one_text(twilio: Twilio, connector: Connector) -> None:
    reply = await twilio.text("送料はいくら")
    assert reply.status == 200 and reply.messages == []
    assert await got(twilio, 1) == [f"{NAME}「送料はいくら」へのお答えです。\n{SOLVED}"]
    assert connector.turns[0]["channel"] == "sms"


@pytest.mark.parametrize("wrong", ["tampered", "scheme_swap", "unsigned"])
async def test_a_forged_webhook_is_refused_and_nothing_kept(
    twilio: Twilio, redis_client: AsyncRedis, wrong: str
) -> None:
    before = await redis_client.keys("*sms*")
    reply = await twilio.text("送料はいくら", **{wrong: True})  # type: ignore[arg-type]
    assert reply.status == 403 and CUSTOMER.encode() not in reply.body
    assert await redis_client.keys("*sms*") == before
    assert await redis_client.keys("conv:*") == []


async def test_another_token_or_account_is_forged(twilio: Twilio, stream: ConversationStream) -> None:
    assert (await twilio.text("停止", token="token-of-somebody-else")).status == 403
    assert (await twilio.text("停止", AccountSid="AC" + "f" * 32)).status == 403
    fields = twilio.text_fields("停止", CUSTOMER, new_sid("SM"))
    assert (await twilio.post("/twilio/sms/status?c=x&k=y", fields, Forgery(unsigned=True))).status == 403
    assert await talks(stream) == []


async def test_both_tokens_are_right_while_they_are_exchanged(line: OpenLine) -> None:
    twilio = await line(twilio_auth_token_next="token-of-the-tests-0002")
    assert (await twilio.text("送料は", token="token-of-the-tests-0002")).status == 200
    assert (await twilio.text("送料は")).status == 200


async def test_the_same_message_at_once_and_later_is_one(
    twilio: Twilio, connector: Connector, stream: ConversationStream
) -> None:
    sid = new_sid("SM")
    replies = await asyncio.gather(*(twilio.text("送料はいくら", sid=sid) for _ in range(5)))
    assert {reply.status for reply in replies} == {200}
    await got(twilio, 1)
    assert (await twilio.text("送料はいくら", sid=sid)).messages == []
    await twilio.text("いつ届く")
    assert len(await got(twilio, 2)) == 2
    assert [turn["text"] for turn in connector.turns] == ["送料はいくら", "いつ届く"]


async def test_a_message_that_comes_again_after_the_talk_was_over(
    twilio: Twilio, stream: ConversationStream, connector: Connector
) -> None:
    sid = new_sid("SM")
    await twilio.text("送料はいくら", sid=sid)
    await got(twilio, 1)
    (name,) = await talks(stream)
    await stream.set_state(name, ended_at=1)
    await twilio.text("送料はいくら", sid=sid)
    await twilio.text("いつ届く")
    assert "いつ届く" in (await got(twilio, 2))[1]
    assert len(connector.turns) == 2 and len(await talks(stream)) == 2


async def test_twenty_at_once_are_answered_in_the_order_of_their_numbers(
    twilio: Twilio, connector: Connector, stream: ConversationStream
) -> None:
    await asyncio.gather(*(twilio.text(f"質問{number}です") for number in range(20)))
    (name,) = await talks(stream)
    asked = [word.text for word in await stream.since(name) if word.asks]
    await asyncio.wait_for(twilio.until(lambda: "".join(s.body for s in twilio.sent).count("へのお答え") == 20, 20), 20)
    assert len(asked) == 20 and [turn["text"] for turn in connector.turns] == asked
    told = "".join(sent.body for sent in twilio.sent)
    assert sorted(asked, key=told.index) == asked


async def test_two_doors_send_each_text_once(twilio: Twilio, open_door: OpenDoor, stream: ConversationStream) -> None:
    await open_door(**beside(twilio))
    people = [f"+8190111122{number:02}" for number in range(10)]
    await asyncio.gather(*(twilio.text("送料は", sender=one) for one in people))
    await got(twilio, 10)
    assert sorted(sent.to for sent in twilio.sent) == people
    assert len(await outbox(stream)) == 10


async def test_what_cannot_be_read_is_told_kindly(twilio: Twilio, connector: Connector) -> None:
    await twilio.text("", media=1)
    assert "写真やファイルをお受け取りできません" in (await got(twilio, 1))[0]
    await twilio.text("   ")
    assert "読み取れませんでした" in (await got(twilio, 2))[1]
    await twilio.text("長" * 1200)
    assert "1200文字" in (await got(twilio, 3))[2]
    assert connector.turns == []

    def said() -> str:
        return "".join(sent.body for sent in twilio.sent[3:])

    await twilio.text("この傷は返品できますか", media=2)
    await twilio.until(lambda: "返品できますか" in said() and "写真やファイル" in said())


async def test_too_many_messages_are_told_once(line: OpenLine, stream: ConversationStream) -> None:
    twilio = await line(session_messages_per_minute=2)
    for number in range(6):
        await twilio.text(f"質問{number}")
    (name,) = await talks(stream)
    notices = [word.text for word in await stream.since(name) if word.meta.get("notice") == "sms"]
    assert len(notices) in (1, 2)  # two where the minute changed in between
    assert "少し待ってから" in notices[0]


async def test_letters_of_a_phone_are_understood(twilio: Twilio, connector: Connector) -> None:
    await twilio.text("送料は？😀𠮷野家　ｿｳﾘｮｳ")
    assert NAME in (await got(twilio, 1))[0]
    assert "😀𠮷野家" in connector.turns[0]["text"]


async def test_redis_away_is_answered_at_once_in_japanese(line: OpenLine, monkeypatch: pytest.MonkeyPatch) -> None:
    twilio = await line()
    door = door_in(twilio.door)  # type: ignore[attr-defined]
    own = door.redis.connection_pool
    monkeypatch.setattr(door.redis, "connection_pool", open_redis("redis://127.0.0.1:9/0").connection_pool)
    reply = await twilio.text("送料はいくら")
    assert reply.status == 200
    (said,) = reply.messages
    assert said.startswith(NAME) and "ただいま受付ができません" in said and "0120" in said
    monkeypatch.setattr(door.redis, "connection_pool", own)


async def test_a_choice_is_made_by_number_or_word(twilio: Twilio, connector: Connector) -> None:
    for count, typed in enumerate(("1", "１", "一", "「1番」", "はい", "ハイ", "１ばん"), 1):
        await twilio.text("送料はいくら")
        await got(twilio, 2 * count - 1)
        await twilio.text(typed)
        await got(twilio, 2 * count)
        assert connector.turns[-1]["command"] == "/solved", typed


async def test_the_same_sender_goes_on_in_the_same_conversation(
    line: OpenLine, stream: ConversationStream, queue: Queue
) -> None:
    clock = MovedClock(time.time())
    twilio = await line(clock)
    await twilio.text("送料はいくら")
    clock.now += 23 * 3600
    await twilio.text("いつ届く")
    assert len(await talks(stream)) == 1
    clock.now += 25 * 3600
    await twilio.text("返品したい")
    assert len(await talks(stream)) == 2
    await twilio.text("返品したい", To="+815099998888")
    await twilio.text("返品したい", sender="+819055556666")
    assert len(await talks(stream)) == 4


async def test_a_conversation_with_an_open_ticket_goes_on_however_long(
    line: OpenLine, stream: ConversationStream, queue: Queue
) -> None:
    clock = MovedClock(time.time())
    twilio = await line(clock)
    await twilio.text("送料はいくら")
    await got(twilio, 1)
    (name,) = await talks(stream)
    await queue.open(name, channel="sms", exchange_id="x", reason=Reason.CUSTOMER_REQUEST, packet=Packet())
    clock.now += 80 * 3600
    await twilio.text("まだですか")
    assert await talks(stream) == [name]
