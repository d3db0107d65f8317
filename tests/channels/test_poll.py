"""The same talk by long poll."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from conversation.stream import ConversationStream
from conversation.words import Speaker, Word
from tests.channels.staging import ORIGIN, Client, Connector, Page, session


class Poller:
    def __init__(self, client: Client, opened: dict[str, Any]) -> None:
        self.client, self.conversation_id, self.since = client, opened["conversation_id"], 0
        self.headers = ORIGIN | {"Authorization": f"Bearer {opened['token']}"}

    async def send(self, **frame: Any) -> dict[str, Any]:
        async with self.client.post("/api/web/messages", json=frame, headers=self.headers) as answer:
            body: dict[str, Any] = await answer.json()
            return body

    async def look(self, wait: int = 20) -> list[dict[str, Any]]:
        query = {"since": str(self.since), "wait": str(wait)}
        async with self.client.get("/api/web/messages", params=query, headers=self.headers) as answer:
            body = await answer.json()
            self.since = body["since"]
            return list(body["frames"])

    async def until(self, text: str) -> list[dict[str, Any]]:
        seen: list[dict[str, Any]] = []
        while not any(text in frame.get("text", "") for frame in seen):
            seen += await self.look()
        return seen


async def test_a_talk_by_long_poll_is_the_same_talk(door: Client, connector: Connector) -> None:
    opened = await session(door)
    poller = Poller(door, opened)
    tab = await Page(door, opened["token"], opened["conversation_id"]).connect()
    assert await poller.look(wait=0) == [{"type": "state", "talking_to": "bot"}]
    ack = await poller.send(type="message", id="message-0001", text="送料は？")
    assert ack == {"type": "ack", "id": "message-0001", "seq": 1}
    assert await poller.send(type="message", id="message-0001", text="送料は？") == ack
    seen = [frame for frame in await poller.until("解決しましたか？") if frame["type"] == "message"]
    await tab.word("解決しましたか？")
    assert seen == [frame for frame in tab.seen if frame["type"] == "message"]
    choice = seen[-1]["choices"][0]["payload"]
    assert (await poller.send(type="choice", id="choice-0001", payload=choice))["seq"] == 4
    assert (await poller.send(type="choice", id="choice-0002", payload="forged"))["error"]["code"] == "unknown_choice"
    assert "/solved" not in json.dumps(await poller.until("「はい」"))


async def test_a_poll_waits_for_news(door: Client, stream: ConversationStream) -> None:
    opened = await session(door)
    poller = Poller(door, opened)
    await stream.append(Word(opened["conversation_id"], Speaker.AGENT, "一つ目", "a-1"))
    assert [frame["text"] for frame in await poller.look()] == ["一つ目"]
    waiting = asyncio.ensure_future(poller.look())
    await asyncio.wait({waiting}, timeout=0.2)
    assert not waiting.done()
    await stream.append(Word(opened["conversation_id"], Speaker.AGENT, "二つ目", "a-2"))
    assert [frame["text"] for frame in await waiting] == ["二つ目"]


@pytest.mark.slow
async def test_a_poll_without_news_comes_back_empty_in_time(door: Client) -> None:
    poller = Poller(door, await session(door))
    await poller.send(type="typing")
    poller.since = 5
    assert await poller.look(wait=1) == []


async def test_frames_without_ack_and_unknown_ones_are_taken(door: Client) -> None:
    poller = Poller(door, await session(door))
    assert await poller.send(type="typing") == {}
    assert await poller.send(type="dance") == {}
    assert await poller.send(type="end") == {}
    assert (await poller.send(type="message", id="message-0001", text="まだ？"))["error"]["code"] == "conversation_over"
