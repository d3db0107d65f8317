"""Booking a callback in words, the same in every channel: the time, the name as it is read, the number, all read back.

A word heard twice is answered once (by its id); how far it has come is kept beside the ticket (callback_talk.py).
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from conversation.stream import ConversationStream
from conversation.words import Kind, Speaker, Word
from handoff import buttons as commands
from handoff.buttons import CANCEL, LEAVE_MESSAGE
from handoff.calendar import Calendar
from handoff.callback_replies import Replies, choices, ways_on
from handoff.callback_steps import Steps, Turn
from handoff.callback_talk import Reply, Step, Talk, Talks
from handoff.callbacks import Callbacks
from handoff.contact import Contact, read_phone
from handoff.queue import Queue
from handoff.queues import Queues
from handoff.sentences import say
from handoff.ticket import State, Ticket
from handoff.typed import while_booked, while_booking, while_waiting
from nihongo import life
from nihongo.japan_time import TOKYO
from nihongo.normalise import normalise

log = logging.getLogger(__name__)
_EDITS = {commands.EDIT_TIME: Step.WISH, commands.EDIT_NAME: Step.KANA, commands.EDIT_PHONE: Step.PHONE}
_WAITS = {commands.KEEP_WAITING: "waits_on", commands.STANDS: "stands"}
_ANYWHERE = (commands.BACK, commands.STOP, commands.PERSON)
_OFF = (commands.CALLBACK_CANCEL, commands.CALLBACK_WHICH)


class CallbackDialogue:
    def __init__(self, callbacks: Callbacks, queue: Queue, calendar: Calendar, stream: ConversationStream) -> None:
        self._callbacks, self._queue, self._calendar, self._stream = callbacks, queue, calendar, stream
        self._talks = Talks(queue.redis, stream.lifetime)
        self.replies = Replies(queue.now)
        self._steps = Steps(callbacks, calendar, self.replies)

    @classmethod
    def on(cls, engine: Engine, queue: Queue, calendar: Calendar, stream: ConversationStream) -> CallbackDialogue:
        return cls(Callbacks(queue, calendar, Queues(engine), engine), queue, calendar, stream)

    async def hear(self, ticket: Ticket, word: Word) -> bool:
        """Deals with a word that is about a callback. False: it is about something else, and the booking is dropped."""
        talk = await self._talks.get(ticket)
        if talk.heard == word.message_id:
            await self._say(word, talk)
            return True
        command = word.meta.get("command") or ""
        if ticket.state is State.ASSIGNED or not self._concerns(ticket, talk, word, command):
            if talk.active:
                await self._talks.keep(ticket, talk.over())
            return False
        fresh, reply = await self._turn(ticket, talk, word, command)
        fresh = replace(fresh, heard=word.message_id, reply=reply)
        await self._talks.keep(ticket, fresh)
        await self._say(word, fresh)
        return True

    async def active(self, ticket: Ticket) -> bool:
        """Whether it is being booked just now."""
        return (await self._talks.get(ticket)).active

    async def asks_number(self, ticket: Ticket) -> bool:
        """Whether it is the telephone number that is asked for just now."""
        return (await self._talks.get(ticket)).step is Step.PHONE

    async def drop(self, ticket: Ticket) -> None:
        """Nothing is asked any more; what is booked stays."""
        await self._talks.keep(ticket, (await self._talks.get(ticket)).over())

    async def possible(self, ticket: Ticket) -> bool:
        """Whether a callback may be offered: there is a half hour for it."""
        return await self._callbacks.possible(ticket)

    async def ways(self, ticket: Ticket, sentence: str) -> Reply:
        """Asks who waits how to go on."""
        return Reply(say(sentence), ways_on(ticket, await self.possible(ticket)))

    def _concerns(self, ticket: Ticket, talk: Talk, word: Word, command: str) -> bool:
        if commands.ours(command) or (command == CANCEL and ticket.callback_at):
            return True
        said = word.kind is Kind.MESSAGE and command != LEAVE_MESSAGE and not ticket.message_wanted
        return talk.active and said and not life.at_risk(normalise(word.text))

    async def _turn(self, ticket: Ticket, talk: Talk, word: Word, command: str) -> Turn:
        try:
            if command:
                said = word.text if word.kind is Kind.MESSAGE else ""
                return await self._pressed(ticket, talk, command, said)
            return await self._said(ticket, talk, word.text)
        except sa.exc.SQLAlchemyError as error:
            log.warning("callbacks: SQL is away: %s", type(error).__name__)
            return talk.over(), self.replies.left(ticket, "unavailable")

    async def _said(self, ticket: Ticket, talk: Talk, text: str) -> Turn:
        meant = while_booking(text)
        if meant in _ANYWHERE or (meant and talk.step is Step.CONFIRM) or (meant == commands.YES and _offers(talk)):
            return await self._pressed(ticket, talk, meant)
        if instead := self._instead(ticket, talk, text):
            return await self._pressed(ticket, talk, instead)
        return await self._steps.hear(ticket, talk, text, self._queue.now())

    def _instead(self, ticket: Ticket, talk: Talk, text: str) -> str:
        """The button of the waiting room that is meant in the middle of a booking."""
        if (off := while_booked(text)) in _OFF:
            return off if ticket.callback_at else commands.STOP
        meant = while_waiting(text)
        if meant in (CANCEL, commands.WAYS) or (meant == commands.KEEP_WAITING and not ticket.holding):
            return commands.STOP
        again = meant == commands.CALLBACK and talk.step is Step.WISH
        return meant if again or (meant in _WAITS and ticket.holding) else ""

    async def _pressed(self, ticket: Ticket, talk: Talk, command: str, said: str = "") -> Turn:
        if command in _WAITS:
            going_on = talk.over() if command == commands.KEEP_WAITING else talk
            return going_on, await self._stands(ticket, _WAITS[command])
        if command == commands.WAYS:
            return talk, await self.ways(ticket, "callback.ways")
        if command == commands.CALLBACK_WHEN and ticket.callback_at:
            if ticket.message_wanted:
                await self._queue.drop_message(ticket.number)
            return talk, self.replies.booked(ticket, "missed" if ticket.callback_missed else "already")
        if command == commands.CALLBACK_WHICH:
            return talk.over(), self.replies.which(ticket)
        if command == commands.CALLBACK_OTHER:
            return talk, Reply(say("callback.other"))
        if command in (commands.CALLBACK_CANCEL, CANCEL):
            return await self._cancel(ticket, talk)
        if command in (commands.CALLBACK, commands.CALLBACK_CHANGE):
            return await self._begin(ticket, talk, command, said)
        if not talk.active:  # a button of a booking that is over
            return talk, self.replies.left(ticket, "stopped")
        return await self._step(ticket, talk, command)

    async def _stands(self, ticket: Ticket, name: str) -> Reply:
        position = await self._queue.position(ticket.number)
        minutes = await self._queue.waits.minutes(ticket.queue, position) if position and not ticket.sleeps else None
        return self.replies.stands(name, position, minutes)

    async def _person(self, ticket: Ticket) -> Reply:
        """Who would rather talk at once is told when somebody can."""
        now = datetime.fromtimestamp(self._queue.now(), TOKYO)
        opens_at = await self._calendar.next_open(now, ticket.queue, ticket.channel)
        if ticket.callback_at or opens_at != now:
            opening = say("opening", when=self.replies.moment(opens_at.timestamp())) if opens_at else ""
            return self.replies.person_later(ticket, opening)
        stands = await self._stands(ticket, "person_waits")
        return replace(stands, choices=(*choices(("go_on", commands.GO_ON)), *ways_on(ticket)))

    async def _step(self, ticket: Ticket, talk: Talk, command: str) -> Turn:
        slot = commands.slot_of(command)
        if slot is not None:
            return await self._steps.chosen(ticket, talk, slot)
        if command == commands.BACK:
            return await self._steps.back(ticket, talk)
        if command in _EDITS:
            other = command == commands.EDIT_PHONE and talk.phone == talk.known
            edited = replace(talk, step=_EDITS[command], misses=0, known="" if other else talk.known)
            return await self._steps.ask(ticket, edited)
        if command == commands.YES and _offers(talk):
            return await self._steps.same_number(ticket, talk)
        if command == commands.YES and talk.step is Step.CONFIRM:
            return await self._book(ticket, talk)
        if command == commands.PERSON:
            return talk, await self._person(ticket)
        if command in (commands.YES, commands.GO_ON):
            return await self._steps.ask(ticket, talk)
        return talk.over(), self.replies.left(ticket, "stopped")

    async def _begin(self, ticket: Ticket, talk: Talk, command: str, said: str) -> Turn:
        """What is known of an earlier booking need not be asked again. `said`: what was typed instead of the button."""
        if ticket.message_wanted:
            await self._queue.drop_message(ticket.number)
        if ticket.booked and command == commands.CALLBACK:
            return talk.over(), self.replies.booked(ticket, "already")
        known, fresh = await self._callbacks.contact(ticket), Talk(Step.WISH, known=await self._sender(ticket))
        if known:
            fresh = replace(fresh, kana=known.kana, phone=known.phone)
        was = int(ticket.callback_at)
        why = "change" if was else "first"
        return await self._steps.begin(ticket, replace(fresh, was=was), why, said, self._queue.now())

    async def _sender(self, ticket: Ticket) -> str:
        """The number that the customer writes SMS or calls from."""
        if ticket.channel not in ("sms", "voice"):
            return ""
        return read_phone((await self._stream.state(ticket.conversation_id)).get("customer_number", "")) or ""

    async def _book(self, ticket: Ticket, talk: Talk) -> Turn:
        slot = datetime.fromtimestamp(talk.slot, TOKYO)
        if await self._callbacks.book(ticket, slot, Contact(talk.kana, talk.phone)):
            booked = await self._queue.get(ticket.number) or ticket
            return talk.over(), self.replies.changed(booked, talk.was)
        return await self._steps.ask(ticket, replace(talk, step=Step.WISH, slot=0), "gone")

    async def _cancel(self, ticket: Ticket, talk: Talk) -> Turn:
        if not ticket.callback_at:
            return talk.over(), self.replies.left(ticket, "stopped")
        ended = await self._callbacks.cancel(ticket)
        if ended.is_open and ended.callback_at:
            return talk.over(), self.replies.left(ended, "stopped")
        name = "cancelled_but_message" if ended.message_left else "cancelled"
        return talk.over(), self.replies.cancelled(ticket, name, again=await self.possible(ended))

    async def _say(self, word: Word, talk: Talk) -> None:
        """`private`: it may hold the name and the number."""
        reply: Reply = talk.reply
        said = Word(
            word.conversation_id,
            Speaker.SYSTEM,
            reply.text,
            f"{word.message_id}:callback",
            exchange_id=word.message_id,
            choices=reply.buttons(),
            meta={"outcome": "action"} | ({"private": True} if talk.step is Step.CONFIRM else {}),
        )
        await self._stream.append(said)


def _offers(talk: Talk) -> bool:
    """Whether a yes means the number that was offered."""
    return talk.step is Step.PHONE and bool(talk.known)
