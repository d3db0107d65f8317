"""Hostile text through the door: it lives, every message is acked or refused, and what is kept is what was said."""

from __future__ import annotations

import json
import unicodedata
import uuid
from typing import Any

import aiohttp
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tries
from structlog.testing import capture_logs

from channels.safety import BODY_LIMIT
from conversation.stream import ConversationStream
from nihongo.normalise import LIMIT
from tests.channels.staging import ORIGIN, Client, Connector, Page, page, session
from tests.hostile import FLOODS, texts

pytestmark = pytest.mark.slow
REFUSALS = {"empty", "too_long", "bad_request"}
EXAMPLES = tries(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


async def say(tab: Page, text: str) -> dict[str, Any]:
    """The door's answer: ack or error."""
    message_id = str(uuid.uuid4())
    await tab.send(type="message", id=message_id, text=text)
    return await tab.until(lambda frame: frame["type"] in ("ack", "error") and frame["id"] == message_id)


async def kept(tab: Page, stream: ConversationStream, answer: dict[str, Any], said: str) -> None:
    """Laws of an accepted message, and of a refused one."""
    if answer["type"] == "error":
        assert answer["code"] in REFUSALS
        return
    word = await stream.word(tab.conversation_id, answer["seq"])
    assert word is not None
    assert word.message_id == answer["id"]
    assert 0 < len(word.text) <= LIMIT
    assert not {unicodedata.category(letter) for letter in word.text} & {"Cs", "Co"}
    assert not [letter for letter in word.text if unicodedata.category(letter) == "Cc" and letter != "\n"]
    assert not word.text.startswith(("/", "／"))
    assert is_part(word.text, said)
    await tab.until(lambda frame: frame.get("exchange_id") == answer["id"] and "解決しましたか？" in frame["text"])


def is_part(kept: str, said: str) -> bool:
    """Letters were left out, none was changed, added or moved (but line breaks and tabs)."""
    letters = iter(json.loads(json.dumps(said)))  # where two surrogates side by side are one letter
    return all(any(letter == other for other in letters) for letter in kept if letter not in " \n")


async def test_floods_are_acked_or_refused(door: Client, stream: ConversationStream, connector: Connector) -> None:
    tab = await page(door)
    with capture_logs() as logs:
        for flood in FLOODS:
            text = flood[:LIMIT]
            await kept(tab, stream, await say(tab, text), text)
    assert not [entry for entry in logs if entry["log_level"] in ("error", "critical")]
    assert all(json.dumps(turn, ensure_ascii=False).encode() for turn in connector.turns)


@EXAMPLES
@given(text=texts(LIMIT + 20))
async def test_any_text_is_acked_or_refused(door: Client, stream: ConversationStream, text: str) -> None:
    tab = await page(door)
    with capture_logs() as logs:
        await kept(tab, stream, await say(tab, text), text)
    assert not [entry for entry in logs if entry["log_level"] in ("error", "critical")]
    await tab.ws.close()


@pytest.mark.parametrize("letter", ["あ", "\ufdfa", "\u0301", "\x00", "{", '"'])
async def test_a_megabyte_ends_the_tab_alone(door: Client, letter: str) -> None:
    other, tab = await page(door), await page(door)
    await tab.ws.send_str(json.dumps({"type": "message", "id": "m" * 8, "text": letter * 1_000_000}))
    closed = await tab.ws.receive(timeout=20)
    while closed.type is aiohttp.WSMsgType.TEXT:
        closed = await tab.ws.receive(timeout=20)
    assert closed.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)
    assert tab.ws.close_code == aiohttp.WSCloseCode.MESSAGE_TOO_BIG
    assert (await say(other, "送料は？"))["type"] == "ack"


@pytest.mark.parametrize("size", [BODY_LIMIT + 1, 1_000_000])
async def test_too_large_a_post_is_refused(door: Client, size: int) -> None:
    opened = await session(door)
    headers = ORIGIN | {"Authorization": f"Bearer {opened['token']}"}
    async with door.post("/api/web/messages", data=b'{"text":"' + b"a" * size, headers=headers) as answer:
        assert answer.status == 413
        assert (await answer.json())["error"]["code"] == "too_large"
    assert (await door.get("/healthz")).status == 200


@pytest.mark.parametrize("body", [b"", b"\x00" * 500, b"[" * 8000, b'{"type":' + b"[" * 8000, b"\xff\xfe{}", b"1e999"])
async def test_what_is_no_frame_is_refused(door: Client, body: bytes) -> None:
    opened = await session(door)
    headers = ORIGIN | {"Authorization": f"Bearer {opened['token']}"}
    async with door.post("/api/web/messages", data=body, headers=headers) as answer:
        assert answer.status == 400
    tab = await Page(door, opened["token"], opened["conversation_id"]).connect()
    await tab.ws.send_str(body.decode("utf-8", "replace"))
    assert (await tab.kind("error"))["code"] == "bad_request"
    assert (await say(tab, "送料は？"))["type"] == "ack"
