"""`python -m bench load`: turns a second with many customers at once, memory after 1,000 turns, VOC drained."""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Callable
from typing import Any

import aiohttp
import psutil
import redis

from bench.customer import Customer, questions, spread
from bench.turns import product
from run.product import Product
from settings import Settings

WARM_UP = 40  # turns


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--customers", type=int, default=16)
    parser.add_argument("--turns", type=int, default=1600, help="turns of all customers together")


def run(args: argparse.Namespace) -> dict[str, Any]:
    with product() as (running, _):
        before = cpu_ms(running)
        found = asyncio.run(_load(running, args.customers, args.turns))
        found["cpu_ms"] = {
            name: round((ms - before.get(name, 0.0)) / (args.turns + WARM_UP), 1)
            for name, ms in cpu_ms(running).items()
        }
        found["voc_drained_s"] = _drained(running)
        found["memory"] = memory(running)
    return found


async def _load(running: Product, customers: int, turns: int) -> dict[str, Any]:
    texts = questions(Settings().kb_dir, turns + WARM_UP)
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
    found = {
        name: round(pss, 1) for name, pss in _by_name(running, lambda one: one.memory_full_info().pss / 1e6).items()
    }
    return {**found, "total_mb": round(sum(found.values()), 1)}


def cpu_ms(running: Product) -> dict[str, float]:
    """Milliseconds of CPU that every process of the product has used, and this one, which plays the customers."""
    return _by_name(running, _cpu_ms) | {"customers": _cpu_ms(psutil.Process())}


def _cpu_ms(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system) * 1000


def _by_name(running: Product, figure: Callable[[psutil.Process], float]) -> dict[str, float]:
    """A figure of every process of the product; those of one name together."""
    found: dict[str, float] = {}
    root = psutil.Process(running.pid("door")).parent()
    assert root is not None
    for child in root.children(recursive=True):
        arguments = child.cmdline()
        name = arguments[2] if len(arguments) > 2 and arguments[1] == "-m" else child.name()
        found[name] = found.get(name, 0.0) + figure(child)
    return found
