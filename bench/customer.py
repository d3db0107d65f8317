"""A customer for measuring: one socket of the web chat, times from the message sent to the first answer shown."""

from __future__ import annotations

import asyncio
import json
import random
import time
import uuid
from pathlib import Path
from typing import Any

import aiohttp
import yaml


class Customer:
    """Opens a conversation; `ask` gives the milliseconds until the bot's first word of that exchange is here."""

    def __init__(self, http: aiohttp.ClientSession, door: str) -> None:
        self._http, self._door = http, door
        self._socket: Any = None
        self.failed = 0
        self.heard = ""  # the last answer
        self.acked = 0.0  # milliseconds to the last message's ack

    async def arrive(self) -> Customer:
        headers = {"Origin": self._door}
        async with self._http.post(f"{self._door}/api/web/sessions", json={}, headers=headers) as answer:
            answer.raise_for_status()
            token = (await answer.json())["token"]
        self._socket = await self._http.ws_connect(f"{self._door}/api/web/socket", headers=headers)
        await self._socket.send_json({"type": "hello", "v": 1, "token": token, "since": 0})
        return self

    async def ask(self, text: str, patience: float = 30) -> float:
        """Milliseconds from message to answer; counts a failure when the answer was the graceful line. Raises
        asyncio.TimeoutError after so many seconds, also where other frames come: a place in the queue is no answer."""
        return await asyncio.wait_for(self._ask(text), patience)

    async def _ask(self, text: str) -> float:
        message_id, began = str(uuid.uuid4()), time.perf_counter()
        await self._socket.send_json({"type": "message", "id": message_id, "text": text})
        while True:
            frame = json.loads((await self._socket.receive()).data)
            if frame["type"] == "error":
                raise RuntimeError(frame)
            if frame["type"] == "ack":
                self.acked = (time.perf_counter() - began) * 1000
            if frame["type"] == "message" and frame["exchange_id"] == message_id and frame["from"] != "customer":
                self.failed += frame["from"] != "bot"
                self.heard = frame["text"]
                return (time.perf_counter() - began) * 1000

    async def leave(self) -> None:
        await self._socket.close()


def questions(kb_dir: Path, count: int, seed: int = 0) -> list[str]:
    """FAQ questions that all differ: phrasings of the articles, with endings that keep the meaning."""
    rng = random.Random(seed)  # noqa: S311
    articles = [yaml.safe_load(path.read_text()) for path in sorted(kb_dir.rglob("*.yml"))]
    phrasings = [text for article in articles if article["scope"] == "self_service" for text in article["phrasings"]]
    ways = ("{}", "すみません、{}", "{} 教えてください", "あの、{}", "{} お願いします", "ちょっと聞きたいのですが、{}")
    found = [way.format(text) for way in ways for text in phrasings]
    rng.shuffle(found)
    return found[:count]


def spread(values: list[float]) -> dict[str, float]:
    """p50, p95 and the largest, rounded to 0.1."""
    ordered = sorted(values)

    def at(share: float) -> float:
        return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1)

    return {"p50_ms": at(0.50), "p95_ms": at(0.95), "max_ms": at(1.0)}
