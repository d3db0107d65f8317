"""The desk with many at once: claims, an agent's word on the customer's screen, CPU time, memory.

A deed of each agent every four seconds (a claim and a word) is many times what people do. The claim is timed to its
answer; the talk's page, which a browser then opens, has a row of its own. Signing in and opening tickets are not timed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bench.customer import spread
from bench.load import cpu_ms, memory
from bench.turns import product
from conversation.stream import ConversationStream
from conversation.words import Speaker, Word
from desk import store
from desk.staff import Role
from handoff.queue import Queue
from handoff.ticket import Packet, Reason
from run.product import Product
from stores import open_redis, open_sql

PASSWORD = "correct horse 42"  # noqa: S105
THINK_SECONDS = 4.0  # between two deeds of one agent, on average


@dataclass
class Floor:
    """What was measured, in milliseconds."""

    product: Product
    claims: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    words: list[float] = field(default_factory=list)
    lost: int = 0
    """Claims that a colleague had won, as they should."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--agents", type=int, default=50)
    parser.add_argument("--waiting", type=int, default=500)
    parser.add_argument("--words", type=int, default=10, help="words that each agent says")


def run(args: argparse.Namespace) -> dict[str, Any]:
    with product() as (running, _):
        found = asyncio.run(_measure(running, args.agents, args.waiting, args.words))
        return found | {"memory": memory(running)}


async def _measure(running: Product, agents: int, waiting: int, words: int) -> dict[str, Any]:
    floor, names = Floor(running), [f"agent{number}" for number in range(agents)]
    engine = open_sql(running.settings.database_url)
    for name in names:
        await asyncio.to_thread(store.add_user, engine, name, "山田", PASSWORD, [Role.AGENT])
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        numbers = await _queue_up(running, http, waiting)
        seats = [await Agent(floor, name).sign_in() for name in names]
        shares = [numbers[place::agents] for place in range(agents)]
        before, began = cpu_ms(running), time.perf_counter()
        await asyncio.gather(
            *(seat.work(http, mine, words) for seat, mine in zip(seats, shares, strict=True)),
        )
        seconds, after = time.perf_counter() - began, cpu_ms(running)
        for seat in seats:
            await seat.http.close()
    return {
        "agents": agents,
        "waiting": waiting,
        "claim_ms": spread(floor.claims),
        "page_ms": spread(floor.pages),
        "word_ms": spread(floor.words),
        "lost_claims": floor.lost,
        "cores": {name: round((ms - before.get(name, 0.0)) / 1000 / seconds, 2) for name, ms in after.items()},
        "load_average": round(os.getloadavg()[0], 1),
        "n": {"claims": len(floor.claims), "words": len(floor.words)},
    }


async def _queue_up(running: Product, http: aiohttp.ClientSession, waiting: int) -> list[tuple[str, str, str]]:
    """(ticket number, conversation, the customer's token) of so many who wait."""
    redis = open_redis(running.settings.redis_url)
    stream = ConversationStream(redis, running.settings.raw_text_days)
    queue, found = Queue(redis, stream), []
    for place in range(waiting):
        headers = {"Origin": running.door}
        async with http.post(f"{running.door}/api/web/sessions", json={}, headers=headers) as answer:
            session = await answer.json()
        cid, said = session["conversation_id"], str(uuid.uuid4())
        packet = Packet(question="担当者と話したいです")
        ticket = await queue.open(cid, channel="web", exchange_id=said, reason=Reason.CUSTOMER_REQUEST, packet=packet)
        await stream.append(
            Word(cid, Speaker.CUSTOMER, f"まだでしょうか（{place}）", said)
        )  # the bot has no part in it
        found.append((ticket.number, cid, session["token"]))
    await redis.aclose()
    return found


class Agent:
    """A signed-in agent with an open page."""

    def __init__(self, floor: Floor, name: str) -> None:
        self._floor, self._name, self._desk = floor, name, floor.product.desk
        self.http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True), headers={"Origin": self._desk})
        self._rng = random.Random(name)  # noqa: S311
        self._csrf = ""

    async def sign_in(self) -> Agent:
        form = {"name": self._name, "password": PASSWORD}
        async with self.http.post(f"{self._desk}/login", data=form) as answer:
            found = re.search(r'<meta name="csrf" content="([^"]*)">', await answer.text())
        assert found, "the sign-in failed"
        self._csrf = found[1]
        return self

    async def work(self, http: aiohttp.ClientSession, mine: list[tuple[str, str, str]], words: int) -> None:
        """Claims the first of those who wait, and talks; then the others, one after the other."""
        await self._think()
        first, *others = mine
        await self._claim(first[0])
        async with self.http.ws_connect(f"{self._desk}/inbox/socket?ticket={first[0]}") as page:
            reading = asyncio.create_task(_read(page))
            customer = await _customer(http, self._floor.product.door, first[2])
            for place in range(words):
                await self._think()
                await self._say(page, customer, f"お調べいたしました（{place}）。")
                if others:
                    await self._claim(others.pop()[0])
            reading.cancel()
            await customer.close()

    async def _claim(self, number: str) -> None:
        began = time.perf_counter()
        form = {"csrf": self._csrf}
        url = f"{self._desk}/inbox/{number}/claim"
        async with self.http.post(url, data=form, allow_redirects=False) as answer:
            self._floor.claims.append((time.perf_counter() - began) * 1000)
            assert answer.status == 303, answer.status
            self._floor.lost += "lost" in answer.headers["Location"]
        await self._open(answer.headers["Location"])

    async def _open(self, path: str) -> None:
        began = time.perf_counter()
        async with self.http.get(f"{self._desk}{path}") as answer:
            await answer.read()
        self._floor.pages.append((time.perf_counter() - began) * 1000)

    async def _say(self, page: Any, customer: Any, text: str) -> None:
        began = time.perf_counter()
        await page.send_json({"type": "say", "id": str(uuid.uuid4()), "text": text})
        async for message in customer:
            frame = json.loads(message.data)
            if frame.get("from") == "agent" and frame.get("text") == text:
                break
        self._floor.words.append((time.perf_counter() - began) * 1000)

    async def _think(self) -> None:
        await asyncio.sleep(self._rng.uniform(0, 2 * THINK_SECONDS))


async def _customer(http: aiohttp.ClientSession, door: str, token: str) -> Any:
    socket = await http.ws_connect(f"{door}/api/web/socket", headers={"Origin": door})
    await socket.send_json({"type": "hello", "v": 1, "token": token, "since": 0})
    return socket


async def _read(page: Any) -> None:
    """An open page takes what it is sent."""
    async for _ in page:
        pass
