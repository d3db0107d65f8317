"""`python -m bench edit`: from 公開 pressed until door, language process and Rasa answer from the new release."""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp

from bench.customer import Customer, spread
from bench.turns import product
from bot.language.client import LanguageClient
from kb.publish import publish
from nihongo.japan_time import today
from run.product import Product
from stores import open_redis_sync, open_sql

_ASKED, _QUESTION = "shipping-fee", "送料はいくらですか？"  # the article that the customer asks for


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--articles", type=int, default=20, help="how many articles each publication changes")
    parser.add_argument("--times", type=int, default=5)


def run(args: argparse.Namespace) -> dict[str, Any]:
    with product() as (running, _):
        found = [asyncio.run(_once(running, args.articles, f"版{number}です。")) for number in range(args.times)]
    return {"articles": args.articles, **{part: spread([each[part] for each in found]) for part in found[0]}}


async def _once(running: Product, count: int, sentence: str) -> dict[str, float]:
    """Milliseconds until each process answers from the publication, and until all do."""
    _change(running.settings.kb_dir, count, sentence)
    began = time.perf_counter()
    number = await asyncio.to_thread(_publish, running)
    async with aiohttp.ClientSession() as http:
        customer = await Customer(http, running.door).arrive()
        language = LanguageClient(running.settings.language_socket)

        async def door() -> bool:
            async with http.get(f"{running.door}/faq/{_ASKED}") as page:
                return sentence in await page.text()

        async def understood() -> bool:
            return int((await language.status())["release"]) == number

        async def answered() -> bool:
            await customer.ask(_QUESTION)
            return sentence in customer.heard

        ways = {"door": door, "language": understood, "answer": answered}
        times = await asyncio.gather(*(_until(way, began) for way in ways.values()))
        await customer.leave()
        await language.close()
    return dict(zip(ways, times, strict=True)) | {"all": max(times)}


async def _until(way: Callable[[], Awaitable[bool]], began: float) -> float:
    while not await way():  # noqa: ASYNC110  (what other processes do has no event here)
        await asyncio.sleep(0.02)
    return (time.perf_counter() - began) * 1000


def _change(kb_dir: Path, count: int, sentence: str) -> None:
    """Puts the sentence before the web answer of so many articles, the asked one among them."""
    paths = sorted(kb_dir.rglob("*.yml"), key=lambda path: path.stem != _ASKED)
    for path in [path for path in paths if "scope: self_service" in path.read_text()][:count]:
        before, after = path.read_text().split("  web: |\n", 1)
        path.write_text(f"{before}  web: |\n    {sentence}\n\n{after}")


def _publish(running: Product) -> int:
    engine, client = open_sql(running.settings.database_url), open_redis_sync(running.settings.redis_url)
    done: Any = publish(engine, client, running.settings.kb_dir, "bench", "bench", today())
    engine.dispose()
    return int(done.release.number)
