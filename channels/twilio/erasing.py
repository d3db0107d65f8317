"""Deletes at Twilio the recordings of erased conversations: tried again until they are gone, by whichever door."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import structlog
from redis.exceptions import RedisError
from twilio.base.exceptions import TwilioRestException

from channels.outage import Outage
from channels.twilio.client import Twilio
from channels.twilio.legs import FAILURES
from conversation.recordings import Unwanted
from tasks import beside

_LOOK_SECONDS, _AGAIN_SECONDS = 2, 60
_AT_ONCE = 20
_UNKNOWN = 404
_log = structlog.get_logger("door")


class Erasing:
    def __init__(self, unwanted: Unwanted, twilio: Twilio, clock: Callable[[], float] = time.time) -> None:
        self._unwanted, self._twilio, self._clock = unwanted, twilio, clock
        self._outage = Outage()

    def running(self) -> AbstractAsyncContextManager[None]:
        return beside(self._look())

    async def _look(self) -> None:
        while True:
            try:
                for sid in await self._unwanted.due(self._clock(), _AT_ONCE):
                    await self._delete(sid)
            except (RedisError, OSError) as error:
                self._outage.tell("recordings", error)
            await asyncio.sleep(_LOOK_SECONDS)

    async def _delete(self, sid: str) -> None:
        """Two doors may ask for the same: the second hears that there is none."""
        try:
            await self._twilio.recordings(sid).delete_async()
        except FAILURES as error:
            if not isinstance(error, TwilioRestException) or error.status != _UNKNOWN:
                _log.warning("recording_not_erased", sid=sid, error=type(error).__name__)
                await self._unwanted.later(sid, self._clock() + _AGAIN_SECONDS)
                return
        await self._unwanted.gone(sid)
        _log.info("recording_erased", sid=sid)
