"""The outbox of SMS: each text of a conversation with its state, and which conversations have some to send.

A word's way out: queued → sending → sent → delivered, or undelivered, failed, stopped (the customer wants no SMS).
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from conversation import keys
from conversation.stream import ConversationStream
from conversation.turns import lease

SENDING_SECONDS = 30  # of one text, the API's timeout and the look for what became of it included
_ADD = Path(__file__).with_name("add_text.lua").read_text()
_MOVE = Path(__file__).with_name("move_text.lua").read_text()


class State(str, Enum):
    QUEUED = "queued"
    SENDING = "sending"  # given to the API; whether it took it is not known until SENT
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"  # the network says so
    FAILED = "failed"  # refused, or never taken
    STOPPED = "stopped"  # not sent: the customer has asked for no more

    @property
    def over(self) -> bool:
        return self in (State.DELIVERED, State.UNDELIVERED, State.FAILED, State.STOPPED)

    @property
    def lost(self) -> bool:
        """The customer does not have it."""
        return self.over and self is not State.DELIVERED


@dataclass(frozen=True)
class Text:
    """One SMS. `seq`: the last word of the stream that it tells (0: none); `error`: Twilio's code; times in epoch s."""

    key: str
    to: str
    sender: str
    body: str
    seq: int = 0
    state: State = State.QUEUED
    sid: str = ""
    tries: int = 0
    at: float = 0.0
    not_before: float = 0.0
    error: int = 0

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Text:
        fields = json.loads(text)
        return cls(**(fields | {"state": State(fields["state"])}))


class Texts:
    """The outbox of all conversations, in the same Redis as their words."""

    def __init__(self, stream: ConversationStream, clock: Callable[[], float] = time.time) -> None:
        self._stream, self._redis, self._clock = stream, stream.redis, clock
        self._add = self._redis.register_script(_ADD)
        self._move = self._redis.register_script(_MOVE)

    async def tell(self, conversation_id: str, since: int, until: int, texts: list[Text]) -> bool:
        """Puts the words after number `since` into the outbox as these texts; False: another door has done so."""
        return await self._put(conversation_id, texts, str(since), str(until))

    async def add(self, conversation_id: str, text: Text) -> bool:
        """A text beside the words of the stream (a link, a reminder); False: it was there by its key."""
        return await self._put(conversation_id, [text])

    async def _put(self, conversation_id: str, texts: list[Text], since: str = "", until: str = "") -> bool:
        """The book of who has texts to send first: a crash in between leaves a needless look."""
        if texts:
            when = max(self._clock(), min(text.not_before for text in texts))
            await self._redis.zadd(keys.TEXTING, {conversation_id: when}, lt=True)
        written = [part for text in texts for part in (text.key, text.to_json())]
        script_keys = [keys.state(conversation_id), keys.texts(conversation_id)]
        return bool(await self._add(keys=script_keys, args=[self._stream.lifetime, since, until, *written]))

    async def move(self, conversation_id: str, key: str, states: tuple[State, ...], **changes: Any) -> Text | None:
        """The text after the change; None: it is not (any more) in one of these states."""
        named = f" {' '.join(state.value for state in states)} "
        arguments = [key, named, json.dumps(changes, ensure_ascii=False)]
        moved = await self._move(keys=[keys.texts(conversation_id)], args=arguments)
        return Text.from_json(moved) if moved else None

    async def all(self, conversation_id: str) -> list[Text]:
        """The texts of a conversation in the order in which they are sent."""
        found = await self._redis.hvals(keys.texts(conversation_id))
        return sorted(map(Text.from_json, found), key=lambda text: (text.at, text.key))

    async def due(self, limit: int = 100) -> list[str]:
        """Conversations with texts to send now; each is put a little further off, so that doors share them."""
        now = self._clock()
        found = await self._redis.zrangebyscore(keys.TEXTING, "-inf", now, start=0, num=limit)
        for conversation_id in found:
            await self._redis.zadd(keys.TEXTING, {conversation_id: now + 2}, xx=True)
        return list(found)

    async def later(self, conversation_id: str, when: float | None) -> None:
        """Looked at again at that time (epoch seconds); None: there is nothing to send."""
        if when is None:
            await self._redis.zrem(keys.TEXTING, conversation_id)
        else:
            await self._redis.zadd(keys.TEXTING, {conversation_id: when})

    @asynccontextmanager
    async def lease(self, conversation_id: str) -> AsyncIterator[bool]:
        """Whether we alone may send in this conversation now."""
        async with lease(self._redis, keys.texter(conversation_id), SENDING_SECONDS) as token:
            yield token is not None
