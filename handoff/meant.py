"""Typed words that mean a button of the waiting room, by what the customer waits for and was offered."""

from __future__ import annotations

from dataclasses import replace

from conversation.stream import ConversationStream
from conversation.words import Kind, TalkingTo, Word
from handoff.buttons import CALLBACK, CALLBACK_WHEN, CANCEL, KEEP_WAITING, LEAVE_MESSAGE, STANDS, WAYS
from handoff.callback_dialogue import CallbackDialogue
from handoff.ticket import State, Ticket
from handoff.typed import only_a_time, rather_called, wanted, while_booked, while_waiting, with_a_message_left

_OF_THE_NOTICE = (CALLBACK, LEAVE_MESSAGE, KEEP_WAITING)  # what may be typed instead of the choices of the night
_OFFERED_IN = 6  # words, unseen ones among them, within which what was offered last is looked for


class Meant:
    """`callbacks` None: none are offered."""

    def __init__(self, stream: ConversationStream, callbacks: CallbackDialogue | None) -> None:
        self._stream, self._callbacks = stream, callbacks

    async def as_pressed(self, ticket: Ticket, word: Word) -> Word:
        """Typed words that mean a button of the waiting room stand for it; while a callback is booked they are its."""
        typed = word.kind is Kind.MESSAGE and word.exchange_id != ticket.exchange_id
        if not typed or ticket.state is State.ASSIGNED or ticket.message_seq == word.seq:
            return word
        command = self._typed(ticket, word.text) or await self._time_of_offer(ticket, word)
        booking = self._callbacks is not None and await self._callbacks.active(ticket)
        if not command or (booking and command != LEAVE_MESSAGE):
            return word
        if ticket.message_wanted:
            if command not in (CANCEL, WAYS) and not rather_called(word.text):
                return word  # may well be what they want to tell
            stays = CALLBACK_WHEN if ticket.booked and not ticket.message_left else WAYS
            command = CALLBACK if command == CALLBACK else stays
        if command == CALLBACK and not ticket.may_be_called:
            command = STANDS
        return replace(word, meta=word.meta | {"command": command})

    def _typed(self, ticket: Ticket, text: str) -> str:
        """Of who waits; of who the bot serves meanwhile only what is about the callback."""
        if ticket.talking_to is TalkingTo.QUEUE:
            return while_waiting(text)
        if ticket.message_left and (more := with_a_message_left(text)):
            return more
        if ticket.callback_at or not self._callbacks:
            also = LEAVE_MESSAGE if while_waiting(text) == LEAVE_MESSAGE else ""
            return (while_booked(text) or also) if ticket.callback_at else ""
        if not ticket.may_be_called:
            return ""
        offered = ticket.sleeps and not ticket.message_left  # the choices of the notice are open
        meant = while_waiting(text) if offered else ""
        return wanted(text) or (meant if meant in _OF_THE_NOTICE else "")

    async def _time_of_offer(self, ticket: Ticket, word: Word) -> str:
        """`CALLBACK` where one was just offered and nothing is said but a day or an hour."""
        if not self._callbacks or ticket.callback_at or not ticket.may_be_called or not only_a_time(word.text):
            return ""
        told = [one for one in await self._stream.recent(word.conversation_id, _OFFERED_IN) if one.seq < word.seq]
        last = next((one for one in told if one.shown), word)
        return CALLBACK if any(choice.command == CALLBACK for choice in last.choices) else ""
