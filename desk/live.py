"""Following the feed for the agents' sockets: what was said, who is typing, how the queue stands.

A listener holds only marks ("look again"), so nothing piles up for a slow browser.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager, suppress
from typing import Any

from aiohttp import WSCloseCode, web
from redis.exceptions import RedisError

from conversation import keys as conversation_keys
from conversation.stream import ConversationStream
from desk.lines import Line, Lines
from desk.lists import Lists
from handoff.agents import Agent, Agents
from handoff.queue import Queue
from tasks import beside

log = logging.getLogger("desk")
_RETRY_SECONDS = 0.5
_QUEUE_EVERY = 0.3  # seconds between two readings of the queue at most
_GONE_AFTER = conversation_keys.GONE_AFTER_SECONDS + 0.2  # Redis has forgotten a browser that went
_QUEUE_ANYWAY = 5.0  # … and at least, for what tells nobody


class Listener:
    """One socket, perhaps of one conversation."""

    def __init__(self, conversation_id: str | None) -> None:
        self.conversation_id = conversation_id
        self.news = asyncio.Event()
        self.talk = True  # what is to be looked at: the conversation, or only the queue
        self.typing = False
        self.seen = True  # how far the customer has read is to be looked at

    def wake(self) -> None:
        self.talk = True
        self.news.set()


class Live:
    """`lists` is the queue as it stands, `agents` what each is at; `version` grows when either changed."""

    def __init__(self, stream: ConversationStream, queue: Queue, agents: Agents) -> None:
        self._stream, self._agents, self._redis = stream, agents, stream.redis
        self._listeners: set[Listener] = set()
        self._dirty, self._watched = asyncio.Event(), asyncio.Event()
        self.sockets: set[web.WebSocketResponse] = set()
        self._lines, self._read = Lines(queue, stream), list[Line]()
        self.lists = Lists()
        self.agents: dict[str, Agent] = {}
        self.version = 0

    @contextmanager
    def listen(self, conversation_id: str | None) -> Iterator[Listener]:
        listener = Listener(conversation_id)
        self._listeners.add(listener)
        self._dirty.set()
        self._watched.set()
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Live]:
        work = (self._follow_feed, self._follow_typing, self._follow_queue)
        async with beside(*map(self._for_ever, work)):
            yield self

    async def close(self) -> None:
        for socket in list(self.sockets):
            await socket.close(code=WSCloseCode.GOING_AWAY)

    async def _for_ever(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        while True:
            try:
                await work()
            except (RedisError, OSError) as error:
                log.warning("Redis is away: %s", type(error).__name__)
                await asyncio.sleep(_RETRY_SECONDS)
                self._wake_all()

    def look(self) -> None:
        """Something changed that the feed does not tell."""
        self._dirty.set()

    def _wake_all(self) -> None:
        """Nobody knows what was missed."""
        self._lines.look_at_all()
        self._dirty.set()
        for listener in self._listeners:
            listener.wake()

    async def _follow_feed(self) -> None:
        """Only while a page is open: the bot's own talks are none of our business."""
        while True:
            await self._watched.wait()
            async with aclosing(self._stream.feed(await self._stream.newest())) as feed:
                self._wake_all()  # what was said before we stood here wakes nobody
                async for conversations in feed:
                    self._pass_news(conversations)
                    if not self._listeners:
                        self._watched.clear()
                        break

    def _pass_news(self, conversations: list[str]) -> None:
        self._lines.look(conversations)
        self._dirty.set()
        for listener in self._listeners:
            if listener.conversation_id in conversations:
                listener.wake()

    async def _follow_typing(self) -> None:
        async with self._redis.pubsub() as notes:
            await notes.subscribe(conversation_keys.TYPING)
            while True:
                note = await notes.get_message(ignore_subscribe_messages=True, timeout=2)
                if note:
                    self._pass_typing(json.loads(note["data"]))

    def _pass_typing(self, note: dict[str, Any]) -> None:
        if note.get("presence"):
            self._look_at(note["conversation_id"])
            asyncio.get_running_loop().call_later(_GONE_AFTER, self._look_at, note["conversation_id"])
            return
        for listener in self._listeners:
            if note.get("from") == "customer" and note.get("conversation_id") == listener.conversation_id:
                listener.typing |= not note.get("seen")
                listener.seen |= bool(note.get("seen"))
                listener.news.set()

    def _look_at(self, conversation_id: str) -> None:
        self._lines.look([conversation_id])
        self._dirty.set()

    async def _follow_queue(self) -> None:
        while True:
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._dirty.wait(), _QUEUE_ANYWAY)
            self._dirty.clear()
            if self._listeners:
                await self._tell(await self._lines.read(), await self._agents.known())
            await asyncio.sleep(_QUEUE_EVERY)

    async def _tell(self, lines: list[Line], agents: dict[str, Agent]) -> None:
        if (lines, agents) != (self._read, self.agents) or not self.version:
            self._read, self.agents, self.version = lines, agents, self.version + 1
            self.lists = Lists(lines)
            for listener in list(self._listeners):
                listener.news.set()
                await asyncio.sleep(0)  # one page after the other: claims and words have their turn between them
