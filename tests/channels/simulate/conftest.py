"""A door of a few lines, whose TwiML each test writes."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestServer
from twilio.rest import Client

from channels.simulate.twilio import Twilio
from tests.channels.simulate.door import ACCOUNT, PUBLIC, TOKEN, Door, Rewriting


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    door = Door()
    server = TestServer(door.app())
    await server.start_server()
    door.url = f"http://127.0.0.1:{server.port}"
    yield door
    await server.close()


@pytest.fixture
async def twilio(door: Door) -> AsyncIterator[Twilio]:
    async with Twilio(ACCOUNT, TOKEN, door.url, public_url=PUBLIC).running() as twilio:
        yield twilio


@pytest.fixture
async def client(twilio: Twilio) -> AsyncIterator[Client]:
    http = Rewriting(twilio.url)
    yield Client(ACCOUNT, TOKEN, http_client=http)
    await http.close()
