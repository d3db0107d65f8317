"""Hostile text through the language service over its real socket: it lives, answers in time, and logs no error."""

from __future__ import annotations

import asyncio
import gc
import logging
import unicodedata
from collections.abc import AsyncIterator, Iterator
from datetime import date
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings

from bot.language.client import LINE_LIMIT, LanguageAway, LanguageClient
from bot.language.server import LanguageServer, Metrics
from bot.language.service import LanguageService
from bot.language.vectors import VectorCache
from nihongo.normalise import LIMIT
from tests.bot.language.test_server import BACK, FEE
from tests.hostile import FLOODS, texts

pytestmark = [pytest.mark.model, pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]
SECONDS = 5.0  # for one answer, on a busy machine; a flood takes 0.3 s here
EXAMPLES = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(tmp_path_factory: pytest.TempPathFactory, two_articles: Path) -> AsyncIterator[LanguageClient]:
    """Of a service with both encoders."""
    folder = tmp_path_factory.mktemp("hostile")
    service = LanguageService(VectorCache(two_articles), lambda: date(2026, 11, 22))
    await service.start()
    await service.follow(1, [FEE, BACK])
    assert service._indexing._filling
    await service._indexing._filling
    assert service.understander.index and service.understander.index.e5
    server = LanguageServer(service, Metrics())
    await server.start(folder / "language.sock")
    made = LanguageClient(str(folder / "language.sock"), SECONDS)
    yield made
    await made.close()
    await server.stop()
    await service.stop()


@pytest.fixture(autouse=True)
def no_errors(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    with caplog.at_level(logging.WARNING):
        yield
    assert not [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]


async def understood(client: LanguageClient, text: str) -> None:
    found = await client.understand(text, {"channel": "web", "article": "fee"})
    assert unicodedata.is_normalized("NFKC", found.text)
    assert len(found.text) <= LIMIT
    assert 0 <= found.confidence <= 1
    assert not found.reduced or not found.text, "an encoder was away"
    await client.search(text, limit=3)  # asks E5 whatever the gate says


async def masked(client: LanguageClient, text: str) -> None:
    spans = (await client.name_spans([text]))[0]
    assert all(0 <= start < end <= len(text) for start, end, _ in spans)
    assert spans == sorted(spans)


async def test_floods_are_answered(client: LanguageClient) -> None:
    for flood in FLOODS:
        await understood(client, flood)


async def test_names_are_looked_for_in_floods(client: LanguageClient) -> None:
    for flood in FLOODS:
        await masked(client, flood[:LIMIT])


@EXAMPLES
@given(texts())
async def test_any_text_is_answered(client: LanguageClient, text: str) -> None:
    await understood(client, text)
    await masked(client, text)


@pytest.mark.parametrize("letter", ["あ", "！", "\u0301", "\ufdfa", "\u200b", "1", "\ud800"])
async def test_a_megabyte_is_answered(client: LanguageClient, letter: str) -> None:
    await understood(client, letter * (1_000_000 // len(letter.encode("utf-8", "replace"))))


async def test_more_than_a_line_holds_is_refused_and_others_go_on(client: LanguageClient) -> None:
    with pytest.raises(LanguageAway):
        await client.understand("あ" * LINE_LIMIT)
    gc.collect()  # an answer that nobody took would be told as an error now
    assert (await client.status())["articles"] == 2


async def test_an_answer_does_not_wait_behind_a_long_masking(client: LanguageClient) -> None:
    patient = LanguageClient(client._path, timeout=120)
    masking = asyncio.create_task(patient.ask("name_spans", texts=["山田太郎！" * 700]))
    await client.understand("送料はいくらですか")
    assert not masking.done()
    await masking
    await patient.close()
