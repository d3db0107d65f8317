"""What Twilio would refuse, read wrongly or drop a caller with is refused here, with its place."""

from __future__ import annotations

import pytest
from aiohttp import web
from twilio.twiml.voice_response import Gather, VoiceResponse

from channels.simulate.signing import TwimlError
from channels.simulate.twilio import Twilio
from tests.channels.simulate.door import Door, document, gather, say

WRONG = [
    ("<Shout>はい</Shout>", "<Shout> may not stand here"),
    ("", "drops a caller|drops the caller"),
    ('<Say language="ja-JP" speed="2">はい</Say>', "Response > Say: unknown attribute 'speed'"),
    ('<Gather numDigit="1"/>', "Response > Gather: unknown attribute 'numDigit'"),
    (gather("<Redirect>x</Redirect>"), "Gather: <Redirect> may not stand here"),
    (gather(gather(say("二重"))), "Gather: <Gather> may not stand here"),
    (f"{say('長' * 451)}", "451 characters"),
    (say("a " * 1200 + "%" * 800), "4500 URL-encoded"),
    ("<Say>日本語です</Say>", "is read in English"),
    ('<Say voice="Polly.Joanna" language="ja-JP">はい</Say>', "no Japanese voice"),
    ('<Say voice="Polly.Kazuha-Neural" language="en-US">はい</Say>', "do not go together"),
    ('<Say voice="Google.ja-JP-Neural2-Z" language="ja-JP">はい</Say>', "no Japanese voice"),
    (say('<break time="1s"/><shout>はい</shout>'), "Say: <shout> may not stand here"),
    (say('<say-as interpret="telephone">090</say-as>'), "Say > say-as: unknown attribute"),
    (say("<emphasis>はい</emphasis>"), "no <emphasis>"),
    (say('<break time="20s"/>はい'), "time='20s'"),
    ('<Gather input="dtmf speech" action="turn"/>', "hears speech as en-US"),
    (gather("", hints=",".join(["語"] * 501)), "500 hints"),
    (gather("", hints="語" * 101), "longer than 100"),
    (gather("", bargeIn="no"), "neither true nor false"),
    (gather("", timeout="auto"), "is not a number"),
    (gather("", speechTimeout="0"), "speechTimeout"),
    (gather("", input="voice"), "input='voice'"),
    (gather("", enhanced="true"), "enhanced needs"),
    ("<Redirect> </Redirect>", "leads nowhere"),
    ("<Dial/>", "dials nobody"),
    ("<Dial><Conference>部屋</Conference></Dial>", "not played by this stand-in"),
    ("はい" + say("はい"), "text outside a verb"),
    ('<Enqueue workflowSid="WW1"/>', "TaskRouter"),
    (say("はい") + "<Reject/>", "after the call was answered"),
]


@pytest.mark.parametrize(("inside", "words"), WRONG, ids=[words for _, words in WRONG])
async def test_wrong_twiml(twilio: Twilio, door: Door, inside: str, words: str) -> None:
    door.says("voice", inside)
    with pytest.raises(TwimlError, match=words):
        await twilio.call()
    assert twilio.calls[0].ended_by == "error"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (web.Response(text=" " + document(say("はい")), content_type="text/xml"), "does not begin"),
        (web.Response(text="<Response><Say>", content_type="text/xml"), "not well-formed"),
        (web.Response(text="<Answer/>", content_type="text/xml"), "not <Response>"),
        (web.Response(text=document(say("はい")), content_type="text/plain"), "is not XML"),
        (web.Response(status=500), "answered 500"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
async def test_what_is_no_twiml(twilio: Twilio, door: Door, answer: web.Response, words: str) -> None:
    door.answers["voice"] = [answer]
    with pytest.raises(TwimlError, match=words):
        await twilio.call()


async def test_what_the_sdk_builds_is_right(twilio: Twilio, door: Door) -> None:
    response = VoiceResponse()
    listening = Gather(
        input="dtmf speech", language="ja-JP", action="turn", speech_timeout="auto", action_on_empty_result=True,
        num_digits=1, barge_in=True, timeout=5, hints="はい,いいえ,オペレーター", profanity_filter=False,
    )  # fmt: skip
    spoken = listening.say(voice="Polly.Kazuha-Neural", language="ja-JP")
    spoken.prosody("ご用件は", rate="90%")
    spoken.break_(time="300ms")
    spoken.sub("03-1234", alias="ゼロサン、イチニサンヨン")
    spoken.say_as("1234", interpret_as="telephone")
    response.append(listening)
    response.redirect("silence", method="POST")
    door.answers["voice"] = [str(response)]
    call = await twilio.call()
    assert call.heard == ["ご用件は ゼロサン、イチニサンヨン1234"] and call.state == "gathering"


async def test_a_reply_to_a_text_may_be_empty_but_not_a_call_verb(twilio: Twilio, door: Door) -> None:
    assert (await twilio.text("こんにちは")).messages == []
    door.says("sms", say("電話の言葉"))
    with pytest.raises(TwimlError, match="<Say> may not stand here"):
        await twilio.text("こんにちは")
