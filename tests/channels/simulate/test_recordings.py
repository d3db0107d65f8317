"""<Record> and what becomes of it."""

from __future__ import annotations

import aiohttp

from channels.simulate.twilio import Twilio
from tests.channels.simulate.door import ACCOUNT, TOKEN, Door, say

RECORD = (
    '<Record action="kept" maxLength="120" finishOnKey="#" transcribe="true"'
    ' transcribeCallback="written" recordingStatusCallback="recorded"/>'
)


async def test_a_message_after_the_tone(twilio: Twilio, door: Door) -> None:
    door.says("voice", say("発信音の後にお話しください。") + RECORD)
    door.says("kept", say("承りました。") + "<Hangup/>")
    call = await twilio.call()
    assert call.state == "recording" and call.log[-1] == ("sound", "beep")
    assert await call.record(200, "#", transcription="折り返しください") == ["承りました。"]
    kept, recorded, written = (door.asked[path][0] for path in ("kept", "recorded", "written"))
    assert (kept["RecordingDuration"], kept["Digits"]) == ("120", "#")
    assert recorded["RecordingSid"] == written["RecordingSid"] == kept["RecordingSid"]
    assert (written["TranscriptionStatus"], written["TranscriptionText"]) == ("completed", "折り返しください")
    async with aiohttp.ClientSession(auth=aiohttp.BasicAuth(ACCOUNT, TOKEN)) as session:
        sound = await session.get(kept["RecordingUrl"] + ".wav")
        assert (await sound.read())[:4] == b"RIFF"
        assert (await (await session.get(kept["RecordingUrl"] + ".json")).json())["duration"] == "120"


async def test_hanging_up_after_the_tone_keeps_what_was_said(twilio: Twilio, door: Door) -> None:
    door.says("voice", RECORD)
    call = await twilio.call()
    assert await call.record() == [] and call.ended_by == "caller"
    assert (door.asked["kept"][0]["Digits"], door.asked["kept"][0]["CallStatus"]) == ("hangup", "completed")
    assert door.asked["written"][0]["TranscriptionStatus"] == "failed" and door.asked["recorded"]


async def test_silence_after_the_tone_goes_on(twilio: Twilio, door: Door) -> None:
    door.says("voice", RECORD + say("お声が聞こえませんでした。"))
    call = await twilio.call()
    assert await call.silence() == ["お声が聞こえませんでした。"] and not door.asked["kept"]


async def test_a_call_recorded_as_a_whole(twilio: Twilio, door: Door) -> None:
    door.says("voice", '<Start><Recording recordingStatusCallback="recorded"/></Start>' + say("録音しています。"))
    await twilio.call()
    recorded = door.asked["recorded"][0]
    assert (recorded["RecordingSource"], recorded["RecordingChannels"]) == ("StartCallRecordingTwiML", "2")


async def test_a_recording_is_heard_in_the_two_formats_there_are(twilio: Twilio, door: Door) -> None:
    door.says("voice", RECORD)
    await (await twilio.call()).record()
    (kept,) = twilio.recordings.kept.values()
    async with aiohttp.ClientSession(auth=aiohttp.BasicAuth(ACCOUNT, TOKEN)) as session:
        answers = [await session.get(kept.url + ending) for ending in ("", ".wav", ".mp3", ".ogg")]
    assert [answer.status for answer in answers] == [200, 200, 200, 404]
    assert [answer.content_type for answer in answers[:3]] == ["audio/x-wav", "audio/x-wav", "audio/mpeg"]
