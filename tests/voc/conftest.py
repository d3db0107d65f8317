"""A writer with real stores; names are found by a list instead of GiNZA (GiNZA itself is measured by the bench)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa

import voc.tables  # noqa: F401  the tables must be known before the fixture `sql` makes them
from bot.language.client import LanguageAway
from conversation.stream import ConversationStream
from stores import open_redis
from voc.masking import Masker
from voc.store import Store
from voc.writer import Writer


class NameList:
    """A language process that knows these names; `away` lets it vanish."""

    def __init__(self, *names: str) -> None:
        self.names, self.away, self.asked = names, False, 0

    async def name_spans(self, texts: list[str]) -> list[list[tuple[int, int, str]]]:
        if self.away:
            raise LanguageAway("name_spans")
        self.asked += len(texts)
        return [
            [(text.index(name), text.index(name) + len(name), "person") for name in self.names if name in text]
            for text in texts
        ]


@pytest.fixture
def names() -> NameList:
    return NameList("佐藤花子", "田中")


@pytest.fixture
def store(sql: sa.engine.Engine) -> Store:
    return Store(sql, "key of the tests")


@pytest.fixture
async def stream(redis_url: str) -> AsyncIterator[ConversationStream]:
    redis = open_redis(redis_url)
    yield ConversationStream(redis, raw_text_days=30)
    await redis.aclose()


@pytest.fixture
def writer(stream: ConversationStream, store: Store, names: NameList, tmp_path: Path) -> Writer:
    return Writer(stream, store, Masker(names, clock=lambda: 0.0), tmp_path / "spool", voc_days=730)
