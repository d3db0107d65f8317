"""The REST API for messages, asked by the real SDK."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta, timezone
from typing import Any

import aiohttp
import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from channels.simulate.twilio import Twilio
from tests.channels.simulate.door import ACCOUNT, PUBLIC, Door, Rewriting

MOBILE = "+819012345678"
CALLBACK = f"{PUBLIC}/twilio/sms/status"


async def create(client: Client, body: str = "こんにちは", to: str = MOBILE, **more: Any) -> Any:
    return await client.messages.create_async(body=body, to=to, from_="+15005550006", **more)


async def test_a_message_is_accepted_counted_and_reported(twilio: Twilio, door: Door, client: Client) -> None:
    message = await create(client, "あ" * 71, status_callback=CALLBACK)
    assert (message.status, message.num_segments, message.sid) == ("queued", "2", twilio.sent[0].sid)
    await twilio.until(lambda: len(door.asked["sms/status"]) == 2)
    assert [told["MessageStatus"] for told in door.asked["sms/status"]] == ["sent", "delivered"]
    assert (await client.messages(message.sid).fetch_async()).status == "delivered"


async def test_messages_are_listed_by_receiver_and_time(twilio: Twilio, client: Client) -> None:
    for to in (MOBILE, "+818011112222", MOBILE):
        await create(client, f"{to} へ", to)
    before = datetime.now(timezone.utc) - timedelta(minutes=1)
    found = await client.messages.list_async(to=MOBILE, date_sent_after=before, limit=20)
    assert [message.to for message in found] == [MOBILE, MOBILE]
    assert not await client.messages.list_async(to=MOBILE, date_sent_after=before + timedelta(hours=1), limit=20)


@pytest.mark.parametrize(
    ("to", "body", "code"),
    [
        (MOBILE, "長" * 1601, 21617),
        ("+818000000000", "止めた人", 21610),
        ("+81312345678", "固定電話", 21614),
        ("+818011110000", "固定電話と決めた番号", 21614),
        ("090-1234-5678", "形の違う番号", 21211),
        (MOBILE, "", 21602),
    ],
)
async def test_what_twilio_refuses(twilio: Twilio, client: Client, to: str, body: str, code: int) -> None:
    twilio.opted_out.add("+818000000000")
    twilio.landlines.add("+818011110000")
    with pytest.raises(TwilioRestException) as refused:
        await create(client, body, to)
    assert (refused.value.code, refused.value.status) == (code, 400)
    assert [refusal.code for refusal in twilio.refused] == [code] and not twilio.sent


async def test_a_sender_that_is_not_ours(twilio: Twilio, client: Client) -> None:
    with pytest.raises(TwilioRestException) as refused:
        await client.messages.create_async(body="あ", to=MOBILE, from_="+15005550001")
    assert refused.value.code == 21606
    await client.messages.create_async(body="あ", to=MOBILE, from_="MADOGUCHI")
    assert twilio.sent[0].sender == "MADOGUCHI"


async def test_a_wrong_token(twilio: Twilio) -> None:
    http = Rewriting(twilio.url)
    with pytest.raises(TwilioRestException) as refused:
        await create(Client(ACCOUNT, "wrong", http_client=http))
    await http.close()
    assert (refused.value.code, refused.value.status) == (20003, 401)


async def test_too_many_at_once(twilio: Twilio, client: Client) -> None:
    twilio.api.per_second = 2
    for _ in range(2):
        await create(client)
    with pytest.raises(TwilioRestException) as refused:
        await create(client)
    assert (refused.value.code, refused.value.status, len(twilio.sent)) == (20429, 429, 2)


async def test_planned_failures(twilio: Twilio, client: Client) -> None:
    twilio.fail_next(1, 503)
    with pytest.raises(TwilioRestException) as refused:
        await create(client)
    assert refused.value.status == 503
    for how, accepted in (("drop", 0), ("drop_after_accepting", 1)):
        twilio.fail_next(1, how)
        with pytest.raises(aiohttp.ClientError):
            await create(client)
        assert len(twilio.sent) == accepted


async def test_a_request_that_hangs(twilio: Twilio, client: Client) -> None:
    twilio.fail_next(1, "hang")
    client.http_client.timeout = 0.05
    with pytest.raises(asyncio.TimeoutError):
        await create(client)
    assert not twilio.sent


async def test_reports_twice_and_out_of_order(twilio: Twilio, door: Door, client: Client) -> None:
    twilio.auto_report = False
    await create(client, status_callback=CALLBACK)
    await twilio.out_of_order(twilio.sent[0])
    await twilio.report(twilio.sent[0], "undelivered", 30005, times=2)
    told = [(each["MessageStatus"], each.get("ErrorCode")) for each in door.asked["sms/status"]]
    assert told == [("delivered", None), ("sent", None), ("undelivered", "30005"), ("undelivered", "30005")]


async def test_answers_in_twiml_are_messages_and_the_stop_word_is_obeyed(twilio: Twilio, door: Door) -> None:
    door.says("sms", "<Message>承りました。</Message><Message><Body>二通目</Body></Message>")
    assert (await twilio.text("こんにちは")).messages == ["承りました。", "二通目"]
    assert [sent.direction for sent in twilio.sent] == ["outbound-reply"] * 2
    await twilio.text("stop")
    assert twilio.opted_out == {MOBILE} and [refusal.code for refusal in twilio.refused] == [21610, 21610]
    await twilio.text("START")
    assert twilio.opted_out == set()
