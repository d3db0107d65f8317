"""Reception: lets a customer in to the people, tells what happens next, and takes messages while nobody is there."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from conversation.stream import ConversationStream
from conversation.words import Choice, Kind, Speaker, TalkingTo, Word
from handoff.buttons import (
    CALLBACK,
    CANCEL,
    KEEP_WAITING,
    LEAVE_MESSAGE,
    MESSAGE_MORE,
    MESSAGE_WITHDRAWN,
    WAYS,
)
from handoff.calendar import Calendar, day_time
from handoff.callback_dialogue import CallbackDialogue
from handoff.meant import Meant
from handoff.number import spoken
from handoff.queue import Queue
from handoff.queue_settings import GENERAL
from handoff.queues import Queues
from handoff.sentences import say
from handoff.ticket import URGENT, Packet, Reason, State, Ticket
from handoff.waits import told
from nihongo.abusive import table
from nihongo.japan_time import TOKYO
from nihongo.normalise import normalise
from nihongo.surname import first_part

# A failed service is recovered first; everyone else waits in order of coming.
PRIORITY = {Reason.COMPLAINT_RECOVERY: 5, Reason.NEGATIVE_EMOTION: 4, Reason.REPEAT_CONTACT: 3}


@dataclass(frozen=True)
class Admission:
    """What became of the wish for a person, and what the customer is to be told (by the caller, in this order)."""

    ticket: Ticket
    open_now: bool
    position: int | None
    opens_at: datetime | None
    sentences: tuple[str, ...]
    choices: tuple[Choice, ...]


class Reception:
    """`callbacks` None: none are offered."""

    def __init__(
        self,
        queue: Queue,
        calendar: Calendar,
        stream: ConversationStream,
        clock: Callable[[], float] = time.time,
        reopen_hours: float = 24,
        callbacks: CallbackDialogue | None = None,
        queues: Queues | None = None,
    ) -> None:
        self._queue, self._calendar, self._stream, self._clock = queue, calendar, stream, clock
        self._reopen, self._callbacks, self._queues = reopen_hours * 3600, callbacks, queues
        self._meant = Meant(stream, callbacks)

    async def admit(
        self,
        conversation_id: str,
        channel: str,
        exchange_id: str,
        reason: Reason,
        packet: Packet | None = None,
        queue: str | None = None,
        urgent: bool = False,
    ) -> Admission:
        """Opens the ticket (or finds the open one) and says what happens next. Nobody waits whose talk is over. Unless
        named, the queue is that of the reason."""
        now, queue = self._now(), queue or await self._queue_of(reason)
        open_now = await self._calendar.is_open(now, queue, channel)
        opens_at = await self._calendar.next_open(now, queue, channel)
        earlier = await self._queue.ended(conversation_id, now.timestamp() - self._reopen)
        if earlier and not urgent and await self._queue.surveys.unsolved(conversation_id, earlier.number):
            reason = _again(reason)
        ticket = await self._queue.open(
            conversation_id,
            channel=channel,
            exchange_id=exchange_id,
            reason=reason,
            packet=packet,
            queue=queue,
            priority=URGENT if urgent else PRIORITY.get(reason, 0),
            after_hours=not open_now,
            opens_at=opens_at.timestamp() if opens_at and not open_now else 0.0,
            follows=earlier.number if earlier else None,
        )
        if (await self._stream.state(conversation_id)).get("ended_at"):  # while the bot was still at it
            ticket = await self._queue.cancel(ticket.number, unless_left=True)
        if open_now:
            ticket = await self._queue.stay(ticket.number, exchange_id)  # one of the night, for which nobody was asked
        if ticket.booked and self._callbacks:
            booked = self._callbacks.replies.booked(ticket, "already")
            return Admission(ticket, open_now, None, opens_at, (booked.text,), booked.buttons())
        position = await self._queue.position(ticket.number)
        sentences = await self._sentences(ticket, open_now, position, opens_at)
        return Admission(ticket, open_now, position, opens_at, sentences, await self._choices(ticket, open_now))

    async def _queue_of(self, reason: Reason) -> str:
        return await self._queues.of(reason) if self._queues else GENERAL

    async def hear(self, word: Word) -> bool:
        """Deals with a customer's word that is for people, not for the bot. True: dealt with. Safe to repeat."""
        ticket = await self._queue.of_conversation(word.conversation_id)
        if ticket is None:
            return False
        if word.kind is Kind.MESSAGE and (abuse := table().of(normalise(word.text))):
            ticket = await self._queue.note_abuse(ticket.number, word.seq, abuse.kind, abuse.words)
        word = await self._meant.as_pressed(ticket, word)
        if ticket.message_seq and ticket.message_seq == word.seq:
            if ticket.message_left:
                await self._confirm(ticket)
            return True
        if ticket.message_wanted and word.meta.get("command") == WAYS:
            ticket = await self._queue.drop_message(ticket.number)
            if ticket.message_left:
                await self._say(ticket, say("message_kept"), f"{word.message_id}:kept")
                return True
        if ticket.sleeps and not ticket.message_left and word.meta.get("command") == KEEP_WAITING:
            await self._cannot_wait(ticket, word)
            return True
        if self._callbacks and await self._callbacks.hear(ticket, word):
            return True
        command = word.meta.get("command")
        if ticket.state is not State.ASSIGNED and command == CANCEL:
            await self._queue.cancel(ticket.number)
            return True
        if ticket.state is not State.ASSIGNED and command == LEAVE_MESSAGE:
            await self._ask_message(ticket, word)
            return True
        if command == MESSAGE_WITHDRAWN and ticket.may_be_called:
            await self._queue.withdraw_message(ticket.number, word.seq)
            return True
        if command in (MESSAGE_MORE, MESSAGE_WITHDRAWN):
            await self._confirm(await self._queue.leave_message(ticket.number, word.seq))
            return True
        if ticket.message_wanted:
            return await self._take_message(ticket, word)
        if ticket.state is State.WAITING and word.exchange_id == ticket.exchange_id:
            return False  # the turn that opened the ticket is carried out again: the bot finishes it
        return ticket.talking_to is not TalkingTo.BOT

    async def _ask_message(self, ticket: Ticket, word: Word) -> None:
        """Who presses again is asked again; the same word heard again is not."""
        since = await self._stream.since(ticket.conversation_id, word.seq)
        if ticket.message_wanted and not any(one.shown and one.speaker is Speaker.SYSTEM for one in since):
            name = "left_events" if ticket.message_left else "events"
            await self._say(ticket, say(f"{name}.message_asked"), f"{word.message_id}:asked")
            return
        await self._queue.ask_message(ticket.number)

    async def _cannot_wait(self, ticket: Ticket, word: Word) -> None:
        line = say("closed_wait", opening=await self._opening(ticket))
        await self._say(ticket, line, f"{word.message_id}:closed", await self._choices(ticket, open_now=False))

    async def _opening(self, ticket: Ticket) -> str:
        now = self._now()
        opens_at = await self._calendar.next_open(now, ticket.queue, ticket.channel)
        return say("opening", when=day_time(opens_at, now)) if opens_at and opens_at > now else ""

    async def _take_message(self, ticket: Ticket, word: Word) -> bool:
        if word.kind is not Kind.MESSAGE:  # another button: the customer has changed course
            ticket = await self._queue.drop_message(ticket.number)
            return ticket.talking_to is not TalkingTo.BOT
        await self._confirm(await self._queue.leave_message(ticket.number, word.seq))
        return True

    async def _confirm(self, ticket: Ticket) -> None:
        opening, booked = await self._opening(ticket), ticket.booked
        name = "message_more" if ticket.message_more else "message_booked" if booked else "message_left"
        when = day_time(datetime.fromtimestamp(ticket.callback_at, TOKYO), self._now()) if booked else ""
        line = say(name, number=spoken(ticket.number), opening="" if booked else opening, when=when)
        await self._say(ticket, line, f"{ticket.number}:message:{ticket.message_seq}")

    async def _say(self, ticket: Ticket, line: str, message_id: str, choices: tuple[Choice, ...] = ()) -> None:
        cid, meta = ticket.conversation_id, {"ticket": ticket.number}
        await self._stream.append(Word(cid, Speaker.SYSTEM, line, message_id, choices=choices, meta=meta))

    async def _sentences(
        self, ticket: Ticket, open_now: bool, position: int | None, opens_at: datetime | None
    ) -> tuple[str, ...]:
        if ticket.state is State.ASSIGNED:
            return (say("with_agent", agent=first_part(ticket.owner_name or "")),)
        number = say("number", number=spoken(ticket.number))
        if not open_now:
            when = day_time(opens_at, self._now()) if opens_at else ""
            name = "closed_urgent" if ticket.urgent else "closed" if when else "closed_unknown"
            last = say("closed_left") if ticket.message_left else say("closed_choice")
            return say(name, when=when, opening=say("opening", when=when) if when else ""), number, last
        if not position or position == 1:
            return say("open_first"), number
        estimate = told(await self._queue.waits.minutes(ticket.queue, position))
        return say("open_waiting", ahead=position - 1, position=position, estimate=estimate), number

    async def _choices(self, ticket: Ticket, open_now: bool) -> tuple[Choice, ...]:
        if ticket.state is State.ASSIGNED or ticket.message_left:
            return ()
        later = self._callbacks is not None and await self._callbacks.possible(ticket)
        if open_now:
            wait = Choice(say("choices.cancel_queue"), CANCEL)
            return (Choice(say("choices.callback_waiting"), CALLBACK), wait) if later else (wait,)
        call = (Choice(say("choices.callback_night"), CALLBACK),) if later else ()
        leave = Choice(say("choices.leave_message"), LEAVE_MESSAGE)
        return leave, *call, Choice(say("choices.cancel_night"), CANCEL)

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), TOKYO)


def _again(reason: Reason) -> Reason:
    """The same matter once more, unless what brought the customer weighs as much."""
    weighs = reason is Reason.ABUSE or PRIORITY.get(reason, 0) >= PRIORITY[Reason.REPEAT_CONTACT]
    return reason if weighs else Reason.REPEAT_CONTACT
