"""Calls as a caller lives through them."""

from __future__ import annotations

import asyncio

import pytest

from channels.simulate.signing import TwimlError
from channels.simulate.twilio import Twilio
from tests.channels.simulate.door import Door, gather, say

MENU = gather(say("ご用件をどうぞ。"), actionOnEmptyResult="true", numDigits="1")


async def test_words_go_to_the_action_with_their_confidence(twilio: Twilio, door: Door) -> None:
    door.says("voice", say("お電話ありがとうございます。") + MENU)
    door.says("turn", say("承りました。") + "<Hangup/>")
    call = await twilio.call()
    assert call.heard == ["お電話ありがとうございます。", "ご用件をどうぞ。"] and call.state == "gathering"
    assert await call.say("返品したい", 0.81) == ["承りました。"]
    asked = door.asked["turn"][0]
    assert (asked["SpeechResult"], asked["Confidence"], asked["CallStatus"]) == ("返品したい", "0.81", "in-progress")
    assert door.asked["voice"][0]["CallStatus"] == "ringing" and asked["FromCity"] == "" and "Digits" not in asked
    assert (call.state, call.ended_by) == ("ended", "hangup")
    ended = door.asked["voice/status"][0]
    assert ended["CallStatus"] == "completed" and int(ended["CallDuration"]) > 2
    assert "caller: 返品したい\nbot: 承りました。" in call.transcript()


async def test_no_confidence_is_no_field(twilio: Twilio, door: Door) -> None:
    door.says("voice", MENU)
    door.says("turn", MENU)
    await (await twilio.call()).say("返品", None)
    assert "Confidence" not in door.asked["turn"][0]


@pytest.mark.parametrize(
    ("attributes", "pressed", "digits"),
    [
        ({"numDigits": "1"}, "12", "1"),
        ({}, "0901#5", "0901"),
        ({"finishOnKey": ""}, "12#", "12#"),
        ({"finishOnKey": "*"}, "1#2*", "1#2"),
        ({"actionOnEmptyResult": "true"}, "#", ""),
    ],
)
async def test_keys(twilio: Twilio, door: Door, attributes: dict[str, str], pressed: str, digits: str) -> None:
    door.says("voice", gather(say("番号をどうぞ。"), **attributes))
    door.says("turn", MENU)
    await (await twilio.call()).press(pressed)
    assert door.asked["turn"][0]["Digits"] == digits and "SpeechResult" not in door.asked["turn"][0]


async def test_silence_goes_to_the_action_or_to_the_next_verb(twilio: Twilio, door: Door) -> None:
    door.says("voice", MENU)
    door.says("turn", gather(say("もう一度どうぞ。")) + say("失礼します。"))
    call = await twilio.call()
    assert await call.silence() == ["もう一度どうぞ。"]
    assert "SpeechResult" not in door.asked["turn"][0]
    assert await call.silence() == ["失礼します。"]
    assert call.ended_by == "end" and len(door.asked["turn"]) == 1


async def test_words_that_nobody_listens_for_are_silence(twilio: Twilio, door: Door) -> None:
    door.says("voice", gather(say("番号を押してください。"), input="dtmf") + say("では。") + "<Hangup/>")
    call = await twilio.call()
    assert await call.say("一番") == ["では。"] and not door.asked["turn"]


async def test_speaking_over_a_prompt(twilio: Twilio, door: Door) -> None:
    door.says("voice", gather(say("一つ目。") + say("二つ目。"), bargeIn="true"))
    door.says("turn", gather(say("法律のご案内。") + say("以上です。"), bargeIn="false"))
    call = await twilio.call()
    await call.press("1", over=True)
    assert call.heard == ["一つ目。", "法律のご案内。", "以上です。"]
    await call.press("1", over=True)
    assert call.state == "gathering" and len(door.asked["turn"]) == 1


async def test_a_withheld_number(twilio: Twilio, door: Door) -> None:
    door.says("voice", MENU)
    await twilio.call("anonymous")
    await twilio.call("Anonymous")
    assert [asked["From"] for asked in door.asked["voice"]] == ["+266696687", "Anonymous"]


