"""The REST API as a client sees it that does not go by our habits: refusals, dates, pages, ends of calls."""

from __future__ import annotations

from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client
from twilio.rest.api.v2010.account.call import CallInstance
from twilio.rest.api.v2010.account.recording import RecordingInstance

from channels.simulate import fields
from channels.simulate.twilio import Twilio
from tests.channels.simulate.door import ACCOUNT, Door, asked, say

MOBILE, AGENT, SMS, VOICE = "+819012345678", "+819099990000", "+15005550006", "+815031234567"


async def refused(request: Any) -> TwilioRestException:
    with pytest.raises(TwilioRestException) as found:
        await request
    error: TwilioRestException = found.value
    return error


async def test_fields_that_have_no_effect_are_refused(twilio: Twilio, client: Client) -> None:
    late = await refused(client.messages.create_async(to=MOBILE, from_=SMS, body="あ", validity_period=60))
    taped = await refused(client.calls.create_async(to=AGENT, from_=VOICE, url="http://shop.example/", record=True))
    assert (late.status, late.code, taped.status, taped.code) == (400, 20001, 400, 20001)
    for path in ("Messages", "Calls"):
        answer = await asked(client, "POST", f"{path}.json", data={"To": MOBILE, "Frm": SMS})
        assert answer["message"] == "Unknown parameter Frm"
    assert (await asked(client, "GET", "Messages.json?Sender=1"))["code"] == 20001
    assert not twilio.sent and not twilio.calls


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "Messages/SM1.json", 404, 20404),
        ("GET", "Calls/CA1.json", 404, 20404),
        ("DELETE", "Recordings/RE1.json", 404, 20404),
        ("GET", "Messages.json?PageSize=1001", 400, 20001),
        ("GET", "Messages.json?PageToken=PASM1", 400, 20001),
        ("DELETE", "Messages.json", 405, 20004),
    ],
)
async def test_the_body_of_an_error(client: Client, method: str, path: str, status: int, code: int) -> None:
    answer = await asked(client, method, path)
    assert set(answer) == {"code", "message", "more_info", "status"}
    assert (answer["status"], answer["code"]) == (status, code)
    assert answer["more_info"] == f"https://www.twilio.com/docs/errors/{code}"
    if status == 404:
        expected = f"The requested resource /2010-04-01/Accounts/{ACCOUNT}/{path} was not found"
        assert answer["message"] == expected


async def test_a_message_has_a_date_when_it_has_left(twilio: Twilio, client: Client) -> None:
    twilio.auto_report = False
    message = await client.messages.create_async(to=MOBILE, from_=SMS, body="あ")
    assert (message.status, message.date_sent, message.date_created.tzinfo is not None) == ("queued", None, True)
    assert not await client.messages.list_async(date_sent_before=message.date_created.replace(year=2100))
    await twilio.report(twilio.sent[0], "undelivered", 30008)
    found = await message.fetch_async()
    assert found.date_sent and (found.status, found.error_code) == ("undelivered", 30008) and found.error_message
    assert await client.messages.list_async(date_sent=found.date_sent.date())
    with pytest.raises(ValueError, match="no status"):
        await twilio.report(twilio.sent[0], "arrived")


async def test_lists_come_page_by_page(twilio: Twilio, client: Client) -> None:
    for number in range(5):
        await client.messages.create_async(to=MOBILE, from_=SMS, body=f"{number}通目")
    found = await client.messages.list_async(to=MOBILE, page_size=2)
    assert [message.body[0] for message in found] == list("43210")
    assert len(await client.messages.list_async(to=MOBILE, page_size=2, limit=3)) == 3
    first = await asked(client, "GET", "Messages.json?PageSize=2")
    second = await asked(client, "GET", first["next_page_uri"].partition(f"{ACCOUNT}/")[2])
    assert (first["start"], first["end"], first["page"], first["previous_page_uri"]) == (0, 1, 0, None)
    assert (second["start"], second["end"], second["page"]) == (2, 3, 1)
    back = await asked(client, "GET", second["previous_page_uri"].partition(f"{ACCOUNT}/")[2])
    assert back["messages"] == first["messages"]


async def place(client: Client, **more: Any) -> Any:
    return await client.calls.create_async(to=AGENT, from_=VOICE, twiml=f"<Response>{say('はい')}</Response>", **more)


async def test_a_placed_call_is_queued_and_has_times_when_it_is_over(twilio: Twilio, client: Client) -> None:
    made = await place(client)
    assert (made.status, made.start_time, made.end_time, made.duration) == ("queued", None, None, None)
    call = await twilio.next_call()
    await twilio.until(lambda: call.status == "ringing")
    await call.answer()
    over = await made.fetch_async()
    assert (over.status, over.duration) == ("completed", str(int(call.clock))) and over.end_time >= over.start_time


@pytest.mark.parametrize("way", ["no_answer", "busy", "fail"])
async def test_a_call_that_nobody_took_has_no_length(twilio: Twilio, client: Client, way: str) -> None:
    made = await place(client)
    call = await twilio.next_call()
    await getattr(call, way)()
    over = await made.fetch_async()
    assert over.status in fields.values(CallInstance.Status) - {"completed", "queued", "ringing", "in-progress"}
    assert (over.end_time, over.duration) == (None, None)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"to": "", "from_": VOICE}, 21201),
        ({"to": AGENT, "from_": ""}, 21213),
        ({"to": "110番", "from_": VOICE}, 21211),
        ({"to": AGENT, "from_": MOBILE}, 21210),
        ({"to": AGENT, "from_": VOICE, "url": "/twilio/voice"}, 21205),
    ],
)
async def test_calls_that_twilio_does_not_place(
    twilio: Twilio, client: Client, given: dict[str, str], code: int
) -> None:
    error = await refused(client.calls.create_async(**{"url": "http://shop.example/"} | given))
    assert (error.status, error.code) == (400, code) and not twilio.calls


async def test_only_a_call_that_rings_is_canceled(twilio: Twilio, door: Door, client: Client) -> None:
    door.says("voice", "<Record/>")
    call = await twilio.call()
    await client.calls(call.sid).update_async(status="canceled")
    assert (await client.calls(call.sid).fetch_async()).status == "in-progress"
    assert (await refused(client.calls(call.sid).update_async(status="busy"))).code == 20001
    made = await place(client)
    await made.update_async(status="canceled")
    await twilio.until(lambda: twilio.calls[1].status == "canceled")
    assert (await refused(made.update_async(status="completed"))).code == 21220


async def test_who_answered_is_told_only_if_asked_for(twilio: Twilio, door: Door, client: Client) -> None:
    door.says("whisper", say("はい"))
    for more in ({}, {"machine_detection": "Enable"}):
        await client.calls.create_async(
            to=AGENT, from_=VOICE, url=f"{twilio.webhooks.public_url}/twilio/whisper", **more
        )
        await (await twilio.next_call()).answer("machine_start")
    assert [told.get("AnsweredBy") for told in door.asked["whisper"]] == [None, "machine_start"]


async def test_a_recording_is_deleted_once(twilio: Twilio, door: Door, client: Client) -> None:
    door.says("voice", "<Record/>")
    await (await twilio.call()).record()
    (sid,) = twilio.recordings.kept
    found = await client.recordings(sid).fetch_async()
    assert found.status in fields.values(RecordingInstance.Status)
    assert found.source in fields.values(RecordingInstance.Source)
    assert await client.recordings(sid).delete_async()
    assert (await refused(client.recordings(sid).delete_async())).code == 20404
