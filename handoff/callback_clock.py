"""What time does to callbacks: the customer is reminded, agents are asked at the hour, nothing is ever forgotten."""

from __future__ import annotations

import logging
from collections.abc import Iterable

import sqlalchemy as sa

from conversation.stream import ConversationStream
from conversation.words import Speaker, Word
from handoff.callback_replies import Replies
from handoff.callback_talk import Reply
from handoff.callbacks import Callbacks
from handoff.ticket import Ticket

log = logging.getLogger(__name__)
REMIND_SECONDS = 600.0  # before the time
MISSED_SECONDS = 1800.0  # after it, when no agent took it
_SETTLE_SECONDS = 60.0  # between two looks for callbacks whose ticket has ended


class CallbackClock:
    """For the clock."""

    def __init__(self, callbacks: Callbacks, stream: ConversationStream, replies: Replies) -> None:
        self._callbacks, self._stream, self._replies = callbacks, stream, replies
        self._settled_at = 0.0

    async def tick(self, tickets: Iterable[Ticket], now: float) -> None:
        try:
            for ticket in tickets:
                if ticket.callback_at:
                    await self._one(ticket, now)
            if now - self._settled_at >= _SETTLE_SECONDS:
                self._settled_at = now
                await self._callbacks.settle()
        except sa.exc.SQLAlchemyError as error:
            log.warning("callbacks: SQL is away: %s", type(error).__name__)

    async def _one(self, ticket: Ticket, now: float) -> None:
        if ticket.booked and now >= ticket.callback_at:
            await self._callbacks.due(ticket)
        elif ticket.booked and now >= ticket.callback_at - REMIND_SECONDS:
            await self._say(ticket, "reminder")
        waits = ticket.waits and ticket.callback_due and not ticket.callback_missed
        if waits and now >= ticket.callback_at + MISSED_SECONDS:
            await self._say(ticket, "missed")
            await self._callbacks.missed(ticket)

    async def _say(self, ticket: Ticket, name: str) -> None:
        """Once for each time that was booked."""
        reply: Reply = self._replies.booked(ticket, name)
        await say_once(self._stream, ticket, reply, f"{ticket.number}:callback:{int(ticket.callback_at)}:{name}")


async def say_once(stream: ConversationStream, ticket: Ticket, reply: Reply, message_id: str) -> None:
    """A word of the clock with its buttons; said before, nobody is woken for it."""
    cid = ticket.conversation_id
    if await stream.knows(cid, message_id):
        return
    meta = {"ticket": ticket.number}
    word = Word(cid, Speaker.SYSTEM, reply.text, message_id, exchange_id=message_id, choices=reply.buttons(), meta=meta)
    await stream.append(word)
