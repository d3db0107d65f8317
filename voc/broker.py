"""Rasa's event broker: what only Rasa knows of a message goes to the Redis stream `events`, without its words."""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import time
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path
from typing import Any

from rasa.core.brokers.broker import EventBroker

from settings import Settings
from stores import AsyncRedis, open_redis
from voc import keys

_log = logging.getLogger(__name__)
_STREAM_LENGTH = 200_000  # about; the writer is rarely further behind than minutes
_WAITING = 10_000  # entries in memory; more go to a file at once
_REMEMBERED = 10_000  # after a failed write Rasa publishes a whole session again

Entry = dict[str, Any]


class VocBroker(EventBroker):
    """`event_broker: {type: voc.broker.VocBroker}`. `publish` never waits and never raises.

    What Redis does not take goes to files in VAR_DIR/spool, which the VOC writer reads.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._folder = settings.var_dir / "spool"
        self._queue: asyncio.Queue[Entry] = asyncio.Queue(_WAITING)
        self._seen: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._sending: asyncio.Task[None] | None = None
        self._redis: AsyncRedis | None = None

    @classmethod
    async def from_endpoint_config(cls, broker_config: Any, event_loop: Any = None) -> VocBroker:
        return cls(Settings())

    def publish(self, event: dict[str, Any]) -> None:
        try:
            entry = entry_of(event)
            if entry and self._is_new((entry["conversation_id"], entry["message_id"])):
                self._put(entry)
        except Exception:
            _log.exception("an event of conversation %s could not be noted", event.get("sender_id"))

    async def close(self) -> None:
        """Sends what is still waiting, or leaves it in a file."""
        if self._sending:
            self._sending.cancel()
            with suppress(asyncio.CancelledError):
                await self._sending
        await self._send(self._waiting())
        if self._redis:
            await self._redis.aclose()

    def _is_new(self, key: tuple[str, str]) -> bool:
        if key in self._seen:
            return False
        self._seen[key] = None
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return True

    def _put(self, entry: Entry) -> None:
        try:
            loop = asyncio.get_running_loop()
            self._queue.put_nowait(entry)
        except (RuntimeError, asyncio.QueueFull):
            spool(self._folder, [entry])
            return
        if self._sending is None or self._sending.done():
            self._sending = loop.create_task(self._send_for_ever())

    async def _send_for_ever(self) -> None:
        while True:
            first = await self._queue.get()
            batch = [first, *self._waiting()]
            # Shielded: close() must not tear a batch that is half sent.
            await asyncio.shield(self._send(batch))

    def _waiting(self) -> list[Entry]:
        return [self._queue.get_nowait() for _ in range(self._queue.qsize())]

    async def _send(self, entries: list[Entry]) -> None:
        left = list(entries)
        try:
            self._redis = self._redis or open_redis(self._settings.redis_url)
            while left:
                text = json.dumps(left[0], ensure_ascii=False)
                await self._redis.xadd(keys.EVENTS, {keys.EVENT_FIELD: text}, maxlen=_STREAM_LENGTH, approximate=True)
                left.pop(0)
        except Exception as error:
            _log.warning("events: Redis is away (%s), %d go to %s", type(error).__name__, len(left), self._folder)
            await asyncio.to_thread(spool, self._folder, left)


def spool(folder: Path, entries: list[Entry]) -> None:
    """A file of JSON lines, put in place by one rename, so that no reader sees half of it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = f"events-{time.time_ns()}-{secrets.token_hex(4)}"
    fresh = folder / f".{name}"
    fresh.write_text("".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries), encoding="utf-8")
    fresh.rename(folder / f"{name}.jsonl")


def entry_of(event: dict[str, Any]) -> Entry | None:
    """What is noted of a user event; None for other events and for words that Rasa was only told of."""
    parsed = event.get("parse_data") or {}
    intent = parsed.get("intent") or {}
    if event.get("event") != "user" or not intent.get("name") or not event.get("message_id"):
        return None
    found = parsed.get("understanding") or {}
    metadata = event.get("metadata") or {}
    return {
        "conversation_id": event["sender_id"],
        "message_id": event["message_id"],
        "channel": event.get("input_channel"),
        "at": event.get("timestamp"),
        "intent": intent["name"],
        "confidence": intent.get("confidence"),
        "decision": found.get("decision"),
        "reason": found.get("reason"),
        "abuse": found.get("abuse"),
        "candidates": [_candidate(one) for one in found.get("candidates", ())],
        "release": found.get("release"),
        "ms": found.get("ms") or {},
        "model": metadata.get("model_id"),
        "reduced": bool(found.get("reduced") or metadata.get("language_away")),
    }


def _candidate(candidate: dict[str, Any]) -> dict[str, Any]:
    return {key: candidate[key] for key in ("article_id", "title", "score", "probability")}
