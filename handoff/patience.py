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
        name = f"{ticket.number}:patience:{int(since)}:{span}"
        if span < 1 or await self._stream.knows(ticket.conversation_id, name) or await self._dialogue.active(ticket):
            return
        await say_once(self._stream, ticket, Reply(say("patience"), await self._ways(ticket)), name)

    async def _ways(self, ticket: Ticket) -> tuple[tuple[str, str], ...]:
        """To wait on stands first, then the callback, where one can be had."""
        first, *others = ways_on(ticket)
        later = choices(("callback", CALLBACK)) if await self._dialogue.possible(ticket) else ()
        return (first, *later, *others)
