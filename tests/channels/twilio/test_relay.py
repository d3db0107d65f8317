"""The streamed road (ConversationRelay) through the door, over real sockets: the same talk as by Gather."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from channels.simulate.call import Call
from channels.simulate.signing import Forgery, WebhookError
from channels.simulate.twilio import Twilio
from conversation.stream import ConversationStream
from conversation.words import Kind
from tests.channels.staging import SOLVED, Connector
from tests.channels.twilio.conftest import OpenLine

pytestmark = pytest.mark.usefixtures("release", "connector", "quick_voice")
ANSWER = "送料はいくらですかへのお答えです。解決しましたか?"


@pytest.fixture
async def twilio(line: OpenLine) -> Twilio:
    return await line(voice_mode="relay")


def conversation(call: Call) -> str:
    return f"voice-{call.sid}"


async def test_a_question_is_answered_and_solved(twilio: Twilio, connector: Connector) -> None:
    call = await twilio.call()
    assert call.state == "relay" and call.heard[0].startswith("お電話ありがとうございます。")
    await call.say("送料はいくらですか", partial=("送料は",))
    await call.until_heard(ANSWER)
    assert [turn["text"] for turn in connector.turns] == ["送料はいくらですか"]
    await call.press("1")
    assert connector.turns[1]["command"] == "/solved"


async def test_words_are_said_as_they_come(twilio: Twilio, connector: Connector) -> None:
    more = asyncio.Event()

    async def in_two(connector: Connector, turn: dict[str, Any]) -> None:
        await connector.say(turn, "はじめの一文です。次の一文です。")
        await more.wait()
        word = turn | {"message_id": turn["message_id"]}
        await connector.say(word, "はじめの一文です。次の一文です。", "解決しましたか？", choices=SOLVED)

    connector.play = in_two
    call = await twilio.call()
    saying = asyncio.create_task(call.say("送料はいくらですか"))
    assert call.relay
    relay = call.relay
    await call.until(lambda _: len(relay.tokens) == 2)
    assert [token for token, _ in relay.tokens] == ["はじめの一文です。", "次の一文です。"] and not saying.done()
    more.set()
    assert "".join(await saying).startswith("はじめの一文です。次の一文です。解決しましたか?")


@pytest.mark.parametrize("forgery", [Forgery(unsigned=True), Forgery(token="another-token-0001")], ids=str)
async def test_a_forged_handshake_is_refused(twilio: Twilio, forgery: Forgery) -> None:
    url = f"{twilio.webhooks.public_url.replace('http', 'ws', 1)}/twilio/voice/relay"
    with pytest.raises(WebhookError, match="403"):
        await twilio.webhooks.handshake(url, forgery)


async def test_only_what_was_heard_is_kept(twilio: Twilio, stream: ConversationStream) -> None:
    call = await twilio.call()
    await call.say("送料はいくらですか")
    await call.interrupt("送料はいくら", 800)
    await call.say("何日で届きますか")
    await call.until_heard("何日で届きますか")
    words = await stream.since(conversation(call))
    noted = next(word for word in words if word.kind is Kind.STATE)
    answer = next(word for word in words if "送料はいくらですか」へのお答え" in word.text)
    assert noted.meta == {"heard": {"until": "送料はいくら", "ms": 800, "seq": answer.seq, "whole": False}}
    assert noted.exchange_id == answer.exchange_id
