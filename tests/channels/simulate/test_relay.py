"""ConversationRelay: the websocket client that Twilio is."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import web

from channels.simulate.signing import Forgery, TwimlError, WebhookError
from channels.simulate.twilio import Twilio
from tests.channels.simulate.door import Door, say

CONNECT = (
    '<Connect action="after"><ConversationRelay url="wss://shop.example/bot/twilio/relay" language="ja-JP"'
    ' welcomeGreeting="ご用件をどうぞ。" dtmfDetection="true" partialPrompts="true">'
    '<Parameter name="release" value="7"/></ConversationRelay></Connect>'
)


class Talk:
    """The product's side: remembers what came and answers by what was said."""

    def __init__(self, **answers: list[dict[str, Any]]) -> None:
        self.came: list[dict[str, Any]] = []
        self.answers = answers

    async def __call__(self, socket: web.WebSocketResponse) -> None:
        async for raw in socket:
            message = raw.json()
            self.came.append(message)
            if message.get("last", True):
                for answer in self.answers.get(message.get("voicePrompt") or message.get("digit") or "", []):
                    await socket.send_json(answer)


def text(token: str, last: bool = True) -> dict[str, Any]:
    return {"type": "text", "token": token, "last": last}


@pytest.fixture
def talk(door: Door) -> Talk:
    door.says("voice", CONNECT)
    door.says("after", say("担当者におつなぎします。"))
    door.talk = talk = Talk(
        返品=[text("返品は", False), text("三十日以内です。")],
        担当者=[{"type": "end", "handoffData": '{"reason":"person"}'}],
        違う=[{"type": "shout"}],
        切れる=[{"type": "text", "token": 3}],
    )
    talk.answers["1"] = [text("一番ですね。")]
    return talk


async def test_a_streamed_answer(twilio: Twilio, talk: Talk) -> None:
    call = await twilio.call()
    assert call.state == "relay" and call.heard == ["ご用件をどうぞ。"]
    assert await call.say("返品", partial=("へん",)) == ["返品は三十日以内です。"]
    setup, part, whole = talk.came
    assert (setup["callSid"], setup["customParameters"]) == (call.sid, {"release": "7"})
    assert (part["voicePrompt"], part["last"], whole["last"], whole["lang"]) == ("へん", False, True, "ja-JP")
    assert call.relay and len(call.relay.first_token) == 1 and call.relay.first_token[0] < 5


async def test_keys_and_interruptions(twilio: Twilio, talk: Talk) -> None:
    call = await twilio.call()
    assert await call.press("1") == ["一番ですね。"]
    await call.interrupt("一番", 300)
    await call.say("返品")
    kinds = [(came["type"], came.get("utteranceUntilInterrupt")) for came in talk.came]
    assert kinds[1:3] == [("dtmf", None), ("interrupt", "一番")]


async def test_the_end_goes_to_the_action_with_its_data(twilio: Twilio, door: Door, talk: Talk) -> None:
    call = await twilio.call()
    assert await call.say("担当者") == ["担当者におつなぎします。"]
    assert door.asked["after"][0]["HandoffData"] == '{"reason":"person"}' and call.ended_by == "end"


@pytest.mark.parametrize("words", ["違う", "切れる"])
async def test_a_bad_message_fails(twilio: Twilio, talk: Talk, words: str) -> None:
    call = await twilio.call()
    with pytest.raises(TwimlError, match="64107"):
        await call.say(words)


async def test_the_caller_hangs_up(twilio: Twilio, door: Door, talk: Talk) -> None:
    call = await twilio.call()
    await call.hang_up()
    assert call.state == "ended" and door.asked["voice/status"] and call.heard == ["ご用件をどうぞ。"]
    assert [asked["SessionStatus"] for asked in door.asked["after"]] == ["completed"]


async def test_a_socket_that_breaks_goes_to_the_action(twilio: Twilio, door: Door, talk: Talk) -> None:
    async def hang(socket: web.WebSocketResponse) -> None:
        await socket.receive()

    door.talk = hang
    call = await twilio.call()
    await call.until_state("ended")
    assert door.asked["after"][0]["SessionStatus"] == "failed" and call.heard[-1] == "担当者におつなぎします。"


@pytest.mark.parametrize("forgery", [Forgery(token="another"), Forgery(unsigned=True)], ids=str)
async def test_a_forged_handshake_is_refused(twilio: Twilio, door: Door, talk: Talk, forgery: Forgery) -> None:
    with pytest.raises(WebhookError, match="64102"):
        await twilio.webhooks.handshake("wss://shop.example/bot/twilio/relay", forgery)
    assert door.forged == ["relay"] and not talk.came


async def test_a_websocket_that_is_not_at_the_public_address(twilio: Twilio, door: Door, talk: Talk) -> None:
    door.says("voice", CONNECT.replace("wss:", "ws:"))
    with pytest.raises(TwimlError, match="leads away"):
        await twilio.call()


async def test_a_relay_that_does_not_speak_japanese(twilio: Twilio, door: Door, talk: Talk) -> None:
    door.says("voice", CONNECT.replace('language="ja-JP"', 'language="en-US"'))
    with pytest.raises(TwimlError, match="not ja-JP"):
        await twilio.call()