async def test_relative_addresses_are_of_the_document(twilio: Twilio, door: Door) -> None:
    door.says("voice", "<Redirect>menu/first?n=1</Redirect>")
    door.says("menu/first", "<Redirect>second</Redirect>")
    door.says("menu/second", "<Redirect>/bot/twilio/menu/third#rc=2</Redirect>")
    door.says("menu/third", gather(say("着きました。"), action="../turn"))
    door.says("turn", MENU)
    call = await twilio.call()
    await call.say("はい")
    assert call.heard == ["着きました。", "ご用件をどうぞ。"]


async def test_an_action_that_is_not_given_is_the_document_itself(twilio: Twilio, door: Door) -> None:
    door.says("voice", f"<Gather>{say('番号をどうぞ。')}</Gather>")
    await (await twilio.call()).press("1")
    assert [asked.get("Digits") for asked in door.asked["voice"]] == [None, "1"]


async def test_endless_redirects(twilio: Twilio, door: Door) -> None:
    door.says("voice", "<Redirect>voice</Redirect>")
    with pytest.raises(TwimlError, match="without a word to the caller"):
        await twilio.call()


async def test_a_call_that_never_listens(twilio: Twilio, door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channels.simulate.player.MOST_DOCUMENTS", 50)
    door.says("voice", say("お待ちください。") + "<Redirect>voice</Redirect>")
    with pytest.raises(TwimlError, match="never heard"):
        await twilio.call()


async def test_dead_air_before_the_end_counts(twilio: Twilio, door: Door) -> None:
    door.says("voice", MENU)
    door.says("turn", "<Hangup/>")
    call = await twilio.call()
    door.held = asyncio.Event()
    saying = asyncio.create_task(call.say("さようなら"))
    await twilio.until(lambda: call.log[-1] == ("caller", "さようなら"))
    asyncio.get_running_loop().call_later(0.05, door.held.set)
    await saying
    assert call.longest_silence >= 0.045


async def test_a_pause_is_no_dead_air(twilio: Twilio, door: Door) -> None:
    door.says("voice", say("お待ちください。") + "<Redirect>second</Redirect>")
    door.says("second", "<Pause length='60'/><Redirect>third</Redirect>")
    door.says("third", MENU)
    call = await twilio.call()
    assert call.clock > 60 and call.longest_silence < 5


async def test_dead_air_is_measured_and_a_pause_ends_it(twilio: Twilio, door: Door) -> None:
    door.says("voice", say("少々お待ちください。") + "<Redirect>turn</Redirect>")
    door.says("turn", MENU)
    door.held = asyncio.Event()
    ringing = asyncio.create_task(twilio.call())
    await twilio.until(lambda: twilio.calls)
    asyncio.get_running_loop().call_later(0.05, door.held.set)
    call = await ringing
    assert call.longest_silence >= 0.045 and len(call.latencies) == 2 and max(call.latencies) >= 0.045


async def test_a_rejected_call(twilio: Twilio, door: Door) -> None:
    door.says("voice", '<Reject reason="busy"/>')
    call = await twilio.call()
    assert (call.ended_by, call.status) == ("reject", "busy")


async def test_hanging_up_ends_what_was_on_its_way(twilio: Twilio, door: Door) -> None:
    door.says("voice", MENU)
    door.says("turn", say("遅い答え。") + MENU)
    call = await twilio.call()
    door.held = asyncio.Event()
    saying = asyncio.create_task(call.say("返品"))
    await twilio.until(lambda: door.asked["turn"] or call.log[-1] == ("caller", "返品"))
    hanging_up = asyncio.create_task(call.hang_up())
    await call.until_state("ended")
    door.held.set()
    await hanging_up
    assert await saying == [] and "遅い答え。" not in call.heard


async def test_twenty_calls_at_once(twilio: Twilio, door: Door) -> None:
    door.says("voice", MENU)
    door.says("turn", say("承りました。") + "<Hangup/>")

    async def one(number: int) -> str:
        call = await twilio.call(f"+8190000000{number:02}")
        return (await call.say(f"{number}番です"))[0]

    assert await asyncio.gather(*(one(number) for number in range(20))) == ["承りました。"] * 20
    assert len({asked["CallSid"] for asked in door.asked["turn"]}) == 20


async def test_a_refused_status_callback_is_an_error(twilio: Twilio, door: Door) -> None:
    door.says("voice", MENU)
    call = await twilio.call()
    twilio.webhooks.auth_token = "another"
    await call.hang_up()
    with pytest.raises(AssertionError, match="voice/status: answered 403"):
        twilio.board.raise_errors()
