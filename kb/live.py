"""Following the live release in a running process: told by pub/sub, made sure by a slow poll."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import date

import redis.exceptions

from kb import keys
from kb.article import Article, Scope
from kb.release import Release
from stores import AsyncRedis
from tasks import end

_POLL_SECONDS = 1.0  # a note may be lost; nobody waits for this otherwise
_RETRY_SECONDS = 0.2  # while Redis is away
_FIRST_SECONDS = 5.0  # how long `start` waits for the first release
_log = logging.getLogger(__name__)

OnChange = Callable[[Release], Awaitable[None] | None]


class LiveRelease:
    """`current` is what to answer from. Redis away: the last one stays."""

    def __init__(self, redis: AsyncRedis) -> None:
        self._redis = redis
        self.current: Release | None = None
        self._callbacks: list[OnChange] = []
        self._looked = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._seen: int | None = None

    def on_change(self, callback: OnChange) -> None:
        """Calls it (plain or async) with each release that becomes live, the first included if added before `start`."""
        self._callbacks.append(callback)

    async def start(self) -> None:
        """Reads the live release once (none: `current` stays None) and follows it from now on."""
        self._task = asyncio.create_task(self._follow())
        try:
            await asyncio.wait_for(self._looked.wait(), _FIRST_SECONDS)
        except asyncio.TimeoutError:
            _log.warning("the live release is not there after %s s; still trying", _FIRST_SECONDS)

    async def stop(self) -> None:
        if self._task:
            await end(self._task)

    def answering(self, day: date, scopes: Iterable[Scope] = (Scope.SELF_SERVICE,)) -> tuple[Article, ...]:
        """Release.answering of the current one; nothing while there is none."""
        return self.current.answering(day, scopes) if self.current else ()

    def find(self, article_id: str | None, day: date) -> Article | None:
        """The article that may be said to customers on this day; None: there is none (any more)."""
        found = self.current.articles.get(article_id) if self.current and article_id else None
        return found if found and found.answers_customers and found.valid_on(day) else None

    async def _follow(self) -> None:
        away = False
        while True:
            try:
                async with self._redis.pubsub() as notes:
                    await notes.subscribe(keys.CHANGED)
                    note = None
                    while True:
                        await self._look(told=note is not None and note["type"] == "message")
                        away = False
                        note = await notes.get_message(timeout=_POLL_SECONDS)
            except (redis.exceptions.RedisError, OSError) as error:
                if not away:
                    _log.warning("the live release cannot be followed, keeping %s: %s", self._number(), error)
                away = True
                self._looked.set()
                await asyncio.sleep(_RETRY_SECONDS)

    async def _look(self, told: bool) -> None:
        number = await self._redis.get(keys.LIVE)
        # A number comes again with other words when the register was begun anew; then a note tells.
        if number is not None and (told or self._seen is None or int(number) != self._seen):
            await self._read(int(number))
        self._looked.set()

    async def _read(self, number: int) -> None:
        text = await self._redis.get(keys.release(number))
        if text is None:  # live was moved between the two reads; the next look finds it
            return
        try:
            release = await asyncio.to_thread(Release.from_json, text)
        except (ValueError, KeyError, TypeError):
            _log.exception("release %s cannot be read, keeping %s", number, self._number())
            self._seen = number
            return
        known = self.current
        self.current, self._seen = release, number
        if known is None or (known.number, known.content_hash) != (number, release.content_hash):
            await self._tell(release)

    async def _tell(self, release: Release) -> None:
        for callback in self._callbacks:
            try:
                done = callback(release)
                if inspect.isawaitable(done):
                    await done
            except Exception:
                _log.exception("a follower of the live release failed")

    def _number(self) -> int | None:
        return self.current.number if self.current else None
