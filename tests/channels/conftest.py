"""Doors in process on a real Redis, and a stand-in for Rasa's connector that writes to the real stream."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from channels.app import make_app
from conversation.stream import ConversationStream
from handoff.queue import Queue
from kb.release import Release
from settings import Settings
from stores import METADATA, AsyncRedis, open_sql
from tests.channels.staging import ARTICLES, SECRET, Client, Connector, always_open, answer, publish


@pytest.fixture
def stream(redis_client: AsyncRedis) -> ConversationStream:
    return ConversationStream(redis_client, 30)


@pytest.fixture
def queue(stream: ConversationStream, redis_client: AsyncRedis) -> Queue:
    return Queue(redis_client, stream)


@pytest.fixture
async def connector(stream: ConversationStream) -> AsyncIterator[Connector]:
    """Listens at `connector.port`."""
    standing_in = Connector(stream, answer)
    app = web.Application()
    app.router.add_post("/webhooks/door/turn", standing_in.turn)
    server = TestServer(app)
    await server.start_server()
    standing_in.port = server.port or 0
    yield standing_in
    await server.close()


@pytest.fixture
def release(redis_url: str) -> Release:
    """Four articles, live."""
    return publish(redis_url, 1, ARTICLES)


@pytest.fixture
def settings(redis_url: str, tmp_path: Path, connector: Connector, release: Release) -> Settings:
    database_url = f"sqlite:///{tmp_path / 'door.db'}"
    engine = open_sql(database_url)
    METADATA.create_all(engine)
    always_open(engine)
    engine.dispose()
    return Settings(
        _env_file=None,
        var_dir=tmp_path,
        redis_url=redis_url,
        database_url=database_url,
        rasa_port=connector.port,
        secret_key="k" * 40,
        connector_secret=SECRET,
        identity_key="i" * 40,
        turn_seconds=1.0,
        address_sessions_per_minute=1000,
        session_messages_per_minute=1000,
    )


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Settings of a door whose Rasa is down, which it believes sooner than in the shop."""
    monkeypatch.setattr("channels.rasa.REFUSED_SECONDS", 0.3)
    return {"turn_seconds": 8, "rasa_port": 9}  # the discard port: connections are refused


@pytest.fixture
async def open_door(settings: Settings) -> AsyncIterator[Callable[..., Awaitable[Client]]]:
    """Opens doors (several may be open) with settings of their own."""
    clients: list[Client] = []

    async def open_one(clock: Callable[[], float] | None = None, **changed: Any) -> Client:
        own = settings.copy(update=changed)
        app = make_app(own, clock) if clock else make_app(own)
        client = TestClient(TestServer(app))
        await client.start_server()
        clients.append(client)
        return client

    yield open_one
    for client in clients:
        await client.close()


@pytest.fixture
async def door(open_door: Callable[..., Awaitable[Client]]) -> Client:
    return await open_door()
