"""The VOC writer: follows `feed` and `events` as one of a consumer group and keeps one row an exchange in SQL.

An entry is acknowledged after its rows are in SQL. Everything may be done twice: rows are rebuilt from the stream.
"""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import redis
import sqlalchemy as sa
import structlog

from conversation import keys as conversation_keys
from conversation.lifetime import shorten
from conversation.stream import ConversationStream
from conversation.words import Speaker, Word
from nihongo.words import section
from tasks import together
from voc import keys
from voc.events import Events, sorted_out, spooled
from voc.masking import Masker
from voc.metrics import Metrics
from voc.store import Row, Store

log = structlog.get_logger(__name__)
AWAY = (redis.RedisError, OSError, asyncio.TimeoutError, sa.exc.OperationalError, sa.exc.InterfaceError)
BATCH = 500
DAY = 86_400
LONGEST_PAUSE = 30.0
GATHERING = 0.5  # between rounds: the words of a turn and its event come together, for one rebuild instead of four
Entries = list[tuple[str, list[tuple[str, dict[str, str]]]]]


class Writer:
    """One writer; several may run. `voc_days` is the lifetime of a row."""

    def __init__(
        self,
        stream: ConversationStream,
        store: Store,
        masker: Masker,
        spool_dir: Path,
        voc_days: int,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._stream, self._redis, self._store, self._masker = stream, stream.redis, store, masker
        self._spool, self._lifetime, self._clock = spool_dir, voc_days * DAY, clock
        self._name = f"{socket.gethostname()}-{os.getpid()}-{id(self):x}"
        self.metrics = Metrics(clock)
        self._problems = {"start": "starting"}

    @property
    def problem(self) -> str | None:
        """What keeps us from working, or None."""
        return "; ".join(self._problems.values()) or None

    async def run(self) -> None:
        """Until cancelled."""
        await self._insist(self.reconcile)
        await together(self._follow(), self._tend())

    async def _follow(self) -> None:
        while True:
            await self._insist(self.round)
            await asyncio.sleep(GATHERING)

    async def _tend(self) -> None:
        """What is due now and then: work of dead writers, names, the broker's files, lifetimes."""
        for turn in range(1_000_000_000):
            if turn % 360 == 0:
                await self._insist(self.expire)
            await asyncio.sleep(10)
            await self._insist(self.mend)
            if turn % 360 == 0:
                await self._insist(self.reconcile)

    async def _insist(self, work: Callable[[], Awaitable[Any]]) -> None:
        """Does it until the stores are there, with growing pauses; what was read stays unacknowledged meanwhile."""
        pause, name = 0.2, getattr(work, "__name__", "work")
        while True:
            try:
                await work()
                self._problems.pop(name, None)
                self._problems.pop("start", None)
                return
            except AWAY as error:
                self._problems[name] = f"{name}: {type(error).__name__}"
                log.warning("voc.store_away", problem=self._problems[name], again_in=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    async def round(self, block_ms: int = 2000) -> int:
        """Reads what is new (first what we read and could not keep), keeps and acknowledges it; gives the entries."""
        await self.join()
        streams = (conversation_keys.FEED, keys.EVENTS)
        entries = await self._read(dict.fromkeys(streams, "0"), None)
        if not any(found for _, found in entries):
            entries = await self._read(dict.fromkeys(streams, ">"), block_ms)
        self.metrics.holds([entry_id for _, found in entries for entry_id, _ in found])
        kept = await self._keep_entries(entries)
        self.metrics.holds([])
        return kept

    async def _read(self, places: dict[str, str], block_ms: int | None) -> Entries:
        found = await self._redis.xreadgroup(keys.GROUP, self._name, places, count=BATCH, block=block_ms)
        return list(found or [])

    async def _keep_entries(self, entries: Entries) -> int:
        found = {name: of for name, of in entries if of}
        told = [fields for _, fields in found.get(keys.EVENTS, []) if fields]  # none: the entry was trimmed away
        events = sorted_out(fields.get(keys.EVENT_FIELD, "") for fields in told)
        said = [fields["conversation"] for _, fields in found.get(conversation_keys.FEED, []) if fields]
        await self._keep_all(dict.fromkeys([*said, *events]), events)
        for name, of in found.items():
            await self._redis.xack(name, keys.GROUP, *(entry_id for entry_id, _ in of))
        return sum(map(len, found.values()))

    async def _keep_all(self, conversation_ids: dict[str, None], events: Events) -> None:
        for conversation_id in conversation_ids:
            try:
                await self.keep(conversation_id, events.get(conversation_id, {}))
            except AWAY:
                raise
            except Exception:  # one conversation that cannot be kept must not hold up all others
                self.metrics.failed.inc()
                log.exception("voc.conversation_failed", conversation=conversation_id)

    async def keep(self, conversation_id: str, events: dict[str, dict[str, Any]] | None = None) -> None:
        """Rebuilds the rows of one conversation."""
        for insist in (False, True):
            words = await self._stream.since(conversation_id)
            about = await self._stream.state(conversation_id)
            about |= {"page": _path(about.get("page", ""))}
            masked, unnamed = await self._masked(conversation_id, words)
            save, now = self._store.save, self._clock()
            rest = (unnamed, now, now - self._lifetime, insist)
            if await asyncio.to_thread(save, conversation_id, masked, about, events or {}, *rest):
                break
        self.metrics.kept.inc()

    async def _masked(self, conversation_id: str, words: list[Word]) -> tuple[list[Word], frozenset[int]]:
        """The words without what is personal, and the numbers of those not yet searched for names."""
        label = section("mask_labels")["private"]
        words = [replace(word, text=label) if word.meta.get("private") else word for word in words]
        known = await asyncio.to_thread(self._store.masked_texts, conversation_id)
        fresh = [word for word in words if word.seq not in known and word.text and not _published(word)]
        masked = await self._masker.mask([word.text for word in fresh])
        pages = {word.seq: {"page": _path(word.meta["page"])} for word in words if word.meta.get("page")}
        texts = known | {word.seq: found.text for word, found in zip(fresh, masked, strict=True)}
        safe = [
            replace(word, text=texts.get(word.seq, word.text), meta=word.meta | pages.get(word.seq, {}))
            for word in words
        ]
        return safe, frozenset(word.seq for word, found in zip(fresh, masked, strict=True) if not found.names)

    async def join(self) -> None:
        """Makes the groups, from the first entry on; those that are there already stay."""
        for name in (conversation_keys.FEED, keys.EVENTS):
            try:
                await self._redis.xgroup_create(name, keys.GROUP, id="0", mkstream=True)
            except redis.ResponseError as error:
                if "BUSYGROUP" not in str(error):
                    raise

    async def mend(self, idle_ms: int = 30_000) -> None:
        """Takes over what a dead writer left, keeps the broker's files, masks names that could not be masked."""
        await self.join()
        for name in (conversation_keys.FEED, keys.EVENTS):
            claimed = await self._redis.xautoclaim(name, keys.GROUP, self._name, idle_ms, count=BATCH)
            await self._keep_entries([(name, claimed[1])])
            await self._bury(name)
        with spooled(self._spool) as events:
            await self._keep_all(dict.fromkeys(events), events)
        await self.name_rows()

    async def _bury(self, name: str) -> None:
        """Takes writers that are gone for a day, and left nothing, out of the group."""
        for consumer in await self._redis.xinfo_consumers(name, keys.GROUP):
            if consumer["pending"] == 0 and consumer["idle"] > DAY * 1000:
                await self._redis.xgroup_delconsumer(name, keys.GROUP, consumer["name"])

    async def name_rows(self) -> None:
        """Masks the names in rows that were kept while the language process was away."""
        named = 0
        for row in await asyncio.to_thread(self._store.unnamed):
            if not await self._named(row):
                break
            named += 1
        if named:
            await asyncio.to_thread(self._store.shred)  # SQLite's log, which stays open, holds the names until then

    async def _named(self, row: Row) -> bool:
        """False: the language process is still away."""
        texts = row.texts()
        masked = await self._masker.mask(list(texts.values()))
        there = all(one.names for one in masked)
        if there:
            await asyncio.to_thread(self._store.name, row, dict(zip(texts, (one.text for one in masked), strict=True)))
        return there

    async def reconcile(self) -> int:
        """Rebuilds every conversation whose stream knows more than its rows; gives their number."""
        await self.join()
        head, tail = conversation_keys.state("*").split("*")
        behind, batch = 0, []
        async for key in self._redis.scan_iter(match=conversation_keys.state("*"), count=1000, _type="HASH"):
            if key.endswith(tail):
                batch.append(key[len(head) : -len(tail)])
            if len(batch) == BATCH:
                behind, batch = behind + await self._catch_up(batch), []
        return behind + await self._catch_up(batch)

    async def _catch_up(self, conversation_ids: list[str]) -> int:
        known = await asyncio.to_thread(self._store.positions, conversation_ids)
        seqs = [await self._redis.hget(conversation_keys.state(one), "seq") for one in conversation_ids]
        behind = [one for one, seq in zip(conversation_ids, seqs, strict=True) if int(seq or 0) != known.get(one, 0)]
        await self._keep_all(dict.fromkeys(behind), {})
        return len(behind)

    async def expire(self) -> None:
        """Deletes rows past their lifetime; what Redis keeps of conversations is held to the lifetime it has now."""
        gone = await asyncio.to_thread(self._store.forget_before, self._clock() - self._lifetime)
        if gone:
            await asyncio.to_thread(self._store.shred)
        shortened = await shorten(self._stream, self._clock())
        log.info("voc.expired", exchanges=gone, keys_shortened=shortened)


def _published(word: Word) -> bool:
    """An answer of an article is public text: it is kept as shown, the shop's own numbers included."""
    return word.speaker is Speaker.BOT and word.article_id is not None


def _path(page: str) -> str:
    """Where a page lies, without its query: that may name the customer."""
    return page.partition("?")[0].partition("#")[0]
