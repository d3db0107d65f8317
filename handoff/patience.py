"""Who has waited long for an agent is asked how to go on: nobody waits in silence. For the clock."""

from __future__ import annotations

from collections.abc import Iterable

from conversation.stream import ConversationStream
from handoff.callback_clock import say_once
from handoff.callback_dialogue import CallbackDialogue
from handoff.queues import Queues
from handoff.ticket import State, Ticket


class Patience:
    """Asks when the queue's `patience_seconds` have gone by, and again after twice as long, each time."""

    def __init__(self, queues: Queues, stream: ConversationStream, dialogue: CallbackDialogue) -> None:
        self._queues, self._stream, self._dialogue = queues, stream, dialogue

    async def ask(self, tickets: Iterable[Ticket], now: float) -> None:
        for ticket in tickets:
            waits = ticket.state is State.WAITING and ticket.holding and not (ticket.sleeps or ticket.callback_at)
            if waits and not ticket.message_wanted:
                await self._ask(ticket, now)

    async def _ask(self, ticket: Ticket, now: float) -> None:
        """After one span, two, four, eight …: who goes on waiting is not asked all the time."""
        since = ticket.waits_since or ticket.opened_at
        spans = int((now - since) // (await self._queues.get(ticket.queue)).patience_seconds)
        name = f"{ticket.number}:patience:{int(since)}:{spans.bit_length()}"
        if spans < 1 or await self._stream.knows(ticket.conversation_id, name) or await self._dialogue.active(ticket):
            return
        await say_once(self._stream, ticket, await self._dialogue.ways(ticket, "patience"), name)
