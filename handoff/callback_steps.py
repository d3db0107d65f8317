"""What the customer's words mean at each step of booking a callback, and what is asked next."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from handoff.calendar import Calendar
from handoff.callback_replies import Replies
from handoff.callback_talk import Reply, Step, Talk
from handoff.callback_wish import OFFERED, fitting, wish
from handoff.callbacks import Callbacks
from handoff.contact import read_kana, read_phone, without_phone
from handoff.ticket import Ticket
from handoff.typed import names_nobody
from nihongo.japan_time import TOKYO
from nihongo.listening import yes_no
from nihongo.when_frame import framed, shift

NOON = 12
MISSES = 3  # in a row, then something else is offered
_PIECES = re.compile(r"[。、,，\s0-9０-９]+")
_ASKED_NEXT = (Step.KANA, Step.PHONE)  # what does not read back what was changed
Turn = tuple[Talk, Reply]
_BEFORE = {Step.CONFIRM: Step.PHONE, Step.PHONE: Step.KANA, Step.KANA: Step.WISH}


class Steps:
    def __init__(self, callbacks: Callbacks, calendar: Calendar, replies: Replies) -> None:
        self._callbacks, self._calendar, self._replies = callbacks, calendar, replies

    async def ask(self, ticket: Ticket, talk: Talk, why: str = "first") -> Turn:
        """Asks for what this step wants to know."""
        if talk.step is Step.WISH:
            return await self._ask_time(ticket, talk, why)
        if talk.step is Step.KANA:
            return talk, self._replies.name_asked()
        return talk, self._replies.phone_asked(talk.known) if talk.step is Step.PHONE else self._replies.read_back(talk)

    async def back(self, ticket: Ticket, talk: Talk) -> Turn:
        """To the step before; from the first one out of it, or to what was read back before the time was changed."""
        if talk.step is Step.WISH and talk.slot and talk.phone:
            return await self._on(ticket, talk)
        if talk.step not in _BEFORE:
            return talk.over(), self._replies.left(ticket, "stopped")
        return await self.ask(ticket, replace(talk, step=_BEFORE[talk.step], misses=0))

    async def hear(self, ticket: Ticket, talk: Talk, text: str, now: float) -> Turn:
        if talk.step is Step.WISH:
            return await self._hear_wish(ticket, talk, text, now)
        if talk.step is Step.KANA:
            return await self._hear_name(ticket, talk, text, now)
        if talk.step is Step.PHONE:
            return await self._hear_phone(ticket, talk, text, now)
        return await self._hear_correction(ticket, talk, text, now)

    async def begin(self, ticket: Ticket, talk: Talk, why: str, text: str, now: float) -> Turn:
        """`text`: the words that began it, perhaps with the time; what they leave out stays as it was booked."""
        if not framed(text):
            return await self.ask(ticket, talk, why)
        fresh, reply = await self._hear_time(ticket, replace(talk, wish=_written(talk.was)), text, now)
        return fresh, self._replies.noted("time_heard", fresh, reply) if fresh.step in _ASKED_NEXT else reply

    async def chosen(self, ticket: Ticket, talk: Talk, slot: int) -> Turn:
        free = await self._callbacks.free(ticket)
        if slot not in {int(one.timestamp()) for one in free}:
            return await self._ask_time(ticket, replace(talk, step=Step.WISH), "gone")
        return await self._on(ticket, replace(talk, slot=slot))

    async def same_number(self, ticket: Ticket, talk: Talk) -> Turn:
        """Yes to the number that they write from."""
        return await self._on(ticket, replace(talk, phone=talk.known))

    async def _on(self, ticket: Ticket, talk: Talk) -> Turn:
        return await self.ask(ticket, talk.next())

    async def _ask_time(self, ticket: Ticket, talk: Talk, why: str) -> Turn:
        free = await self._callbacks.free(ticket)
        if not free:
            return talk.over(), self._replies.left(ticket, "none_free")
        return replace(talk, wish=""), self._replies.time_asked(why, free[:OFFERED])

    async def _hear_time(self, ticket: Ticket, talk: Talk, text: str, now: float) -> Turn:
        at = datetime.fromtimestamp(now, TOKYO)
        opens = await self._calendar.windows(ticket.queue, ticket.channel)
        free = await self._callbacks.free(ticket)
        if not free:
            return talk.over(), self._replies.left(ticket, "none_free")
        by, said = shift(text) * 60, talk.slot or talk.was
        heard = (
            wish(_written(said + by), "", at, opens, free) if by and said else wish(text, talk.wish, at, opens, free)
        )
        if heard is None:
            return self._missed(ticket, talk, fitting(talk.wish, at, opens, free))
        if heard.settled:
            fresh, reply = await self._on(ticket, replace(talk, slot=int(heard.settled.timestamp())))
            changed = talk.step in _ASKED_NEXT and fresh.step in _ASKED_NEXT
            return fresh, self._replies.noted("time_taken", fresh, reply) if changed else reply
        asking = replace(talk, step=Step.WISH, wish=heard.said, misses=0)
        return asking, self._replies.time_asked(heard.asks, heard.offered)

    async def _hear_wish(self, ticket: Ticket, talk: Talk, text: str, now: float) -> Turn:
        """A number that comes before it is asked for is kept, and so is what is not put right of a time."""
        phone, talk = read_phone(text), replace(talk, wish=talk.wish or _written(talk.slot))
        if not phone:
            return await self._hear_time(ticket, talk, text, now)
        talk, rest = replace(talk, phone=phone), without_phone(text)
        if framed(rest):
            return await self._hear_time(ticket, talk, rest, now)
        return await self._ask_time(ticket, talk, "phone_first")

    async def _hear_phone(self, ticket: Ticket, talk: Talk, text: str, now: float) -> Turn:
        if framed(text) or read_phone(text):
            return await self._hear_correction(ticket, talk, text, now)
        if talk.known and names_nobody(text):  # no: another one
            return await self.ask(ticket, replace(talk, known=""))
        return self._missed(ticket, talk)

    async def _hear_name(self, ticket: Ticket, talk: Talk, text: str, now: float) -> Turn:
        """Whoever adds the number need not be asked for it; a time instead of the name replaces the one before."""
        phone = read_phone(text) or ""
        said = _PIECES.split(without_phone(text))[0] if phone else text
        kana = "" if names_nobody(said) else read_kana(said)
        if not kana:
            return await self._hear_correction(ticket, talk, text, now)
        return await self._on(ticket, replace(talk, kana=kana, phone=phone or talk.phone))

    async def _hear_correction(self, ticket: Ticket, talk: Talk, text: str, now: float) -> Turn:
        """A number or a time instead of 「はい」 replaces what was read back; a bare no is asked what is wrong."""
        if phone := read_phone(text):
            fresh, reply = await self._on(ticket, replace(talk, phone=phone))
            return fresh, self._replies.noted("phone_taken", fresh, reply) if fresh.step is Step.KANA else reply
        if talk.step is Step.CONFIRM and talk.misses + 1 < MISSES and yes_no(text) is False:
            return replace(talk, misses=talk.misses + 1), self._replies.which_wrong()
        return await self._hear_time(ticket, replace(talk, wish=_written(talk.slot)), text, now)

    def _missed(self, ticket: Ticket, talk: Talk, free: Sequence[datetime] = ()) -> Turn:
        """Not understood: asked again in other words, the third time something else is offered."""
        if talk.misses + 1 >= MISSES:
            return talk.over(), self._replies.left(ticket, "given_up")
        again = replace(talk, misses=talk.misses + 1)
        if talk.step is Step.WISH:
            return again, self._replies.time_asked("again", free[:OFFERED])
        if talk.step is Step.CONFIRM:
            return again, self._replies.read_back(talk, again=True)
        kana = talk.step is Step.KANA
        return again, self._replies.name_asked(again=True) if kana else self._replies.phone_asked(again=True)


def _written(slot: int) -> str:
    """As the words that would have named it, so that one in the morning is no one in the afternoon."""
    if not slot:
        return ""
    at = datetime.fromtimestamp(slot, TOKYO)
    return f"{at:%Y/%m/%d} {'午前' if at.hour < NOON else ''}{at:%H:%M}"
