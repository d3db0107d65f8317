"""Erasing a customer's words everywhere: SQL first (which bars them from coming back), then Redis, then files.

Other rooms bring an eraser of their own; what they share is that every Redis key of a conversation carries `{id}`.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import phonenumbers
import redis
import structlog

from conversation import keys as conversation_keys
from nihongo.normalise import normalise
from stores import AsyncRedis
from voc import erased as erased_list
from voc import keys
from voc.store import Store

log = structlog.get_logger(__name__)
# What another room erases of a conversation, told by name and number.
Eraser = Callable[[str], Awaitable[dict[str, int]]]


class Erasing:
    def __init__(
        self,
        connection: AsyncRedis,
        store: Store,
        spool_dir: Path,
        others: Iterable[Eraser] = (),
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._redis, self._store, self._spool, self._clock = connection, store, spool_dir, clock
        self._list = spool_dir.with_name(erased_list.NAME)
        self._others = tuple(others)

    async def erase(self, conversation_ids: Sequence[str], actor: str, asked_by: str) -> dict[str, int]:
        """Erases these conversations; tells what was erased and leaves a line that says by whom."""
        total: Counter[str] = Counter()
        for conversation_id in conversation_ids:
            at = self._clock()
            await asyncio.to_thread(erased_list.note, self._list, conversation_id, at)
            erased = Counter(await asyncio.to_thread(self._store.erase, conversation_id, at))
            for other in self._others:
                erased.update(await other(conversation_id))
            erased.update(await self._from_redis(conversation_id))
            erased["spool"] += await asyncio.to_thread(self._from_spool, conversation_id)
            told = {what: count for what, count in erased.items() if count}
            await asyncio.to_thread(self._store.note_erasure, conversation_id, at, actor, asked_by, told)
            log.info("voc.erased", conversation=conversation_id, actor=actor, **told)
            total.update(told)
        await asyncio.to_thread(self._store.shred)
        await self._rewrite_log()
        return dict(total)

    async def of_contact(self, contact: str) -> list[str]:
        """Conversations of a customer: a number or an identity, as the shop or the telephone writes it."""
        wanted = spellings(contact)
        found = {one for name in wanted for one in await asyncio.to_thread(self._store.conversations_of_contact, name)}
        head, tail = conversation_keys.state("*").split("*")
        async for key in self._redis.scan_iter(match=conversation_keys.state("*"), count=1000, _type="HASH"):
            if key.endswith(tail) and wanted & set(await self._redis.hmget(key, "contact", "customer_number")):
                found.add(key[len(head) : -len(tail)])
        return sorted(found)

    async def of_conversation(self, conversation_id: str) -> list[str]:
        """The conversation itself, when anything of it is known."""
        known = await self._redis.exists(conversation_keys.state(conversation_id))
        known = known or await asyncio.to_thread(self._store.positions, [conversation_id])
        return [conversation_id] if known else []

    async def of_ticket(self, number: str) -> list[str]:
        return await asyncio.to_thread(self._store.conversations_of_ticket, number)

    async def of_list(self, path: Path) -> list[str]:
        """Conversations of a list of erasures that are there again, because the stores are older than it."""
        listed = await asyncio.to_thread(erased_list.noted, path)
        known = await asyncio.to_thread(self._store.erased_at, list(listed))
        again = [one for one, at in listed.items() if known.get(one, 0.0) < at]
        return [one for conversation_id in again for one in await self.of_conversation(conversation_id)]

    async def _from_redis(self, conversation_id: str) -> dict[str, int]:
        """Every key with the conversation's tag, its place among the turns, and its events."""
        tagged = f"*{{{_literal(conversation_id)}}}*"
        own = [key async for key in self._redis.scan_iter(match=tagged, count=1000)]
        gone = await self._redis.unlink(*own) if own else 0
        await self._redis.zrem(conversation_keys.TURNS, conversation_id)
        return {"redis": int(gone), "events": await self._from_events(conversation_id)}

    async def _from_events(self, conversation_id: str) -> int:
        gone, after = 0, "-"
        while page := await self._redis.xrange(keys.EVENTS, min=after, count=1000):
            own = [entry_id for entry_id, fields in page if _is_of(conversation_id, fields.get(keys.EVENT_FIELD, ""))]
            gone += await self._redis.xdel(keys.EVENTS, *own) if own else 0
            after = f"({page[-1][0]}"
        return gone

    def _from_spool(self, conversation_id: str) -> int:
        gone = 0
        for path in self._spool.glob("events-*.jsonl"):
            lines = path.read_text(encoding="utf-8").splitlines()
            left = [line for line in lines if not _is_of(conversation_id, line)]
            if len(left) < len(lines):
                gone += len(lines) - len(left)
                fresh = path.with_name(f".{path.name}")
                fresh.write_text("".join(f"{line}\n" for line in left), encoding="utf-8")
                fresh.replace(path)
        return gone

    async def _rewrite_log(self) -> None:
        """So that the words leave Redis's append-only file too, where it has one and lets us ask."""
        try:
            await self._redis.bgrewriteaof()
        except redis.ResponseError as error:
            log.warning("voc.append_only_file_not_rewritten", error=str(error))


def spellings(contact: str) -> set[str]:
    """A contact as it may have been kept: as given, as the shop's identity, as an international number."""
    plain = normalise(contact).strip()
    found = {contact, plain, f"shop:{contact}", f"shop:{plain}"}
    try:
        number = phonenumbers.parse(plain, "JP")
    except phonenumbers.NumberParseException:
        return found
    return found | {phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)}


def _is_of(conversation_id: str, event: str) -> bool:
    try:
        found: Any = json.loads(event)
    except ValueError:
        return False
    return isinstance(found, dict) and found.get("conversation_id") == conversation_id


def _literal(text: str) -> str:
    """The text for Redis's pattern matching."""
    return "".join(f"\\{letter}" if letter in "*?[]\\^" else letter for letter in text)
