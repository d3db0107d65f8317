"""From the outbox to Twilio. A text is given to the API once: again only where it surely did not take it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from urllib.parse import urlencode

import aiohttp
import structlog
from twilio.base.exceptions import TwilioException, TwilioRestException

from channels.errands import Errands
from channels.twilio.client import Twilio
from channels.twilio.stops import Stops
from conversation.stream import ConversationStream
from conversation.texts import State, Text, Texts
from conversation.words import Kind, Speaker, Word

_TRIES = 8
_OPTED_OUT = 21610
_BUSY = 429
_SKEW = timedelta(minutes=1)  # between our clock and Twilio's
_LOOKED_AT = 50  # last messages to a number
_log = structlog.get_logger("door")


class Unclear(Exception):
    """Whether the API took the text is not known."""


class Again(Exception):
    """The API surely did not take it."""


class Sender:
    def __init__(
        self,
        stream: ConversationStream,
        texts: Texts,
        stops: Stops,
        twilio: Twilio,
        public_url: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._stream, self._texts, self._stops, self._twilio = stream, texts, stops, twilio
        self._status_url, self._clock = f"{public_url.rstrip('/')}/twilio/sms/status", clock
        errands = Errands("text", self._next, texts.due)
        self.running, self.wake = errands.running, errands.wake

    async def _next(self, conversation_id: str) -> bool:
        """Deals with the first open text; True: look for another. One at a time, so that they come in order."""
        async with self._texts.lease(conversation_id) as mine:
            if not mine:
                return False
            text = await self._first(conversation_id)
            if text is None:
                await self._texts.later(conversation_id, None)
                text = await self._first(conversation_id)  # one may have come in between
            if text is None:
                return False
            if text.not_before > self._clock():
                await self._texts.later(conversation_id, text.not_before)
                return False
            return await self._deal(conversation_id, text)

    async def _first(self, conversation_id: str) -> Text | None:
        """The next to send. Those that wait for the morning let replies pass; none passes one that is tried again."""
        texts = [one for one in await self._texts.all(conversation_id) if one.state in (State.QUEUED, State.SENDING)]
        now = self._clock()
        held = [one for one in texts if one.not_before > now and not one.tries]
        return next((one for one in texts if one not in held), None) or min(
            held, key=lambda text: text.not_before, default=None
        )

    async def _deal(self, conversation_id: str, text: Text) -> bool:
        try:
            if await self._stops.has(text.to):
                return await self._lost(conversation_id, text, State.STOPPED, _OPTED_OUT)
            sid = await self._found(conversation_id, text) if text.state is State.SENDING else ""
            await self._sent(conversation_id, text, sid or await self._send(conversation_id, text))
        except (Again, Unclear) as trouble:
            return await self._put_off(conversation_id, text, trouble)
        except TwilioRestException as refused:
            _log.warning("text_refused", key=text.key, conversation=conversation_id, code=refused.code)
            return await self._lost(conversation_id, text, State.FAILED, refused.code or refused.status)
        return True

    async def _send(self, conversation_id: str, text: Text) -> str:
        """The message's sid. What the API says counts; silence leaves it unclear."""
        await self._texts.move(conversation_id, text.key, (State.QUEUED, State.SENDING), state=State.SENDING.value)
        callback = f"{self._status_url}?{urlencode({'c': conversation_id, 'k': text.key})}"
        try:
            message = await self._twilio.messages.create_async(
                to=text.to, from_=text.sender, body=text.body, status_callback=callback
            )
        except TwilioRestException as error:
            if error.status == _BUSY:
                raise Again(error) from error
            if error.status >= 500:
                raise Unclear(error) from error
            raise
        except aiohttp.ClientConnectorError as error:
            raise Again(error) from error
        except (TwilioException, aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            raise Unclear(error) from error
        return str(message.sid)

    async def _found(self, conversation_id: str, text: Text) -> str:
        """The sid under which the API knows a text that it may have taken; empty: it surely has not."""
        since = datetime.fromtimestamp(text.at, timezone.utc) - _SKEW
        try:
            messages = await self._twilio.messages.list_async(to=text.to, limit=_LOOKED_AT)
        except (TwilioException, aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            raise Unclear(error) from error
        known = {one.sid for one in await self._texts.all(conversation_id)}
        fresh = (one for one in messages if one.sid not in known and (one.date_created or since) >= since)
        return next((str(one.sid) for one in fresh if one.body == text.body), "")

    async def _sent(self, conversation_id: str, text: Text, sid: str) -> None:
        _log.info("text_sent", key=text.key, conversation=conversation_id, sid=sid)
        await self._texts.move(conversation_id, text.key, (State.SENDING,), state=State.SENT.value, sid=sid)
        await self._stream.announce(conversation_id)  # the desk shows it

    async def _put_off(self, conversation_id: str, text: Text, trouble: Exception) -> bool:
        """Twice as long each time; what is not taken in the end is told as lost."""
        tries, cause = text.tries + 1, type(trouble.__cause__).__name__
        _log.warning("text_put_off", key=text.key, conversation=conversation_id, tries=tries, cause=cause)
        if tries >= _TRIES:
            return await self._lost(conversation_id, text, State.FAILED, 0)
        state = State.QUEUED if isinstance(trouble, Again) else State.SENDING
        when = self._clock() + 2 ** (tries - 1)
        changes = {"state": state.value, "tries": tries, "not_before": when}
        await self._texts.move(conversation_id, text.key, (State.QUEUED, State.SENDING), **changes)
        await self._texts.later(conversation_id, when)
        await self._stream.announce(conversation_id)
        return False

    async def _lost(self, conversation_id: str, text: Text, state: State, code: int) -> bool:
        moved = await self._texts.move(
            conversation_id, text.key, (State.QUEUED, State.SENDING), state=state.value, error=code
        )
        if moved:
            await tell_lost(self._stream, conversation_id, moved)
        return True


async def tell_lost(stream: ConversationStream, conversation_id: str, text: Text) -> None:
    """The desk and the record learn that a text did not reach the customer."""
    meta = {"undelivered": {"seq": text.seq, "state": text.state.value, "error": text.error}}
    word = Word(conversation_id, Speaker.SYSTEM, "", f"text:{text.key}:lost", Kind.STATE, meta=meta)
    await stream.append(word)
