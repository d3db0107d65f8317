"""`python -m bench turns`: text turn, growth of a conversation and start, on a product started for it."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiohttp

from bench.customer import Customer, questions, spread
from bot.language.client import ask_once
from run.product import Product, wait_until
from settings import Settings

WARM_UP = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--turns", type=int, default=300, help="turns of the text-turn row, 10 a conversation")
    parser.add_argument("--growth", type=int, default=200, help="length of the one long conversation")


def run(args: argparse.Namespace) -> dict[str, Any]:
    with product() as (running, start_s):
        found = asyncio.run(_measure(running, args.turns, args.growth))
    return {"start": {"run_to_first_answer_s": start_s}, **found}


@contextmanager
def product(**environment: str) -> Iterator[tuple[Product, float]]:
    """A product started twice: the second start, with everything in place, is the one that is timed."""
    # Rate limits are made for people; one address plays all customers here.
    limits = {"SESSION_MESSAGES_PER_MINUTE": "1000000", "ADDRESS_SESSIONS_PER_MINUTE": "1000000"}
    with tempfile.TemporaryDirectory(prefix="mdg") as folder:
        articles = Path(folder) / "articles"  # a copy: some measures change them
        shutil.copytree(Settings().kb_dir, articles)
        limits["KB_DIR"] = str(articles)
        first = Product(Path(folder), **limits, **environment).start()
        wait_until(lambda: _indexed(first), 600, "all vectors are there")
        first.stop()
        began = time.monotonic()
        running = Product(Path(folder), **limits, **environment).start()
        try:
            asyncio.run(_one_answer(running))
            seconds = round(time.monotonic() - began, 1)
            wait_until(lambda: _indexed(running), 600, "all vectors are there")
            yield running, seconds
        finally:
            running.stop()


def _indexed(running: Product) -> bool:
    """Whether the slow encoder's vectors are all there: until then it works in the background."""
    return bool(ask_once(running.settings.language_socket, "status")["encoders"].get("e5"))


async def _one_answer(running: Product) -> None:
    async with aiohttp.ClientSession() as http:
        await (await Customer(http, running.door).arrive()).ask("送料はいくらですか")


async def _measure(running: Product, turns: int, growth: int) -> dict[str, Any]:
    texts = questions(Settings().kb_dir, WARM_UP + turns + growth)
    async with aiohttp.ClientSession() as http:
        await _times(http, running.door, texts[:WARM_UP])
        turn = await _times(http, running.door, texts[WARM_UP : WARM_UP + turns])
        long = await _times(http, running.door, texts[WARM_UP + turns :], per_conversation=growth)
    early, late = statistics.median(long[4:15]), statistics.median(long[-11:])
    return {
        "text_turn": {**spread(turn), "n": len(turn)},
        "growth": {"turn_10_ms": round(early, 1), "turn_last_ms": round(late, 1), "ratio": round(late / early, 2)},
    }


async def _times(http: aiohttp.ClientSession, door: str, texts: list[str], per_conversation: int = 10) -> list[float]:
    found = []
    for start in range(0, len(texts), per_conversation):
        customer = await Customer(http, door).arrive()
        found += [await customer.ask(text) for text in texts[start : start + per_conversation]]
        await customer.leave()
    return found
