"""Webhooks are what a door that checks them by the real SDK accepts, and their forgeries are not."""

from __future__ import annotations

import asyncio

import pytest

from channels.simulate.signing import Forgery, TwimlError, WebhookError
from channels.simulate.twilio import Twilio
from tests.channels.simulate.door import Door, document, gather, say


async def test_a_text_is_signed_over_the_public_address_with_blank_fields(twilio: Twilio, door: Door) -> None:
    reply = await twilio.text("返品したい 🙇")
    assert reply.status == 200 and reply.messages == []
    asked = door.asked["sms"][0]
    assert asked["Body"] == "返品したい 🙇" and asked["FromCity"] == "" and asked["ApiVersion"] == "2010-04-01"
    assert asked["MessageSid"] == asked["SmsSid"] and asked["NumSegments"] == "1"


@pytest.mark.parametrize(
    "forged", [{"tampered": True}, {"token": "another"}, {"scheme_swap": True}, {"unsigned": True}], ids=str
)
async def test_a_forged_text_does_not_pass(twilio: Twilio, door: Door, forged: dict[str, object]) -> None:
    reply = await twilio.text("返品したい", **forged)  # type: ignore[arg-type]
    assert reply.status == 403 and door.forged == ["sms"] and not door.asked["sms"]


async def test_a_forged_call_is_not_answered(twilio: Twilio, door: Door) -> None:
    door.says("voice", gather(say("はい")))
    with pytest.raises(WebhookError, match="answered 403"):
        await twilio.call(tampered=True)


async def test_a_tampered_query_does_not_pass(twilio: Twilio, door: Door) -> None:
    answer = await twilio.post("/twilio/next", {"a": "1"}, Forgery(tampered=True), method="GET")
    assert answer.status == 403


async def test_the_same_sid_twice_is_a_duplicate(twilio: Twilio, door: Door) -> None:
    for _ in range(2):
        await twilio.text("こんにちは", sid="SM1")
    assert [asked["MessageSid"] for asked in door.asked["sms"]] == ["SM1", "SM1"]


async def test_a_get_webhook_is_signed_with_its_query(twilio: Twilio, door: Door) -> None:
    door.says("voice", '<Redirect method="GET">next?a=1&amp;b=</Redirect>')
    door.says("next", gather(say("つながりました")))
    call = await twilio.call()
    assert call.heard == ["つながりました"] and door.asked["next"][0]["a"] == "1"


async def test_an_answer_that_comes_too_late(twilio: Twilio, door: Door) -> None:
    door.held = asyncio.Event()
    twilio.webhooks.limit_seconds = 0.05
    with pytest.raises(WebhookError, match="11205"):
        await twilio.call()
    door.held.set()


async def test_the_fallback_is_played_when_the_door_is_down(twilio: Twilio, door: Door) -> None:
    twilio.webhooks.door_url = "http://127.0.0.1:9"
    twilio.board.fallback = document(say("ただいま混み合っております。") + "<Hangup/>")
    call = await twilio.call()
    assert call.heard == ["ただいま混み合っております。"] and call.ended_by == "hangup"
    assert twilio.board.unanswered[0][1]["CallStatus"] == "completed"


async def test_nothing_leaves_this_machine(twilio: Twilio, door: Door) -> None:
    door.says("voice", "<Redirect>https://elsewhere.example/twiml</Redirect>")
    with pytest.raises(TwimlError, match="leads away"):
        await twilio.call()


async def test_a_connection_that_breaks_is_no_text(twilio: Twilio, door: Door) -> None:
    half = await twilio.webhooks.half("/twilio/sms", twilio.text_fields("こんにちは", "+819012345678", "SM2"))
    await half.cut()
    await twilio.text("もう一度")
    assert [asked["Body"] for asked in door.asked["sms"]] == ["もう一度"]


async def test_a_slow_connection_is_a_text_in_the_end(twilio: Twilio, door: Door) -> None:
    half = await twilio.webhooks.half("/twilio/sms", twilio.text_fields("遅い", "+819012345678", "SM3"))
    await twilio.text("先に着く")
    assert await half.finish() == 200
    assert [asked["Body"] for asked in door.asked["sms"]] == ["先に着く", "遅い"]


async def test_the_last_webhook_again(twilio: Twilio, door: Door) -> None:
    door.says("voice", gather(say("どうぞ。")))
    door.says("turn", gather(say("はい。")))
    call = await twilio.call()
    await call.say("返品")
    assert (await twilio.again()).status == 200
    first, second = door.asked["turn"]
    assert first == second and first["SpeechResult"] == "返品" and call.heard == ["どうぞ。", "はい。"]


async def test_any_webhook_may_be_posted_forged(twilio: Twilio, door: Door) -> None:
    answer = await twilio.post("/twilio/voice/status", {"CallSid": "CA1"}, Forgery(token="another"))
    assert answer.status == 403 and door.forged == ["voice/status"]
