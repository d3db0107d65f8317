"""`python -m bench load`: turns a second with many customers at once, memory after 1,000 turns, VOC drained."""

from __future__ import annotations

import argparse
import asyncio
import time
from typing import Any

import aiohttp
import psutil
import redis

from bench.customer import Customer, questions, spread
from bench.turns import product
from run.product import Product
from settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--customers", type=int, default=16)
    parser.add_argument("--turns", type=int, default=1600, help="turns of all customers together")


def run(args: argparse.Namespace) -> dict[str, Any]:
    with product() as (running, _):
        found = asyncio.run(_load(running, args.customers, args.turns))
        found["voc_drained_s"] = _drained(running)
        found["memory"] = memory(running)
    return found


async def _load(running: Product, customers: int, turns: int) -> dict[str, Any]:
    texts = questions(Settings().kb_dir, turns + 40)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        warm = await Customer(http, running.door).arrive()
        for text in texts[turns:]:
            await warm.ask(text)
        waiting, times, failed, began = texts[:turns], [], 0, time.perf_counter()

        async def one() -> int:
            customer, said = await Customer(http, running.door).arrive(), 0
            while waiting:
                text = waiting.pop()  # before we wait for anything: others take from the same list
                if said == 10:  # a new conversation, as real customers make
                    await customer.leave()
                    customer, said = await Customer(http, running.door).arrive(), 0
                times.append(await customer.ask(text))
                said += 1
            await customer.leave()
            return customer.failed

        failed = sum(await asyncio.gather(*(one() for _ in range(customers))))
        seconds = time.perf_counter() - began
    figures = {"turns_per_s": round(len(times) / seconds, 1), **spread(times)}
    return {"customers": customers, "n": len(times), "failed": failed, **figures}


def _drained(running: Product) -> float:
    """Seconds until the VOC writer has taken all of the feed."""
    client = redis.from_url(running.settings.redis_url, decode_responses=True, protocol=2)
    began = time.monotonic()
    while time.monotonic() - began < 120:
        groups = client.xinfo_groups("feed")
        if groups and all(group["lag"] == 0 and group["pending"] == 0 for group in groups):
            return round(time.monotonic() - began, 1)
        time.sleep(0.1)
    return -1.0


def memory(running: Product) -> dict[str, float]:
    """Proportional set size (PSS) in MB of every process of the product, and their sum."""
    found: dict[str, float] = {}
    root = psutil.Process(running.pid("door")).parent()
    assert root is not None
    for child in root.children(recursive=True):
        arguments = child.cmdline()
        name = arguments[2] if len(arguments) > 2 and arguments[1] == "-m" else child.name()
        found[name] = round(found.get(name, 0) + child.memory_full_info().pss / 1e6, 1)
    return {**found, "total_mb": round(sum(found.values()), 1)}
