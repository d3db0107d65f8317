"""Whatever a caller says, presses or leaves unsaid: something is heard, nobody is dropped without a goodbye."""

from __future__ import annotations

import asyncio
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from channels.simulate.twilio import Twilio
from tests.channels.staging import SOLVED, Connector, answer
from tests.channels.twilio.conftest import OpenLine

pytestmark = [pytest.mark.usefixtures("release", "connector"), pytest.mark.slow]

SAYINGS = [
    "送料は",
    "はい",
    "いいえ",
    "えーと",
    "もう一度",
    "戻って",
    "続けて",
    "ゆっくり",
    "担当者",
    "<Say>&'\"",
    "ﷺ",
    "🙂",
    " ",
    "/restart",
]
ODD = ["<Say>&'\"", "ﷺ", "🙂", " ", "/restart"]
STEP = st.one_of(
    st.tuples(st.just("say"), st.sampled_from(SAYINGS + ODD) | st.text(max_size=20)),
    st.tuples(st.just("press"), st.text("0123456789*#", min_size=1, max_size=3)),
    st.tuples(st.just("silence"), st.just("")),
)


async def sometimes(connector: Connector, turn: dict[str, Any]) -> None:
    """Answers, says nothing, offers, or speaks at length, by what it was asked."""
    kind = len(turn["text"]) % 4
    if kind == 1:
        await connector.say(turn, "長いご案内です。" * 120, "解決しましたか。", choices=SOLVED)
    elif kind != 2:
        await answer(connector, turn)


async def play(twilio: Twilio, steps: list[tuple[str, str]]) -> None:
    call = await twilio.call()
    for what, text in steps:
        if call.state == "gathering":
            heard = await (call.say(text) if what == "say" else call.press(text) if what == "press" else call.silence())
            assert heard, (what, text)
        elif call.state == "queued":
            assert await call.wait()
        elif call.state == "recording":
            await call.record(3)
    if call.state == "ended":
        assert "失礼いたします" in call.heard[-1] or "終了いたします" in call.heard[-1]
    silences = 0
    while call.state == "gathering" and silences < 10:
        await call.silence()
        silences += 1
    assert call.state != "gathering"
    if call.state != "ended":
        await call.hang_up()


async def test_whatever_the_caller_does(line: OpenLine, connector: Connector) -> None:
    connector.play = sometimes
    twilio = await line()
    loop = asyncio.get_running_loop()

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(STEP, max_size=7))
    def law(steps: list[tuple[str, str]]) -> None:
        asyncio.run_coroutine_threadsafe(play(twilio, steps), loop).result(120)

    await asyncio.to_thread(law)
