"""Which conversation an SMS belongs to: that of the sender and the number it came to, until it is over."""

from __future__ import annotations

import time
from collections.abc import Callable

from channels import keys
from channels.links import TalkLinks
from channels.sessions import Sessions
from channels.twilio.phones import hashed
from conversation.stream import ConversationStream

PREFIX = TalkLinks.PREFIX
NOTICE = "sms"  # meta of a line about a message that was not taken


class Talks:
    def __init__(
        self, stream: ConversationStream, sessions: Sessions, key: str, clock: Callable[[], float] = time.time
    ) -> None:
        self._stream, self._sessions, self._key, self._clock = stream, sessions, key, clock

    async def of(self, customer: str, ours: str, message_id: str) -> str:
        """The conversation of this message; the same one when it comes again."""
        known = keys.message(message_id)
        if conversation_id := await self._stream.redis.get(known):
            return str(conversation_id)
        conversation_id = await self._going_on(customer, ours)
        await self._stream.redis.set(known, conversation_id, nx=True, ex=self._stream.lifetime)
        return str(await self._stream.redis.get(known))

    async def _going_on(self, customer: str, ours: str) -> str:
        """The last one, or a new one whose name follows from it: two messages at once open the same."""
        pointer = keys.talk(hashed(self._key, "sms", customer, ours))
        last = await self._stream.redis.get(pointer) or ""
        if last and not self._sessions.over(await self._stream.state(last)):
            return str(last)
        fresh = PREFIX + hashed(self._key, "sms", customer, ours, last)
        about = {"channel": "sms", "customer_number": customer, "our_number": ours}
        await self._stream.set_state(fresh, opened_at=f"{self._clock():.3f}", **about)
        await self._stream.redis.set(pointer, fresh, ex=self._stream.lifetime)
        return fresh
