"""The outbox: every way in which Twilio's API fails, and what it reports of a text afterwards."""

from __future__ import annotations

import logging
import time

import pytest

from channels.simulate.twilio import Twilio
from conversation import keys
from conversation.stream import ConversationStream
from conversation.texts import State, Text, Texts
from stores import AsyncRedis
from tests.channels.staging import OpenDoor
from tests.channels.twilio.texting import CUSTOMER, OpenLine, beside, got, outbox, states, talks, until

pytestmark = pytest.mark.usefixtures("release", "connector")
OURS = "+815012345678"


@pytest.mark.parametrize("how", [429, 500, 503, "hang", "drop", "drop_after_accepting"])
async def test_each_failure_of_the_api_ends_with_one_text(
    twilio: Twilio, stream: ConversationStream, monkeypatch: pytest.MonkeyPatch, how: int | str
) -> None:
    monkeypatch.setattr("channels.twilio.client.SECONDS", 0.5)
    twilio.fail_next(1, how)
    await twilio.text("送料はいくら")
    (text,) = await until(stream, states(State.DELIVERED))
    assert text.tries == 1 and [sent.sid for sent in twilio.sent] == [text.sid]


async def test_two_failures_one_after_the_other(twilio: Twilio, stream: ConversationStream) -> None:
    twilio.fail_next(1, 429)
    twilio.fail_next(1, "drop_after_accepting")
    await twilio.text("送料はいくら")
    (text,) = await until(stream, states(State.DELIVERED))
    assert text.tries == 2 and len(twilio.sent) == 1


async def test_texts_keep_their_order_while_one_is_tried_again(twilio: Twilio, stream: ConversationStream) -> None:
    twilio.fail_next(2, 429)
    await twilio.text("一つめの質問")
    await until(stream, lambda texts: any(text.tries for text in texts))
    await twilio.text("二つめの質問")
    first, second = await got(twilio, 2)
    assert "一つめ" in first and "二つめ" in second


async def test_an_api_that_nobody_listens_to_is_tried_again(
    line: OpenLine, stream: ConversationStream, open_door: OpenDoor
) -> None:
    twilio = await line(twilio_api_base_url="http://127.0.0.1:9")  # the discard port: connections are refused
    await twilio.text("送料はいくら")
    (text,) = await until(stream, lambda texts: any(text.tries for text in texts))
    assert text.state is State.QUEUED and twilio.sent == []
    await twilio.door.close()  # type: ignore[attr-defined]
    twilio.auto_report = False
    await open_door(**beside(twilio))
    assert len(await got(twilio, 1)) == 1


@pytest.mark.parametrize(
    ("code", "sender"), [(21610, CUSTOMER), (21614, "+81312345678"), (21211, "09012345678"), (20003, CUSTOMER)]
)
async def test_what_the_api_refuses_is_told_and_not_tried_again(
    line: OpenLine, stream: ConversationStream, code: int, sender: str
) -> None:
    twilio = await line()
    if code == 21610:
        twilio.opted_out.add(CUSTOMER)
    if code == 20003:
        twilio.api._authorization = "Basic of-another-account"
    await stream.set_state("sms-x", channel="sms", customer_number=sender, our_number=OURS, opened_at=1)
    await _put(stream, Text("00000001.0", sender, OURS, "こんにちは", seq=1))
    (text,) = await until(stream, states(State.FAILED))
    assert text.error == code and [refused.code for refused in twilio.refused] == [code]
    (told,) = [word for word in await stream.since("sms-x") if "undelivered" in word.meta]
    assert told.meta["undelivered"] == {"seq": 1, "state": "failed", "error": code} and not told.shown


async def test_a_text_that_is_too_long_for_the_api_is_told(twilio: Twilio, stream: ConversationStream) -> None:
    await stream.set_state("sms-x", channel="sms", customer_number=CUSTOMER, our_number=OURS, opened_at=1)
    await _put(stream, Text("00000001.0", CUSTOMER, OURS, "長" * 1601, seq=1))
    (text,) = await until(stream, states(State.FAILED))
    assert text.error == 21617


