"""How long each part of understanding a message took, and what was heard of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from bot.language.selector import Query, Ranking


class Clock:
    """Milliseconds of each part; the texts that were read, so that none is encoded or ranked twice for one message.
    `light`: as they were ranked without E5, among whatever articles: the scores are those of any others too."""

    def __init__(self) -> None:
        self.ms: dict[str, float] = {}
        self.heard: dict[str, Query] = {}
        self.ranked: dict[tuple[str, bytes], tuple[Query, Ranking]] = {}
        self.light: dict[str, Ranking] = {}

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.ms[name] = round(self.ms.get(name, 0.0) + (time.perf_counter() - start) * 1000, 2)
