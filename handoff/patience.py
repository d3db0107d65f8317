"""Who has waited long for an agent is asked how to go on: nobody waits in silence. For the clock."""

from __future__ import annotations

from collections.abc import Iterable

from conversation.stream import ConversationStream
from handoff.buttons import CALLBACK
from handoff.callback_clock import say_once
from handoff.callback_dialogue import CallbackDialogue
from handoff.callback_replies import choices, ways_on
from handoff.callback_talk import Reply
from handoff.queues import Queues
from handoff.sentences import say
from handoff.ticket import State, Ticket


class Patience:
    """Asks once in each span of the queue's `patience_seconds`."""

    def __init__(self, queues: Queues, stream: ConversationStream, dialogue: CallbackDialogue) -> None:
        self._queues, self._stream, self._dialogue = queues, stream, dialogue

    async def ask(self, tickets: Iterable[Ticket], now: float) -> None:
        for ticket in tickets:
            waits = ticket.state is State.WAITING and ticket.holding and not (ticket.sleeps or ticket.callback_at)
            if waits and not ticket.message_wanted:
                await self._ask(ticket, now)

    async def _ask(self, ticket: Ticket, now: float) -> None:
        since = ticket.waits_since or ticket.opened_at
        span = int((now - since) // (await self._queues.get(ticket.queue)).patience_seconds)
        if span >= 1 and not await self._dialogue.active(ticket):
            name = f"{ticket.number}:patience:{int(since)}:{span}"
            await say_once(self._stream, ticket, Reply(say("patience"), _ways(ticket)), name)


def _ways(ticket: Ticket) -> tuple[tuple[str, str], ...]:
    """To wait on stands first, then the callback."""
    first, *others = ways_on(ticket)
    return (first, *(choices(("callback", CALLBACK)) if ticket.may_be_called else ()), *others)
