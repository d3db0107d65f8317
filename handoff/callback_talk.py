"""How far the booking of a callback has come, kept in Redis beside its ticket: it outlives every process."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from enum import Enum
from typing import Any

from conversation.keys import state as conversation_key
from conversation.words import Choice
from handoff import keys
from handoff.ticket import Ticket
from stores import AsyncRedis

BOOKING_SECONDS = 180  # after the customer's last word of it, agents are asked again


class Step(str, Enum):
    """What the customer is asked."""

    NOTHING = ""
    WISH = "wish"
    KANA = "kana"
    PHONE = "phone"
    CONFIRM = "confirm"


@dataclass(frozen=True)
class Reply:
    """`choices`: (title, command)."""

    text: str
    choices: tuple[tuple[str, str], ...] = ()

    def buttons(self) -> tuple[Choice, ...]:
        return tuple(Choice(title, command) for title, command in self.choices)


@dataclass(frozen=True)
class Talk:
    """`slot` in epoch seconds, `was` the one that is to be changed; `wish`: what was said of the day and the hour so
    far; `misses` in a row."""

    step: Step = Step.NOTHING
    slot: int = 0
    was: int = 0
    kana: str = ""
    phone: str = ""
    known: str = ""  # the number that they write or call from: offered, never taken unasked
    wish: str = ""
    misses: int = 0
    heard: str = ""  # id of the word that was answered last, with `reply`
    reply: Reply = Reply("")

    @property
    def active(self) -> bool:
        return self.step is not Step.NOTHING

    def next(self) -> Talk:
        """Asks what is still missing, then reads it back."""
        if not self.slot:
            step = Step.WISH
        elif not self.kana:
            step = Step.KANA
        else:
            step = Step.CONFIRM if self.phone else Step.PHONE
        return replace(self, step=step, misses=0, wish="")

    def over(self) -> Talk:
        """Nothing is asked any more, and nothing of it kept."""
        return Talk()

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Talk:
        data: dict[str, Any] = json.loads(text)
        told = data["reply"]
        reply = Reply(told["text"], tuple((title, command) for title, command in told["choices"]))
        return cls(**data | {"step": Step(data["step"]), "reply": reply})


class Talks:
    def __init__(self, redis: AsyncRedis, lifetime: int) -> None:
        self._redis, self._lifetime = redis, lifetime

    async def get(self, ticket: Ticket) -> Talk:
        text = await self._redis.get(keys.callback_talk(ticket.conversation_id, ticket.number))
        return Talk.from_json(text) if text else Talk()

    async def keep(self, ticket: Ticket, talk: Talk) -> None:
        """While it asks, what the customer writes is marked as private by the door (hash field `private`), and the
        customer is put to no agent."""
        about, booking = conversation_key(ticket.conversation_id), keys.booking(ticket.conversation_id, ticket.number)
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.set(keys.callback_talk(ticket.conversation_id, ticket.number), talk.to_json(), ex=self._lifetime)
            if talk.active:
                pipe.hset(about, "private", "1")
                pipe.set(booking, "1", ex=BOOKING_SECONDS)
            else:
                pipe.hdel(about, "private")
                pipe.delete(booking)
            await pipe.execute()
