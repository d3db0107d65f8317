"""The stopwatch of `bench parts`: each part's own time, and nothing counted twice."""

from __future__ import annotations

import time

import pytest

from bench.parts import Stopwatch, parts


def busy(seconds: float) -> None:
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        pass


@pytest.mark.asyncio
async def test_the_time_of_an_inner_part_is_not_the_outer_ones() -> None:
    watch = Stopwatch()
    inner = watch.part("inner", busy)

    async def work() -> str:
        busy(0.01)
        inner(0.03)
        return "done"

    began = time.perf_counter()
    assert await watch.part("outer", work)() == "done"
    whole = (time.perf_counter() - began) * 1000
    assert watch.parts["inner"] >= 30
    assert 10 <= watch.parts["outer"] <= whole - 30
    assert sum(watch.parts.values()) <= whole


@pytest.mark.asyncio
async def test_a_part_that_fails_is_timed_and_fails() -> None:
    watch = Stopwatch()

    def broken() -> None:
        busy(0.005)
        raise ValueError

    with pytest.raises(ValueError):
        watch.part("broken", broken)()
    assert watch.parts["broken"] >= 5
    watch.clear()
    assert not watch.parts


@pytest.mark.model
def test_what_is_timed_is_there() -> None:
    from rasa.core.processor import MessageProcessor

    from bot.nlg import ArticleNLG
    from bot.tracker_store import StreamTrackerStore

    timed = parts(StreamTrackerStore, MessageProcessor, ArticleNLG)
    assert [name for _, owner, name in timed if not callable(getattr(owner, name, None))] == []
