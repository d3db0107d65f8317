"""The store is killed and comes back: what was acked is still there and is answered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from conversation.stream import ConversationStream
from stores import open_redis
from tests.channels.staging import ORIGIN, Connector, OpenDoor, Page, page, session
from tests.killed import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    running = Store(tmp_path)
    yield running
    running.kill()


@pytest.fixture
def redis_url(store: Store) -> str:
    return store.url


@pytest.fixture
async def stream(redis_url: str) -> AsyncIterator[ConversationStream]:
    client = open_redis(redis_url)
    yield ConversationStream(client, 30)
    await client.aclose()


@pytest.mark.slow
async def test_an_acked_word_survives_the_store_and_is_answered(
    open_door: OpenDoor, connector: Connector, store: Store
) -> None:
    play, asked, restarted = connector.play, asyncio.Event(), asyncio.Event()

    async def answer_after_the_restart(connector: Connector, turn: dict[str, object]) -> None:
        asked.set()
        await restarted.wait()
        await play(connector, turn)

    connector.play = answer_after_the_restart
    door = await open_door(turn_seconds=20)
    tab = await page(door)
    message_id = await tab.ask("送料は？")
    await tab.kind("ack")
    await asked.wait()
    await asyncio.to_thread(store.kill)
    async with door.get("/readyz") as ready:
        assert ready.status == 503
    async with door.post("/api/web/sessions", json={}, headers=ORIGIN) as refused:
        assert (refused.status, (await refused.json())["error"]["code"]) == (503, "unavailable")
    await asyncio.to_thread(store.start)
    restarted.set()
    opened = await session(door, resume=tab.token)
    again = await Page(door, opened["token"], opened["conversation_id"]).connect()
    assert (await again.word("解決しましたか？"))["exchange_id"] == message_id
    assert [seq for seq, _, _ in again.messages] == [1, 2, 3]
    await again.ask("次の質問")
    await again.word("「次の質問」")
