"""Asking Rasa's connector for one turn, with patience and an end."""

from __future__ import annotations

import asyncio
import time
from enum import Enum
from typing import Any

import aiohttp
import structlog
from aiohttp import web

REFUSED_SECONDS = 2.0  # nobody listens for so long: Rasa is down, not just restarting its socket
_PAUSE = 0.25
HTTP: web.AppKey[aiohttp.ClientSession] = web.AppKey("http", aiohttp.ClientSession)
_log = structlog.get_logger("door")


class Heard(str, Enum):
    DONE = "done"  # the turn was run (now or before)
    DOWN = "down"  # nobody listens at Rasa's address
    SILENT = "silent"  # no answer within the time, or only errors


class Rasa:
    def __init__(self, http: aiohttp.ClientSession, url: str, secret: str) -> None:
        self._http, self._url = http, f"{url}/webhooks/door/turn"
        self._headers = {"X-Connector-Secret": secret}

    async def turn(self, turn: dict[str, Any], seconds: float) -> Heard:
        """Posts until it is done, at most `seconds` long. The same turn twice does no harm."""
        ends = time.monotonic() + seconds
        down_since: float | None = None
        heard = Heard.SILENT
        while (left := ends - time.monotonic()) > 0:
            heard = await self._post(turn, left)
            if heard is Heard.DONE:
                return heard
            if heard is Heard.DOWN:
                down_since = down_since or time.monotonic()
                if time.monotonic() - down_since >= REFUSED_SECONDS:
                    return heard
            else:
                down_since = None
            await asyncio.sleep(min(_PAUSE, max(0.0, ends - time.monotonic())))
        return heard

    async def _post(self, turn: dict[str, Any], seconds: float) -> Heard:
        try:
            timeout = aiohttp.ClientTimeout(total=seconds)
            async with self._http.post(self._url, json=turn, headers=self._headers, timeout=timeout) as answer:
                if answer.status == 200:
                    return Heard.DONE
                _log.error("rasa_refused", status=answer.status, id=turn["message_id"])
                return Heard.SILENT
        except aiohttp.ClientConnectorError:
            return Heard.DOWN
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            _log.warning("rasa_broke_off", error=repr(error), id=turn["message_id"])
            return Heard.SILENT
