"""From the words of SMS conversations to texts in the outbox: what is said at once becomes one text."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from channels.twilio.compose import Manner, Shelf, tells
from channels.twilio.talks import NOTICE, PREFIX
from conversation.stream import ConversationStream
from conversation.texts import Text, Texts
from conversation.words import Speaker, Word
from nihongo.japan_time import TOKYO

# What is said so soon after the customer's own words is a reply, at night too; a person may take longer over it.
_REPLY_SECONDS, _PERSON_SECONDS = 900, 3600
_NIGHT_FROM, _NIGHT_UNTIL = 21, 8  # hours


class Delivery:
    """`wake` is told each conversation in whose outbox something new lies."""

    def __init__(
        self,
        stream: ConversationStream,
        texts: Texts,
        manner: Manner,
        shelf: Shelf,
        wake: Callable[[str], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._stream, self._texts, self._manner, self._shelf = stream, texts, manner, shelf
        self._wake, self._clock = wake, clock

    async def look(self, conversation_id: str) -> None:
        """Puts what is new into the outbox, unless the customer's last word is still being answered."""
        if not conversation_id.startswith(PREFIX):
            return
        state = await self._stream.state(conversation_id)
        if not state or int(state.get("asked") or 0) > int(state.get("answered") or 0):
            return  # its end is announced
        since = int(state.get("texted") or 0)
        words = await self._stream.since(conversation_id, since)
        if not words:
            return
        asked = await self._stream.word(conversation_id, int(state.get("asked") or 0))
        made = self._made(words, state, asked.at if asked else 0.0)
        if await self._texts.tell(conversation_id, since, words[-1].seq, made) and made:
            self._wake(conversation_id)

    def _made(self, words: list[Word], state: dict[str, str], asked_at: float) -> list[Text]:
        now, last = self._clock(), words[-1].seq
        told = [word for word in words if tells(word)]
        wait = 0.0 if _reply(told, now - asked_at) else morning(now)
        return [
            Text(
                f"{last:08}.{part}",
                state["customer_number"],
                state["our_number"],
                body,
                seq=told[-1].seq,
                at=now,
                not_before=wait,
            )
            for part, body in enumerate(self._manner.texts(words, self._shelf, state["customer_number"]))
        ]


def _reply(told: list[Word], seconds: float) -> bool:
    """Whether the customer, whose last question is so long ago, is waiting for this."""
    if any(word.meta.get("notice") == NOTICE for word in told):  # of a message that was not taken
        return True
    person = any(word.speaker is Speaker.AGENT for word in told)
    return seconds < (_PERSON_SECONDS if person else _REPLY_SECONDS)


def morning(now: float) -> float:
    """When a text that is no reply may be sent: now by day (0), at eight o'clock by night. Epoch seconds."""
    at = datetime.fromtimestamp(now, TOKYO)
    if _NIGHT_UNTIL <= at.hour < _NIGHT_FROM:
        return 0.0
    day = at + timedelta(days=1) if at.hour >= _NIGHT_FROM else at
    return day.replace(hour=_NIGHT_UNTIL, minute=0, second=0, microsecond=0).timestamp()