@pytest.mark.parametrize("taken", [True, False])
async def test_a_door_killed_while_it_was_sending(
    twilio: Twilio, stream: ConversationStream, redis_client: AsyncRedis, taken: bool
) -> None:
    """What its memory held is gone; what it left is a text that is being sent and a lease that has run out."""
    if taken:
        twilio.texts.accept({"To": CUSTOMER, "From": OURS, "Body": "前のお返事", "StatusCallback": ""})
    await stream.set_state("sms-x", channel="sms", customer_number=CUSTOMER, our_number=OURS, opened_at=1)
    await redis_client.set(keys.texter("sms-x"), "the killed door", px=300)
    left = Text("00000001.0", CUSTOMER, OURS, "前のお返事", seq=1, state=State.SENDING, at=time.time())
    await _put(stream, left)
    (text,) = await until(stream, lambda texts: bool(texts) and texts[0].state in (State.SENT, State.DELIVERED))
    assert [sent.sid for sent in twilio.sent] == [text.sid]


async def test_an_older_text_with_the_same_words_is_not_taken_for_this_one(
    twilio: Twilio, stream: ConversationStream
) -> None:
    await twilio.text("送料はいくら")
    await until(stream, states(State.DELIVERED))
    twilio.fail_next(1, 500)
    await twilio.text("送料はいくら")
    first, second = await until(stream, states(State.DELIVERED, State.DELIVERED))
    assert first.body == second.body and first.sid != second.sid and len(twilio.sent) == 2


async def test_reports_that_come_twice_and_out_of_order(twilio: Twilio, stream: ConversationStream) -> None:
    twilio.auto_report = False
    await twilio.text("送料はいくら")
    (text,) = await until(stream, states(State.SENT))
    await twilio.out_of_order(twilio.sent[0])
    answers = await twilio.report(twilio.sent[0], "delivered", times=3)
    answers += await twilio.report(twilio.sent[0], "failed", 30008)
    assert {answer.status for answer in answers} == {204}
    (text,) = await outbox(stream)
    assert text.state is State.DELIVERED and not text.error


async def test_what_the_network_cannot_deliver_is_told_once(twilio: Twilio, stream: ConversationStream) -> None:
    twilio.auto_report = False
    await twilio.text("送料はいくら")
    await until(stream, states(State.SENT))
    await twilio.report(twilio.sent[0], "undelivered", 30005, times=3)
    await twilio.report(twilio.sent[0], "delivered")
    (text,) = await outbox(stream)
    assert text.state is State.UNDELIVERED and text.error == 30005
    (name,) = await talks(stream)
    lost = [word.meta["undelivered"] for word in await stream.since(name) if "undelivered" in word.meta]
    assert lost == [{"seq": text.seq, "state": "undelivered", "error": 30005}]


async def test_a_report_of_an_unknown_text_or_state_changes_nothing(twilio: Twilio, stream: ConversationStream) -> None:
    await twilio.text("送料はいくら")
    before = await until(stream, states(State.DELIVERED))
    for query in ("c=sms-nobody&k=1", "k=1", f"c={(await talks(stream))[0]}&k=99999999.0"):
        fields = {"AccountSid": twilio.account_sid, "MessageSid": "SM1", "MessageStatus": "failed"}
        assert (await twilio.post(f"/twilio/sms/status?{query}", fields)).status == 204
    await twilio.report(twilio.sent[0], "queued")
    assert await outbox(stream) == before


async def _put(stream: ConversationStream, text: Text) -> None:
    assert await Texts(stream).add("sms-x", text)


async def test_no_log_tells_a_number_or_a_word(
    twilio: Twilio, stream: ConversationStream, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    twilio.fail_next(1, 500)
    await twilio.text("送料はいくら")
    await until(stream, states(State.DELIVERED))
    twilio.opted_out.add(CUSTOMER)
    await twilio.text("いつ届く")
    await until(stream, states(State.DELIVERED, State.FAILED))
    logged = caplog.text + "".join(capfd.readouterr())
    assert "text_put_off" in logged and "text_refused" in logged
    assert CUSTOMER[3:] not in logged and "送料" not in logged and "いつ届く" not in logged
