"""Saying that the store is away without filling the log: loops that try again several times a second speak rarely."""

from __future__ import annotations

import time

import structlog

_EVERY_SECONDS = 10
_log = structlog.get_logger("door")


class Outage:
    def __init__(self) -> None:
        self._said: dict[str, float] = {}

    def tell(self, what: str, error: Exception) -> None:
        now = time.monotonic()
        if now - self._said.get(what, -_EVERY_SECONDS) >= _EVERY_SECONDS:
            self._said[what] = now
            _log.warning("redis_away", what=what, error=f"{type(error).__name__}: {error}")
