"""Appending words to a conversation and reading them back. What is appended is ours: it will be answered."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from redis.exceptions import NoScriptError

from conversation import keys
from conversation.words import Word
from stores import AsyncRedis

_APPEND = Path(__file__).with_name("append.lua").read_text()
_FEED_BLOCK_MS = 2000  # below the client's socket timeout, or every quiet wait would end as an error
_FEED_LENGTH = 1_000_000  # about; a reader further behind than this reconciles from the streams themselves


@dataclass(frozen=True)
class Appended:
    """What became of a word: its number, or why it was refused (`agent`, `queue`: a person has it; `gone`: late;
    `not_owner`: another agent has it)."""

    seq: int
    exchange_id: str
    is_new: bool
    refused: str | None = None


class ConversationStream:
    """The words of all conversations, in one Redis. `clock` gives epoch seconds."""

    def __init__(self, redis: AsyncRedis, raw_text_days: int, clock: Callable[[], float] = time.time) -> None:
        self.redis = redis
        self.lifetime = raw_text_days * 86_400  # seconds after the last word
        self._clock = clock
        self._append = redis.register_script(_APPEND)
        self._loaded = False  # the script, in the server: without it the first word would be announced twice

    async def append(self, word: Word, voice: str = "") -> Appended:
        """Adds a word once (by its message id) and tells every reader. The same id again gives the same number.

        A customer's message opens an exchange; others without an exchange id join the open one. Words of the bot are
        refused while a person has the conversation or after their exchange was given up; those of `voice`, an agent's
        user id, unless it is theirs.
        """
        cid = word.conversation_id
        word = replace(word, at=word.at or self._clock())
        flat = [part for pair in word.to_fields().items() for part in pair]
        seq, what, detail = await self._write(
            word,
            [keys.state(cid), keys.stream(cid), keys.ids(cid), keys.choices(cid)],
            [self.lifetime, word.speaker.value, word.kind.value, word.message_id, word.exchange_id, voice, *flat],
        )
        if what == "refused":
            return Appended(0, word.exchange_id, False, refused=detail)
        return Appended(int(seq), detail, what == "new")

    async def _write(self, word: Word, script_keys: list[str], arguments: list[Any]) -> tuple[str, str, str]:
        """The turn book, the word, the feed: in this order and in one journey. A crash leaves a needless look."""
        while True:
            if not self._loaded:
                await self.redis.script_load(_APPEND)
                self._loaded = True
            async with self.redis.pipeline(transaction=False) as pipe:
                if word.asks:
                    pipe.zadd(keys.TURNS, {word.conversation_id: self._clock() + 1}, nx=True)
                pipe.evalsha(self._append.sha, len(script_keys), *script_keys, *arguments)
                self._announce(pipe, word.conversation_id)
                answers = await pipe.execute(raise_on_error=False)
            answer = answers[-2]
            if isinstance(answer, NoScriptError):  # the server was restarted
                self._loaded = False
            elif isinstance(answer, Exception):
                raise answer
            else:
                return answer[0], answer[1], answer[2]

    async def announce(self, conversation_id: str) -> None:
        """Tells doors, desk and VOC writer to look at a conversation."""
        await self._announce(self.redis, conversation_id)

    def _announce(self, client: AsyncRedis, conversation_id: str) -> Any:
        return client.xadd(keys.FEED, {"conversation": conversation_id}, maxlen=_FEED_LENGTH, approximate=True)

    async def since(self, conversation_id: str, seq: int = 0, count: int | None = None) -> list[Word]:
        """The words after number `seq`, in order."""
        entries = await self.redis.xrange(keys.stream(conversation_id), min=f"({seq}-0", count=count)
        return [Word.from_fields(conversation_id, entry_id, fields) for entry_id, fields in entries]

    async def word(self, conversation_id: str, seq: int) -> Word | None:
        """The word with this number."""
        entries = await self.redis.xrange(keys.stream(conversation_id), f"{seq}-0", f"{seq}-0")
        return Word.from_fields(conversation_id, *entries[0]) if entries else None

    async def words_at(self, places: list[tuple[str, int]]) -> list[Word | None]:
        """The same of many conversations and numbers, in one go."""
        async with self.redis.pipeline(transaction=False) as pipe:
            for conversation_id, seq in places:
                pipe.xrange(keys.stream(conversation_id), f"{seq}-0", f"{seq}-0")
            found = await pipe.execute()
        return [
            Word.from_fields(conversation_id, *entries[0]) if entries else None
            for (conversation_id, _), entries in zip(places, found, strict=True)
        ]

    async def recent(self, conversation_id: str, count: int = 20) -> list[Word]:
        """The last words, newest first."""
        entries = await self.redis.xrevrange(keys.stream(conversation_id), count=count)
        return [Word.from_fields(conversation_id, entry_id, fields) for entry_id, fields in entries]

    async def recent_of(self, conversation_ids: list[str], count: int) -> list[list[Word]]:
        """The same of many conversations, in one go."""
        async with self.redis.pipeline(transaction=False) as pipe:
            for conversation_id in conversation_ids:
                pipe.xrevrange(keys.stream(conversation_id), count=count)
            found = await pipe.execute()
        return [
            [Word.from_fields(conversation_id, entry_id, fields) for entry_id, fields in entries]
            for conversation_id, entries in zip(conversation_ids, found, strict=True)
        ]

    async def present(self, conversation_ids: list[str]) -> list[bool]:
        """Of each, whether the customer's browser is there."""
        async with self.redis.pipeline(transaction=False) as pipe:
            for conversation_id in conversation_ids:
                pipe.exists(keys.presence(conversation_id))
            return [bool(there) for there in await pipe.execute()]

    async def knows(self, conversation_id: str, message_id: str) -> bool:
        """Whether a word with this id was ever said in the conversation."""
        return bool(await self.redis.hexists(keys.ids(conversation_id), message_id))

    async def state(self, conversation_id: str) -> dict[str, str]:
        """The conversation's hash; empty when there is no such conversation."""
        return dict(await self.redis.hgetall(keys.state(conversation_id)))

    async def choice(self, conversation_id: str, payload: str) -> dict[str, Any] | None:
        """The choice that the server issued under this opaque payload, with `offered_in` and `seq`."""
        found = await self.redis.hget(keys.choices(conversation_id), payload)
        return json.loads(found) if found else None

    async def set_state(self, conversation_id: str, **fields: str | int | float) -> None:
        key = keys.state(conversation_id)
        async with self.redis.pipeline(transaction=False) as pipe:
            await pipe.hset(key, mapping=fields).expire(key, self.lifetime).execute()

    async def give_up(self, conversation_id: str, exchange_id: str) -> None:
        """From now on the bot's late words of this exchange are dropped."""
        await self.redis.hset(keys.ids(conversation_id), f"gone:{exchange_id}", "1")

    async def newest(self) -> str:
        """Where the feed ends now."""
        entries = await self.redis.xrevrange(keys.FEED, count=1)
        return entries[0][0] if entries else "0-0"

    async def feed(self, last: str, block_ms: int = _FEED_BLOCK_MS) -> AsyncGenerator[list[str], None]:
        """Conversation ids in which something was said after `last`, in batches without repeats, for ever.

        Whoever follows takes `newest()` first and looks at the conversations then, or a word between is missed.
        """
        async for _, conversation_ids in self.feed_from(last, block_ms):
            yield conversation_ids

    async def feed_from(self, last: str, block_ms: int = _FEED_BLOCK_MS) -> AsyncGenerator[tuple[str, list[str]], None]:
        """The same with the place in the feed that each batch reaches, for readers who keep it."""
        while True:
            answer = await self.redis.xread({keys.FEED: last}, count=500, block=block_ms)
            entries = answer[0][1] if answer else []
            if entries:
                last = entries[-1][0]
                yield last, list(dict.fromkeys(fields["conversation"] for _, fields in entries))
