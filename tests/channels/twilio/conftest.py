"""A door with telephone and SMS, and Twilio's stand-in in front of and behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer, unused_port

from channels.app import make_app
from channels.simulate.twilio import Twilio
from conversation.stream import ConversationStream
from handoff.agents import Agents
from handoff.queue import Queue
from settings import Settings
from stores import AsyncRedis
from tests.channels.staging import Client
from tests.channels.twilio.phone_room import PhoneRoom

ACCOUNT, TOKEN = "AC" + "0123456789abcdef" * 2, "token-of-the-tests-0001"
ROADS = pytest.mark.parametrize("road", ["gather", "relay"])
HEARS = ("gathering", "relay")  # the bot listens to the caller, on either road
OpenLine = Callable[..., Awaitable[Twilio]]


def line_settings(twilio: Twilio) -> dict[str, Any]:
    """Of a door that this Twilio calls."""
    return {
        "twilio_account_sid": ACCOUNT,
        "twilio_auth_token": TOKEN,
        "twilio_sender": twilio.sms_number,
        "twilio_voice_number": twilio.voice_number,
        "twilio_api_base_url": twilio.url,
        "public_url": twilio.webhooks.public_url,
    }


@pytest.fixture
async def line(settings: Settings, road: str, quick_voice: None) -> AsyncIterator[OpenLine]:
    """Opens a door and gives the Twilio that calls it; `.door` is the client of the door."""
    opened: list[Any] = []

    async def open_one(clock: Callable[[], float] | None = None, **changed: Any) -> Twilio:
        port = unused_port()
        url = f"http://127.0.0.1:{port}"
        twilio = Twilio(ACCOUNT, TOKEN, url, sms_number="+815012345678")
        running = twilio.running()
        await running.__aenter__()
        app = make_app(
            settings.copy(update=line_settings(twilio) | {"voice_mode": road} | changed), *([clock] if clock else [])
        )
        client: Client = TestClient(TestServer(app, port=port))
        await client.start_server()
        opened.extend((client, running))  # ended the other way round: the stand-in reports to an open door
        twilio.door = client  # type: ignore[attr-defined]
        return twilio

    yield open_one
    for one in reversed(opened):
        await (one.close() if isinstance(one, TestClient) else one.__aexit__(None, None, None))


@pytest.fixture
def road() -> str:
    """By which the calls go; test files that hold for both roads have `ROADS` as a mark."""
    return "gather"


@pytest.fixture
async def twilio(line: OpenLine) -> Twilio:
    return await line()


@pytest.fixture
def room(stream: ConversationStream, queue: Queue, redis_client: AsyncRedis) -> Callable[[Twilio], PhoneRoom]:
    return lambda twilio: PhoneRoom(twilio, stream, queue, Agents(redis_client))


@pytest.fixture
def phones(twilio: Twilio, room: Callable[[Twilio], PhoneRoom]) -> PhoneRoom:
    return room(twilio)


@pytest.fixture
def twin(
    twilio: Twilio, settings: Settings, open_door: Callable[..., Awaitable[Client]]
) -> Callable[[], Awaitable[None]]:
    """Opens a second door of the same telephone; Twilio asks the first one."""

    async def open_one() -> None:
        await open_door(**line_settings(twilio))

    return open_one


@pytest.fixture
def quick_voice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Speech takes no time, and nobody is taken for silent."""
    monkeypatch.setattr("channels.twilio.mouth.LETTERS_A_SECOND", 1e6)
    monkeypatch.setattr("channels.twilio.session.SILENCE_SECONDS", 60.0)
