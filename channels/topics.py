"""What somebody with this number asked on the web a moment ago. A caller's number proves nobody (decision 0015): what
comes of it is the title of a public article, asked as a question."""

from __future__ import annotations

import time
from collections.abc import Callable

from channels import keys
from channels.twilio.phones import hashed
from conversation.matter import matter
from conversation.stream import ConversationStream
from conversation.words import TalkingTo
from handoff.persons import Persons
from kb.article import Article
from kb.live import LiveRelease
from nihongo.japan_time import today

RECENT_SECONDS = 30 * 60
_KEPT_SECONDS = 4 * 3600


class Topics:
    """`key` makes the names under which numbers stand in Redis."""

    def __init__(
        self,
        stream: ConversationStream,
        persons: Persons,
        live: LiveRelease,
        key: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._stream, self._persons, self._live = stream, persons, live
        self._key, self._clock = key, clock

    async def note(self, phone: str, conversation_id: str) -> None:
        """The shop has signed that this conversation is of the customer with this number."""
        name = keys.customer(hashed(self._key, "customer", phone))
        await self._stream.redis.set(name, conversation_id, ex=_KEPT_SECONDS)

    async def of(self, phone: str) -> tuple[str, Article] | None:
        """The conversation and the public article it showed last, if that is not long ago and no person has it."""
        for conversation_id in await self._conversations(phone):
            if await self._recent(conversation_id) and (article := await self._article(conversation_id)):
                return conversation_id, article
        return None

    async def _conversations(self, phone: str) -> list[str]:
        signed = await self._stream.redis.get(keys.customer(hashed(self._key, "customer", phone)))
        booked = await self._persons.of_phone(phone, self._clock() - RECENT_SECONDS)
        found = [str(signed)] if signed else []
        return found + [ticket.conversation_id for ticket in booked if ticket.channel == "web"]

    async def _recent(self, conversation_id: str) -> bool:
        state = await self._stream.state(conversation_id)
        people = state.get("talking_to", TalkingTo.BOT.value) != TalkingTo.BOT.value
        return not people and self._clock() - float(state.get("last_at") or 0) <= RECENT_SECONDS

    async def _article(self, conversation_id: str) -> Article | None:
        shown = (await matter(self._stream, conversation_id)).article
        return self._live.find(shown, today())
