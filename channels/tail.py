"""Following the feed of all conversations and waking those who listen here: sockets and long polls.

A listener only holds the mark "look again", so however much is said, nothing piles up for a slow client.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import structlog
from redis.exceptions import RedisError

from channels.errors import Refusal
from channels.outage import Outage
from conversation import keys
from conversation.stream import ConversationStream
from tasks import beside

PRESENCE_SECONDS = 30
LISTENERS = 20  # tabs of one conversation at one door; more is no customer
_RETRY_SECONDS = 0.3
_log = structlog.get_logger("door")


class Listener:
    """One socket or long poll. `typing` holds who is typing since it last looked."""

    def __init__(self) -> None:
        self.news = asyncio.Event()
        self.typing: set[str] = set()

    def wake(self, typing: str | None = None) -> None:
        if typing:
            self.typing.add(typing)
        self.news.set()


class Tail:
    def __init__(self, stream: ConversationStream) -> None:
        self._stream, self._redis = stream, stream.redis
        self._listeners: dict[str, set[Listener]] = {}
        self._outage = Outage()

    @contextmanager
    def watch(self, conversation_id: str) -> Iterator[Listener]:
        """A listener for as long as the block lasts, of which nobody is told."""
        listener = Listener()
        self._listeners.setdefault(conversation_id, set()).add(listener)
        try:
            yield listener
        finally:
            others = self._listeners[conversation_id]
            others.discard(listener)
            if not others:
                del self._listeners[conversation_id]

    @asynccontextmanager
    async def listen(self, conversation_id: str) -> AsyncIterator[Listener]:
        """A listener for as long as the block lasts; the customer counts as present. Raises Refusal."""
        if len(self._listeners.get(conversation_id, ())) >= LISTENERS:
            raise Refusal("too_fast", retry_after=10)
        try:
            with self.watch(conversation_id) as listener:
                key = keys.presence(conversation_id)
                if not await self._redis.set(key, "1", ex=PRESENCE_SECONDS, get=True):
                    await self._redis.publish(keys.TYPING, _presence(conversation_id))
                yield listener
        finally:
            if conversation_id not in self._listeners:
                await self._left(conversation_id)

    async def _left(self, conversation_id: str) -> None:
        """The last tab here is closed. One at another door hears it, and keeps the customer present."""
        try:
            await self._redis.expire(keys.presence(conversation_id), keys.GONE_AFTER_SECONDS)
            await self._redis.publish(keys.TYPING, _presence(conversation_id))
        except (RedisError, OSError) as error:
            self._outage.tell("presence", error)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with beside(self._follow_feed(), self._follow_typing(), self._keep_presence()):
            yield

    def wake(self, conversation_id: str, typing: str | None = None) -> None:
        for listener in self._listeners.get(conversation_id, ()):
            listener.wake(typing)

    def _wake_all(self) -> None:
        for conversation_id in list(self._listeners):
            self.wake(conversation_id)

    async def _follow_feed(self) -> None:
        while True:
            try:
                newest = await self._stream.newest()
                self._wake_all()  # only now: what is said after this look is in the feed from here on
                async for conversations in self._stream.feed(newest):
                    for conversation_id in conversations:
                        self.wake(conversation_id)
            except (RedisError, OSError) as error:
                await self._later("feed", error)

    async def _follow_typing(self) -> None:
        while True:
            try:
                async with self._redis.pubsub() as notes:
                    await notes.subscribe(keys.TYPING)
                    while True:
                        note = await notes.get_message(ignore_subscribe_messages=True, timeout=2)
                        if note:
                            await self._pass_typing(note["data"])
            except (RedisError, OSError) as error:
                await self._later("typing", error)

    async def _pass_typing(self, data: str) -> None:
        """Where the last tab at another door went, one that is open here keeps the customer present."""
        try:
            note = json.loads(data)
            conversation_id = note["conversation_id"]
            if note["from"] in ("bot", "agent"):
                self.wake(conversation_id, typing=note["from"])
            elif note.get("presence") and conversation_id in self._listeners:
                await self._redis.set(keys.presence(conversation_id), "1", ex=PRESENCE_SECONDS)
        except (ValueError, KeyError, TypeError):
            _log.warning("typing_unreadable")

    async def _keep_presence(self) -> None:
        while True:
            await asyncio.sleep(PRESENCE_SECONDS / 3)
            try:
                async with self._redis.pipeline(transaction=False) as pipe:
                    for conversation_id in self._listeners:
                        pipe.set(keys.presence(conversation_id), "1", ex=PRESENCE_SECONDS)
                    await pipe.execute()
            except (RedisError, OSError) as error:
                await self._later("presence", error)

    async def _later(self, what: str, error: Exception) -> None:
        self._outage.tell(what, error)
        await asyncio.sleep(_RETRY_SECONDS)


def _presence(conversation_id: str) -> str:
    return json.dumps({"conversation_id": conversation_id, "from": "customer", "presence": True})
