"""What one text turn costs by part: Rasa's inside a process of our own on a running product, the rest from outside."""

from __future__ import annotations

import argparse
import asyncio
import functools
import inspect
import logging
import os
import statistics
import time
import uuid
from collections import defaultdict
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import aiohttp

from bench.customer import Customer, questions, spread
from bench.turns import WARM_UP, product
from conversation.stream import ConversationStream
from conversation.words import Speaker, Word
from run.product import Product
from settings import ROOT, Settings

PER_CONVERSATION = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--turns", type=int, default=200, help="turns of each view, 10 a conversation")


def run(args: argparse.Namespace) -> dict[str, Any]:
    with product() as (running, _):
        texts = questions(Settings().kb_dir, WARM_UP + args.turns)
        outside = asyncio.run(_outside(running, texts))
        os.environ.update(running.environment | {"REDIS_URL": running.settings.redis_url})
        os.environ["LANGUAGE_SOCKET"] = str(running.settings.language_socket)
        inside, language = asyncio.run(_inside(texts))
    whole = inside.pop("whole")
    return {
        "shown_ms": spread([turn for turn, _ in outside]),
        "ack_ms": spread([ack for _, ack in outside]),
        "rasa_ms": whole,
        "outside_rasa_ms": round(statistics.mean(turn for turn, _ in outside) - whole, 2),
        "in_rasa_ms": inside,
        "in_language_ms": language,
        "n": args.turns,
    }


async def _outside(running: Product, texts: list[str]) -> list[tuple[float, float]]:
    """(milliseconds to the answer, to the ack) of each turn after the warm-up, one after another."""
    found = []
    async with aiohttp.ClientSession() as http:
        for start in range(0, len(texts), PER_CONVERSATION):
            customer = await Customer(http, running.door).arrive()
            for text in texts[start : start + PER_CONVERSATION]:
                shown = await customer.ask(text)
                found.append((shown, customer.acked))
            await customer.leave()
    return found[WARM_UP:]


async def _inside(texts: list[str]) -> tuple[dict[str, float], dict[str, float]]:
    """Mean milliseconds a turn of each part in Rasa's process, and of those in the language process."""
    from rasa.core.agent import load_agent
    from rasa.core.utils import AvailableEndpoints
    from rasa.utils.log_utils import configure_structlog

    from bot import process
    from channels.connector import DoorInput
    from run.prepare import model_path
    from stores import open_redis

    configure_structlog(logging.ERROR)
    settings = Settings()
    agent = await load_agent(
        str(model_path()), endpoints=AvailableEndpoints.read_endpoints(str(ROOT / "endpoints.yml"))
    )
    agent.action_endpoint.url = settings.actions_url  # as the connector does when a server starts it
    door, stopwatch = DoorInput(settings), Stopwatch()
    stream = ConversationStream(open_redis(settings.redis_url), settings.raw_text_days)
    told: list[dict[str, float]] = []
    _time(stopwatch, agent, told)
    for number, text in enumerate(texts):
        if number == WARM_UP:
            stopwatch.clear()
            told.clear()
        await _turn(door, agent, stream, f"bench-{number // PER_CONVERSATION}-{os.getpid()}", text, stopwatch)
    await process.close()
    turns = len(texts) - WARM_UP
    names = {name for one in told for name in one}
    language = {name: round(sum(one.get(name, 0.0) for one in told) / turns, 2) for name in sorted(names)}
    return {name: round(ms / turns, 2) for name, ms in stopwatch.parts.items()} | {
        "whole": round(sum(stopwatch.parts.values()) / turns, 2)
    }, language


async def _turn(
    door: Any, agent: Any, stream: ConversationStream, conversation_id: str, text: str, stopwatch: Stopwatch
) -> None:
    from channels.connector import Turn

    message_id = uuid.uuid4().hex
    word = await stream.append(Word(conversation_id, Speaker.CUSTOMER, text, message_id))
    asked = Turn(conversation_id=conversation_id, message_id=message_id, seq=word.seq or 0, text=text)
    await stopwatch.part("connector and Rasa's own road", door._carry_out)(asked, agent)


def parts(store: Any, processor: Any, nlg: Any) -> list[tuple[str, Any, str]]:
    """(part, owner, name of its function) of what is timed. Rasa's names are those of 3.6.21."""
    from bot.language.client import LanguageClient
    from channels import connector
    from voc.broker import VocBroker

    return [
        ("language process, with the way there", LanguageClient, "understand"),
        ("words before", connector, "said_before"),
        ("repeat asked for", connector, "answered"),
        ("tracker read", store, "retrieve"),
        ("tracker written", store, "save"),
        ("NLU component", processor, "parse_message"),
        ("policies", processor, "predict_next_with_tracker_if_should"),
        ("NLG", nlg, "generate"),
        ("words into the stream", connector.StreamOutput, "send_response"),
        ("event broker", VocBroker, "publish"),
    ]


def _time(stopwatch: Stopwatch, agent: Any, told: list[dict[str, float]]) -> None:
    """Puts a stopwatch on each part."""
    from bot.language.client import LanguageClient
    from channels.tracker import own_store

    for part, owner, name in parts(own_store(agent), agent.processor, agent.nlg):
        setattr(owner, name, stopwatch.part(part, getattr(owner, name)))
    timed = LanguageClient.understand

    @functools.wraps(timed)
    async def heard(*args: Any, **given: Any) -> Any:
        found = await timed(*args, **given)
        told.append(found.ms)
        return found

    LanguageClient.understand = heard  # type: ignore[method-assign]


class Stopwatch:
    """Milliseconds spent in each part itself, without the parts that it called and waited for."""

    def __init__(self) -> None:
        self.parts: dict[str, float] = defaultdict(float)
        self._within: ContextVar[list[float] | None] = ContextVar("within", default=None)

    def clear(self) -> None:
        self.parts.clear()

    def part(self, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, timed; async when it is async."""

        def begun() -> tuple[float, list[float] | None, list[float]]:
            return time.perf_counter(), self._within.get(), [0.0]

        def ended(began: float, outer: list[float] | None, inner: list[float]) -> None:
            spent = (time.perf_counter() - began) * 1000
            self.parts[name] += spent - inner[0]
            if outer is not None:
                outer[0] += spent

        @functools.wraps(work)
        async def later(*args: Any, **given: Any) -> Any:
            began, outer, inner = begun()
            token = self._within.set(inner)
            try:
                return await work(*args, **given)
            finally:
                self._within.reset(token)
                ended(began, outer, inner)

        @functools.wraps(work)
        def now(*args: Any, **given: Any) -> Any:
            began, outer, inner = begun()
            token = self._within.set(inner)
            try:
                return work(*args, **given)
            finally:
                self._within.reset(token)
                ended(began, outer, inner)

        return later if inspect.iscoroutinefunction(work) else now
