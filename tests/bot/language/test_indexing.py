"""Indexing in the background: killed in the middle it goes on with the rest, and nobody waits for it meanwhile."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from bot.language.index import build
from bot.language.matrices import kept_as
from bot.language.service import LanguageService
from bot.language.tokens import Tokeniser
from bot.language.vectors import E5_QUERY, VectorCache
from kb.article import Answer, Article
from run.product import free_block, wait_until
from settings import ROOT
from tests.channels.staging import publish
from tests.sharing import copied

pytestmark = [pytest.mark.model, pytest.mark.slow]
THINGS = [
    "送料",
    "返品",
    "交換",
    "領収書",
    "配送",
    "予約",
    "会員",
    "包装",
    "保証",
    "修理",
    "在庫",
    "割引",
    "請求書",
    "住所",
]
Start = Callable[[], subprocess.Popen[bytes]]


def articles(count: int) -> list[Article]:
    asks = ("について教えてください", "はいつになりますか", "を変更したいです", "ができません")
    return [
        Article(
            id=f"article-{number}",
            title=f"{THINGS[number % len(THINGS)]}{number}番{asks[number % len(asks)]}",
            category="試験",
            phrasings=(f"{number}番の{THINGS[number % len(THINGS)]}のこと",),
            answer=Answer(web=f"{number}番の手順は、画面の{THINGS[number % len(THINGS)]}から選べます。"),
        )
        for number in range(count)
    ]


@contextmanager
def started(start: Start) -> Iterator[subprocess.Popen[bytes]]:
    process = start()
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def start(redis_url: str, tmp_path: Path) -> Start:
    """The real process, over stores and a folder of its own."""
    environment = os.environ | {
        "VAR_DIR": str(tmp_path),
        "REDIS_URL": redis_url,
        "LANGUAGE_SOCKET": str(tmp_path / "language.sock"),
        "METRICS_PORT": str(free_block()),
        "CONNECTOR_SECRET": "c" * 40,
        "SECRET_KEY": "s" * 40,
    }
    return lambda: subprocess.Popen([sys.executable, "-m", "bot.language"], cwd=ROOT, env=environment)


def test_a_killed_process_goes_on_where_it_was(redis_url: str, start: Start, tmp_path: Path, vectors: Path) -> None:
    shelf = articles(40)
    (_, titles), (_, texts) = kept_as(build(shelf, Tokeniser()).texts, "e5")
    publish(redis_url, 1, shelf)
    cache = VectorCache(copied(vectors, tmp_path / "vectors" / "vectors.db"))
    assert not cache.known("e5", texts)
    with started(start):
        wait_until(lambda: len(cache.known("e5", texts)) >= 10, 120, "the first vectors are there")
    done = list(cache.known("e5", texts))
    assert 10 <= len(done) < len(set(texts))
    mark = np.full((len(done), 384), 0.125, dtype=np.float32)
    cache.add("e5", done, lambda _: mark)  # whatever is encoded again would lose it
    with started(start):
        wait_until(lambda: not cache.missing("e5", texts), 120, "the rest is there")
    assert all((vector == 0.125).all() for vector in cache.known("e5", done).values())
    assert not cache.missing(E5_QUERY, titles)
    cache.close()


@pytest.fixture
async def service(tmp_path: Path, vectors: Path) -> AsyncIterator[LanguageService]:
    made = LanguageService(VectorCache(copied(vectors, tmp_path / "v.db")), lambda: date(2026, 11, 22))
    await made.start()
    yield made
    await made.stop()


async def test_customers_do_not_wait_for_a_publication(service: LanguageService) -> None:
    """Every article is new, and E5 is reading the release before it."""
    await service.follow(1, articles(10))
    publication = asyncio.create_task(service.follow(2, articles(40)))
    waits = []
    while not publication.done():
        began = time.monotonic()
        found = await service.answer("understand", {"text": f"{len(waits)}番の送料について"})
        assert found["release"] in (1, 2)
        waits.append(time.monotonic() - began)
    await publication
    assert len(waits) >= 5
    assert max(waits) < 1, f"{len(waits)} questions, the slowest {max(waits):.2f} s"
    assert (await service.answer("status", {}))["release"] == 2
