"""The open tickets as lines of the agents' lists: read anew where something changed, made into JSON once for all."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

from conversation.keys import presence, state
from conversation.stream import ConversationStream
from conversation.words import Word
from desk import calling
from desk.showing import has_message, needs_words, row, without_words
from handoff.queue import Queue
from handoff.ticket import Ticket

_ALL_EVERY = 5.0  # seconds; what tells nobody (a browser that is gone) is noticed then
_AT_ONCE = 25  # tickets read in one go: between two, others have their turn
_LAST_WORDS = 8


@dataclass(frozen=True)
class Line:
    """`words`: the newest first, where the line shows them. It is worked out when a page first shows it."""

    ticket: Ticket
    words: tuple[Word, ...]
    present: bool
    called: str
    over: bool = False
    """The customer has ended the chat."""

    @property
    def _row(self) -> dict[str, Any]:
        return row(self.ticket, self.words, self.present, self.called, self.over)

    @cached_property
    def text(self) -> str:
        return json.dumps(self._row, ensure_ascii=False)

    @cached_property
    def veiled(self) -> str:
        """For who may not read the talk."""
        return json.dumps(without_words(self._row), ensure_ascii=False)


class Lines:
    def __init__(self, queue: Queue, stream: ConversationStream) -> None:
        self._queue, self._stream = queue, stream
        self._known: dict[str, Line] = {}
        self._named: set[str] = set()
        self._all_at = float("-inf")

    def look(self, conversation_ids: Iterable[str]) -> None:
        """Something happened in these."""
        self._named.update(conversation_ids)

    def look_at_all(self) -> None:
        """Nobody knows what happened."""
        self._all_at = float("-inf")

    async def read(self) -> list[Line]:
        """In serving order."""
        now, named = asyncio.get_running_loop().time(), self._named
        everything, self._named = now - self._all_at >= _ALL_EVERY, set()
        index = await self._queue.index()
        stale = {
            number: cid for number, cid in index.items() if everything or cid in named or number not in self._known
        }
        fresh = {number: line for number, line in self._known.items() if number in index}
        rest = iter(stale.items())
        while some := dict(islice(rest, _AT_ONCE)):
            fresh |= {line.ticket.number: self._kept(line) for line in await self._look(some)}
        self._known = fresh
        self._all_at = now if everything else self._all_at
        return sorted((line for line in fresh.values() if line.ticket.is_open), key=lambda line: line.ticket.rank)

    def _kept(self, line: Line) -> Line:
        """The line as it was where nothing changed: it has been worked out."""
        known = self._known.get(line.ticket.number)
        return known if known == line else line

    async def _look(self, index: dict[str, str]) -> list[Line]:
        tickets = await self._queue.tickets(index)
        words = await self._words(tickets)
        return [
            Line(ticket, words.get(ticket.number, ()), *about)
            for ticket, about in zip(tickets, await self._about(tickets), strict=True)
        ]

    async def _about(self, tickets: list[Ticket]) -> list[tuple[bool, str, bool]]:
        """Of each customer whether their browser is there, how they are called, whether they ended the chat."""
        async with self._stream.redis.pipeline(transaction=False) as pipe:
            for ticket in tickets:
                pipe.exists(presence(ticket.conversation_id))
                calling.ask(pipe, ticket)
                pipe.hget(state(ticket.conversation_id), "ended_at")
            each = [iter(await pipe.execute())] * 4
        return [
            (bool(there), calling.told(given, signed), bool(ended))
            for there, given, signed, ended in zip(*each, strict=True)
        ]

    async def _words(self, tickets: list[Ticket]) -> dict[str, tuple[Word, ...]]:
        """By ticket: what was said last, or the message that was left, where the line shows it."""
        talks = [ticket for ticket in tickets if needs_words(ticket)]
        last = await self._stream.recent_of([ticket.conversation_id for ticket in talks], _LAST_WORDS)
        left = [ticket for ticket in tickets if has_message(ticket)]
        messages = await self._stream.words_at([(ticket.conversation_id, ticket.message_seq) for ticket in left])
        found = {ticket.number: tuple(words) for ticket, words in zip(talks, last, strict=True)}
        return found | {one.number: (said,) for one, said in zip(left, messages, strict=True) if said}
