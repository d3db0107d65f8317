"""Queues, agents' telephones, whispers and bridges, with calls placed and led by the real SDK."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from channels.simulate.twilio import Twilio
from tests.channels.simulate.door import PUBLIC, Door, gather, say

AGENT = "+819099990000"
WAITING = '<Enqueue action="left" waitUrl="music">people</Enqueue>'


@pytest.fixture
def queue(door: Door) -> None:
    door.says("voice", say("担当者におつなぎします。") + WAITING)
    door.says("music", say("お待ちください。") + "<Pause length='10'/>")
    door.says("left", say("お電話ありがとうございました。") + "<Hangup/>")


async def place(client: Client, **more: Any) -> Any:
    return await client.calls.create_async(to=AGENT, from_="+815031234567", **more)


async def ring_agent(client: Client) -> Any:
    return await place(client, url=f"{PUBLIC}/twilio/whisper", status_callback=f"{PUBLIC}/twilio/agent/status")


async def test_waiting_in_the_queue(twilio: Twilio, door: Door, queue: None) -> None:
    call = await twilio.call()
    assert call.state == "queued" and await call.wait() == ["お待ちください。"]
    assert [asked["QueueTime"] for asked in door.asked["music"]] == ["0", "11"]
    assert door.asked["music"][0]["QueuePosition"] == "1"
    await call.hang_up()
    assert door.asked["left"][0]["QueueResult"] == "hangup" and call.ended_by == "caller"
    assert "お電話ありがとうございました。" not in call.heard


async def test_an_agent_accepts_by_a_key_and_both_talk(twilio: Twilio, door: Door, client: Client, queue: None) -> None:
    door.says("whisper", gather(say("返品のご相談です。1でお受けします。"), action="accept", numDigits="1"))
    door.says("accept", '<Dial action="dialled"><Queue url="joining">people</Queue></Dial>')
    door.says("joining", say("担当者につながりました。"))
    caller = await twilio.call()
    await ring_agent(client)
    agent = await twilio.next_call()
    assert await agent.answer() == ["返品のご相談です。1でお受けします。"]
    await agent.press("1")
    assert caller.bridged_with is agent and caller.state == agent.state == "bridged"
    assert caller.heard[-1] == "担当者につながりました。"
    door.says("dialled", "<Hangup/>")
    await agent.hang_up()
    assert caller.ended_by == "hangup" and caller.heard[-1] == "お電話ありがとうございました。"
    assert door.asked["left"][0]["QueueResult"] == "bridged"
    assert door.asked["dialled"][0]["DialCallStatus"] == "completed"
    assert door.asked["agent/status"][-1]["CallStatus"] == "completed"


async def test_the_caller_hangs_up_on_the_agent(twilio: Twilio, door: Door, client: Client, queue: None) -> None:
    door.says("whisper", '<Dial action="dialled"><Queue>people</Queue></Dial>')
    door.says("dialled", say("お客様が電話を切りました。"))
    caller = await twilio.call()
    await ring_agent(client)
    agent = await twilio.next_call()
    await agent.answer()
    await caller.hang_up()
    assert agent.heard == ["お客様が電話を切りました。"] and agent.ended_by == "end"


async def test_an_agent_may_wait_for_a_caller(twilio: Twilio, door: Door, client: Client, queue: None) -> None:
    door.says("whisper", "<Dial><Queue>people</Queue></Dial>")
    await ring_agent(client)
    agent = await twilio.next_call()
    await agent.answer()
    assert agent.state == "dialing"
    caller = await twilio.call()
    assert caller.bridged_with is agent


@pytest.mark.parametrize(("act", "status"), [("no_answer", "no-answer"), ("busy", "busy"), ("fail", "failed")])
async def test_an_agent_who_does_not_answer(twilio: Twilio, door: Door, client: Client, act: str, status: str) -> None:
    placed = await ring_agent(client)
    agent = await twilio.next_call()
    await getattr(agent, act)()
    assert door.asked["agent/status"][0]["CallStatus"] == status
    assert (await client.calls(placed.sid).fetch_async()).status == status


async def test_the_caller_leaves_the_queue_by_a_key(twilio: Twilio, door: Door, queue: None) -> None:
    door.says("music", gather(say("0でボットに戻ります。"), action="leaving", numDigits="1"))
    door.says("leaving", "<Leave/>")
    call = await twilio.call()
    assert await call.press("0") == ["お電話ありがとうございました。"]
    assert door.asked["left"][0]["QueueResult"] == "leave"


async def test_a_queue_plays_no_dial(twilio: Twilio, door: Door, queue: None) -> None:
    door.says("music", "<Dial>+819011112222</Dial>")
    with pytest.raises(AssertionError, match="a waitUrl may not hold <Dial>"):
        await twilio.call()


async def test_rest_leads_a_waiting_caller_elsewhere(twilio: Twilio, door: Door, client: Client, queue: None) -> None:
    door.says("voicemail", say("発信音の後にどうぞ。") + '<Record action="kept"/>')
    call = await twilio.call()
    await client.calls(call.sid).update_async(url=f"{PUBLIC}/twilio/voicemail")
    await call.until_state("recording")
    assert call.heard[-1] == "発信音の後にどうぞ。" and door.asked["left"][0]["QueueResult"] == "redirected"


async def test_rest_gives_twiml_and_ends_a_call(twilio: Twilio, client: Client, queue: None) -> None:
    call = await twilio.call()
    await client.calls(call.sid).update_async(twiml=f"<Response>{say('折り返します。')}{gather('')}</Response>")
    await call.until_state("gathering")
    assert call.heard[-1] == "折り返します。"
    await client.calls(call.sid).update_async(status="completed")
    await call.until_state("ended")
    with pytest.raises(TwilioRestException) as refused:
        await client.calls(call.sid).update_async(status="completed")
    assert refused.value.code == 21220


async def test_dial_rings_whispers_and_goes_on(twilio: Twilio, door: Door) -> None:
    door.says(
        "voice",
        '<Dial action="dialled" timeout="15" callerId="+815031234567" record="record-from-answer-dual"'
        ' recordingStatusCallback="recorded">'
        f'<Number url="whisper">{AGENT}</Number><Number url="whisper">+819099990001</Number></Dial>',
    )
    door.says("whisper", gather(say("1でお受けします。"), input="dtmf", action="accept", numDigits="1") + "<Hangup/>")
    door.says("dialled", say("お話は以上です。"))
    caller = await twilio.call()
    first, second = twilio.calls[1:]
    assert caller.state == "dialing" and first.sender == "+815031234567"
    await first.answer()
    assert await first.silence() == [] and first.state == "ended" and caller.state == "dialing"
    await second.answer()
    await second.press("1")
    assert caller.bridged_with is second and door.asked["accept"][0]["ParentCallSid"] == caller.sid
    await second.hang_up()
    dialled = door.asked["dialled"][0]
    assert (dialled["DialCallStatus"], dialled["DialCallSid"]) == ("completed", second.sid)
    assert dialled["RecordingUrl"] == door.asked["recorded"][0]["RecordingUrl"]
    assert caller.heard == ["お話は以上です。"]


async def test_dial_that_nobody_answers(twilio: Twilio, door: Door) -> None:
    door.says("voice", f'<Dial action="dialled">{AGENT}</Dial>')
    door.says("dialled", say("ただいま出られません。"))
    caller = await twilio.call()
    await twilio.calls[1].no_answer()
    assert caller.heard == ["ただいま出られません。"]
    assert door.asked["dialled"][0]["DialCallStatus"] == "no-answer"


async def test_dial_rings_until_its_time_is_over(twilio: Twilio, door: Door) -> None:
    door.says("voice", f'<Dial action="dialled" timeout="15">{AGENT}</Dial>')
    door.says("dialled", say("ただいま出られません。"))
    caller = await twilio.call()
    assert await caller.silence() == ["ただいま出られません。"] and twilio.calls[1].status == "no-answer"


async def test_an_agent_who_finds_nobody_in_the_queue(twilio: Twilio, door: Door, client: Client) -> None:
    door.says("whisper", "<Dial><Queue>people</Queue></Dial>" + say("お客様は電話を切られました。"))
    await ring_agent(client)
    agent = await twilio.next_call()
    await agent.answer()
    assert await agent.silence() == ["お客様は電話を切られました。"]


async def test_a_full_queue(twilio: Twilio, door: Door, queue: None) -> None:
    door.says("voice", '<Enqueue action="left" maxQueueSize="1">people</Enqueue>')
    await twilio.call()
    await twilio.call()
    assert door.asked["left"][0]["QueueResult"] == "queue-full"


async def test_events_of_a_placed_call(twilio: Twilio, door: Door, client: Client) -> None:
    events = ["initiated", "ringing", "answered", "completed"]
    await place(
        client, twiml=f"<Response>{say('はい')}</Response>", timeout=15,
        status_callback=f"{PUBLIC}/twilio/agent/status", status_callback_event=events,
    )  # fmt: skip
    agent = await twilio.next_call()
    await twilio.until(lambda: len(door.asked["agent/status"]) == 2)
    await agent.answer()
    told = [asked["CallStatus"] for asked in door.asked["agent/status"]]
    assert told == ["initiated", "ringing", "in-progress", "completed"] and agent.timeout == 15


async def test_rest_overtakes_a_webhook_on_its_way(twilio: Twilio, door: Door, client: Client) -> None:
    door.says("voice", gather(say("ご用件は。")))
    door.says("turn", gather(say("遅い答え。")))
    call = await twilio.call()
    door.held = asyncio.Event()
    saying = asyncio.create_task(call.say("返品"))
    await twilio.until(lambda: call.log[-1] == ("caller", "返品"))
    await client.calls(call.sid).update_async(twiml=f"<Response>{gather(say('担当者です。'))}</Response>")
    await call.until_heard("担当者です。")
    door.held.set()
    await saying
    assert call.heard == ["ご用件は。", "担当者です。"] and call.state == "gathering"


async def test_a_caller_who_hangs_up_stops_the_ringing(twilio: Twilio, door: Door) -> None:
    door.says("voice", f'<Dial action="dialled">{AGENT}</Dial>')
    caller = await twilio.call()
    await caller.hang_up()
    assert twilio.calls[1].status == "canceled"


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"to": "09012345678"}, 21211), ({"from_": "+815099999999"}, 21210), ({"url": "/relative"}, 21205)],
)
async def test_calls_that_twilio_does_not_place(
    twilio: Twilio, client: Client, changed: dict[str, str], code: int
) -> None:
    asked = {"to": AGENT, "from_": "+815031234567", "url": f"{PUBLIC}/twilio/whisper"} | changed
    with pytest.raises(TwilioRestException) as refused:
        await client.calls.create_async(**asked)
    assert refused.value.code == code and not twilio.calls


async def test_wrong_twiml_in_the_background_fails_the_next_step(twilio: Twilio, client: Client, queue: None) -> None:
    call = await twilio.call()
    await client.calls(call.sid).update_async(twiml="<Response><Shout/></Response>")
    with pytest.raises(AssertionError, match="<Shout> may not stand here"):
        await call.until_state("gathering")
