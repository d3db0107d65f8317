"""Rasa in process: a trained model, an agent on a real Redis, the connector in front of it."""

from __future__ import annotations

import asyncio
import secrets
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.language.understanding import Understanding
from conversation.stream import ConversationStream
from conversation.words import Choice, Kind, Speaker, Word
from kb import keys as kb_keys
from kb.article import Answer, Article
from kb.release import Release, content_hash
from settings import ROOT
from tests.bot.language_server import LanguageServer


@pytest.fixture(scope="session")
def language_socket() -> Iterator[Path]:
    path = Path("/tmp") / f"mdg-lang-{secrets.token_hex(4)}.sock"
    yield path
    path.unlink(missing_ok=True)


def told(redis_url: str, language_socket: Path, var: Path) -> dict[str, str]:
    return {
        "REDIS_URL": redis_url,
        "LANGUAGE_SOCKET": str(language_socket),
        "VAR_DIR": str(var),
        "CONNECTOR_SECRET": "between-us-two-of-us",
        "SECRET_KEY": "k" * 32,
        "DATABASE_URL": "",
    }


@pytest.fixture
def environment(
    redis_url: str, language_socket: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Our settings as Rasa's process would read them."""
    from bot import process

    for name, value in told(redis_url, language_socket, tmp_path_factory.mktemp("var")).items():
        monkeypatch.setenv(name, value)
    process.settings.cache_clear()
    yield
    process.settings.cache_clear()


@pytest.fixture
async def language(language_socket: Path) -> AsyncIterator[LanguageServer]:
    server = await LanguageServer(language_socket).start()
    yield server
    await server.stop()


def article(id: str, **fields: Any) -> Article:
    title = fields.pop("title", f"{id}とは？")
    wording = Answer(web=f"**{id}** です。", sms=f"{id} です。", speech=f"{id} とは、こうです。")
    given = {"id": id, "title": title, "category": "配送", "answer": wording, "phrasings": (f"{id}を教えて",)}
    return Article(**{**given, **fields})


async def publish(redis: Any, *articles: Article, number: int = 1) -> Release:
    """Makes these articles the live release, as kb.publish mirrors it."""
    kept = {one.id: one for one in articles}
    release = Release(number, kept, datetime.now(timezone.utc), "test", "test", content_hash(kept))
    await redis.set(kb_keys.release(number), release.to_json())
    await redis.set(kb_keys.LIVE, number)
    await redis.publish(kb_keys.CHANGED, number)
    return release


@pytest.fixture
async def shelf(redis_client: Any) -> Release:
    articles = [
        article("shipping-fee", title="送料はいくらですか？", related=("free-shipping",)),
        article("free-shipping", title="送料無料の条件は？"),
        article("delivery-days", title="何日で届きますか？"),
        article("old-offer", title="終わった案内", valid_until="2020-01-01"),
        article("accident", title="けがをした", scope="hand_off"),
    ]
    return await publish(redis_client, *articles)


@dataclass
class Shop:
    """A customer's view of Rasa behind its connector."""

    door: Any
    agent: Any
    stream: ConversationStream
    language: LanguageServer
    conversation_id: str = field(default_factory=lambda: f"c-{uuid.uuid4().hex[:12]}")
    channel: str = "web"

    async def say(self, text: str, means: Understanding | None = None, **turn: Any) -> list[Word]:
        """A typed message; what the bot said to it."""
        if means:
            self.language.says[text] = means
        return await self._exchange(text, Kind.MESSAGE, None, turn)

    async def press(self, choice: Choice | str) -> list[Word]:
        command = choice if isinstance(choice, str) else choice.command
        return await self._exchange(command, Kind.CHOICE, command, {})

    async def turn(self, message_id: str, text: str = "", command: str | None = None, **turn: Any) -> dict[str, Any]:
        """The door's call itself."""
        from channels.connector import Turn

        asked = Turn(
            conversation_id=self.conversation_id,
            message_id=message_id,
            channel=self.channel,
            text=text,
            command=command,
            **turn,
        )
        return dict(await asyncio.shield(self.door._once(asked, self.agent)))

    async def heard(self, message_id: str) -> list[Word]:
        words = await self.stream.since(self.conversation_id)
        return [w for w in words if w.exchange_id == message_id and w.message_id != message_id and w.shown]

    async def _exchange(self, text: str, kind: Kind, command: str | None, turn: dict[str, Any]) -> list[Word]:
        message_id = uuid.uuid4().hex
        meta = {"command": command} if command else {}
        word = Word(self.conversation_id, Speaker.CUSTOMER, text, message_id, kind, meta=meta)
        appended = await self.stream.append(word)
        await self.turn(message_id, text, command, **{"seq": appended.seq, **turn})
        return await self.heard(message_id)


_agents: dict[Path, Any] = {}


async def load_agent(model: Path) -> Any:
    """Rasa's agent with our endpoints; the graph is loaded once, the stores find the running loop by themselves."""
    from rasa.core.agent import load_agent as load
    from rasa.core.utils import AvailableEndpoints

    if model not in _agents:
        endpoints = AvailableEndpoints.read_endpoints(str(ROOT / "endpoints.yml"))
        _agents[model] = await load(str(model), endpoints=endpoints)
    return _agents[model]


@pytest.fixture
async def agent(environment: None, dialogue_model: Path) -> AsyncIterator[Any]:
    from bot import process
    from settings import Settings
    from voc.broker import VocBroker

    loaded = await load_agent(dialogue_model)
    own = loaded.tracker_store._tracker_store
    own.event_broker = VocBroker(Settings())
    yield loaded
    await own.event_broker.close()
    await process.close()


@pytest.fixture
async def shop(agent: Any, language: LanguageServer, shelf: Release, redis_client: Any) -> Shop:
    from channels.connector import DoorInput
    from settings import Settings

    door = DoorInput(Settings())
    return Shop(door, agent, ConversationStream(redis_client, 30), language)


@pytest.fixture
def actions_server(environment: None, agent: Any, tmp_path: Path) -> Iterator[SimpleNamespace]:
    """The real action server; the agent is pointed at it."""
    from tests.actions.server import running

    with running(tmp_path) as server, pointed_at(server.url, agent):
        yield server


@contextmanager
def pointed_at(url: str, agent: Any) -> Iterator[None]:
    was = agent.action_endpoint.url
    agent.action_endpoint.url = agent.processor.action_endpoint.url = url
    yield
    agent.action_endpoint.url = agent.processor.action_endpoint.url = was
