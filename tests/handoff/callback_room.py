"""A customer who books a callback, with the desk's hours of calendar.yml (weekdays 9–12 and 13–17:30)."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy.engine import Engine

from conversation.words import Choice, Speaker, Word
from handoff.calendar import Calendar
from handoff.callback_clock import CallbackClock
from handoff.callback_dialogue import CallbackDialogue
from handoff.callbacks import Callbacks
from handoff.clock import Clock
from handoff.ledger import Ledger
from handoff.patience import Patience
from handoff.queues import Queues
from handoff.reception import Admission, Reception
from handoff.ticket import Reason, Ticket
from tests.handoff.room import Room


@dataclass
class CallbackRoom:
    room: Room
    engine: Engine
    cid: str = "c1"
    said: int = field(default=0)

    def __post_init__(self) -> None:
        self.calendar, self.queues = Calendar(self.engine), Queues(self.engine)
        self.callbacks = Callbacks(self.room.queue, self.calendar, self.queues, self.engine)
        self.restart()

    def restart(self) -> None:
        """New processes: nothing is remembered but what the stores hold."""
        parts = (self.room.queue, self.calendar, self.room.stream)
        self.dialogue = CallbackDialogue(self.callbacks, *parts)
        self.reception = Reception(*parts, self.room.time, callbacks=self.dialogue)
        ledger, offers = Ledger(self.room.redis, self.engine), self.room.offers(self.engine)
        ticking = CallbackClock(self.callbacks, self.room.stream, self.dialogue.replies)
        patience = Patience(self.queues, self.room.stream, self.dialogue)
        self.clock = Clock(self.room.queue, self.calendar, ledger, offers, self.room.time, ticking, patience)

    async def come(self) -> Ticket:
        """The customer asks for a person."""
        await self.room.say(self.cid, "担当者と話したい", f"{self.cid}-0")
        found = await self.reception.admit(self.cid, "web", f"{self.cid}-0", Reason.CUSTOMER_REQUEST)
        return found.ticket

    async def offer(self, admission: Admission) -> None:
        """What the door or Rasa tells of it, with its buttons."""
        text = "\n".join(admission.sentences)
        told = Word(self.cid, Speaker.BOT, text, f"{self.cid}-0:told", choices=admission.choices)
        await self.room.stream.append(told)

    async def say(self, text: str, command: str | None = None) -> bool:
        return await self.reception.hear(await self.word(text, command))

    async def word(self, text: str, command: str | None = None) -> Word:
        self.said += 1
        return await self.room.say(self.cid, text, f"{self.cid}-{self.said}", command)

    async def press(self, title: str) -> bool:
        """One of the buttons offered last."""
        command = next(choice.command for choice in await self.offered() if choice.title == title)
        return await self.say(title, command)

    async def start(self) -> bool:
        return await self.say("折り返し予約に変更", "/callback")

    async def book(self, wish: str = "明日の15時", name: str = "ヤマダ", phone: str = "090-1234-5678") -> Ticket:
        ticket = await self.come()
        await self.start()
        for text in (wish, name, phone):
            assert await self.say(text)
        assert await self.press("はい")
        booked = await self.room.queue.get(ticket.number)
        assert booked
        return booked

    async def heard(self) -> list[str]:
        """What the customer was told, oldest first."""
        return await self.room.lines(self.cid)

    async def offered(self) -> tuple[Choice, ...]:
        words = await self.room.stream.since(self.cid)
        return next(word.choices for word in reversed(words) if word.speaker is Speaker.SYSTEM and word.choices)

    async def titles(self) -> list[str]:
        return [choice.title for choice in await self.offered()]
