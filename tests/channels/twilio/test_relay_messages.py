"""What else may come over ConversationRelay's socket: rubbish, another account, a second socket of the same call."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType
from hypothesis import HealthCheck, given
from hypothesis import settings as tries
from hypothesis import strategies as st

from channels.simulate.numbers import new_sid
from channels.simulate.twilio import Twilio
from channels.twilio.came import Setup, read
from conversation.stream import ConversationStream
from tests.channels.staging import Connector

pytestmark = pytest.mark.usefixtures("release", "connector")
Socket = ClientWebSocketResponse[Any]
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
_TYPES = st.sampled_from(["setup", "prompt", "dtmf", "interrupt", "error", "info", ""])
_FIELDS = ["voicePrompt", "last", "lang", "digit", "utteranceUntilInterrupt", "durationUntilInterruptMs", "description"]
_LIKE = st.builds(lambda kind, rest: {**rest, "type": kind}, _TYPES, st.dictionaries(st.sampled_from(_FIELDS), _JSON))
_ODD = st.one_of(_JSON, _LIKE).map(json.dumps) | st.text()


@pytest.fixture
def road() -> str:
    return "relay"


async def begun(twilio: Twilio) -> dict[str, str]:
    """The fields of a call whose greeting was asked for, which has no socket yet."""
    fields = {
        "CallSid": new_sid("CA"),
        "AccountSid": twilio.account_sid,
        "From": "+819012345678",
        "To": "+815031234567",
    }
    assert b"ConversationRelay" in (await twilio.post("/twilio/voice", fields)).body
    return fields


async def opened(twilio: Twilio, fields: dict[str, str], **changed: Any) -> Socket:
    url = f"{twilio.webhooks.public_url.replace('http', 'ws', 1)}/twilio/voice/relay"
    socket: Socket = await twilio.webhooks.handshake(url)
    about = {"accountSid": fields["AccountSid"], "callSid": fields["CallSid"], "sessionId": new_sid("VX")}
    await socket.send_json({"type": "setup", **about, "customParameters": {"turn": "1"}, **changed})
    return socket


async def asks(socket: Socket, text: str) -> str:
    await socket.send_json({"type": "prompt", "voicePrompt": text, "lang": "ja-JP", "last": True})
    return await told(socket)


async def told(socket: Socket) -> str:
    """What is said up to the end of an answer, a filler included."""
    said = ""
    while True:
        message = await asyncio.wait_for(socket.receive_json(), 20)
        said += message["token"]
        if message["last"] and "解決しましたか" in said:
            return said


async def closed(socket: Socket) -> bool:
    message = await asyncio.wait_for(socket.receive(), 20)
    return message.type in (WSMsgType.CLOSE, WSMsgType.CLOSED)


@pytest.mark.parametrize(
    "changed",
    [
        {"accountSid": "AC" + "f" * 32},
        {"callSid": "CA" + "f" * 32},
        {"callSid": None},
        {"customParameters": {}},
        {"customParameters": None},
        {"type": "prompt", "voicePrompt": "送料はいくらですか", "last": True},
    ],
    ids=str,
)
async def test_a_socket_of_no_call_of_ours_is_closed(twilio: Twilio, connector: Connector, changed: Any) -> None:
    socket = await opened(twilio, await begun(twilio), **changed)
    assert await closed(socket) and connector.turns == []


async def test_the_newer_socket_has_the_call(twilio: Twilio, connector: Connector) -> None:
    fields = await begun(twilio)
    older = await opened(twilio, fields)
    assert "質問1" in await asks(older, "質問1")
    newer = await opened(twilio, fields)
    assert "質問1" in await told(newer)  # the call goes on where it was
    await older.send_json({"type": "prompt", "voicePrompt": "質問2", "last": True})
    assert await closed(older)
    assert "質問3" in await asks(newer, "質問3")
    assert [turn["text"] for turn in connector.turns] == ["質問1", "質問3"]


async def test_rubbish_harms_nobody(twilio: Twilio, connector: Connector) -> None:
    socket = await opened(twilio, await begun(twilio))
    for odd in ("", "{", "[]", "1", '{"type":[]}', '{"type":"prompt","voicePrompt":3}', "[" * 5000, '{"type":"setup"}'):
        await socket.send_str(odd)
    await socket.send_bytes(b"\xff\x00")
    await socket.send_json({"type": "prompt", "voicePrompt": "\ud83d", "last": True})
    await socket.send_json({"type": "prompt", "voicePrompt": " ", "last": True})
    await socket.send_json({"type": "dtmf", "digit": "12"})
    await socket.send_json({"type": "error", "description": "64107"})
    await socket.send_json(
        {"type": "interrupt", "utteranceUntilInterrupt": "言っていません", "durationUntilInterruptMs": -1}
    )
    assert "送料は" in await asks(socket, "送料はいくらですか")
    assert [turn["text"] for turn in connector.turns] == ["送料はいくらですか"]


async def test_what_was_never_said_is_not_placed(twilio: Twilio, stream: ConversationStream) -> None:
    fields = await begun(twilio)
    socket = await opened(twilio, fields)
    await asks(socket, "質問1")
    await socket.send_json({"type": "interrupt", "utteranceUntilInterrupt": "別の文", "durationUntilInterruptMs": 200})
    await asks(socket, "質問2")
    words = await stream.since(f"voice-{fields['CallSid']}")
    assert [word.meta["heard"] for word in words if "heard" in word.meta] == [{"until": "別の文", "ms": 200}]


@tries(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_ODD)
def test_any_text_is_read_or_is_nothing(text: str) -> None:
    found = read(text)
    assert not isinstance(found, Setup) or found.turn >= 0
    for value in vars(found).values() if found else ():
        assert not isinstance(value, str) or not any("\ud800" <= letter <= "\udfff" for letter in value)
