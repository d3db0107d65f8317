"""Between nine in the evening and eight nothing is sent but replies."""

from __future__ import annotations

from datetime import datetime

import pytest

from channels.twilio.delivery import morning
from conversation.stream import ConversationStream
from conversation.texts import State
from conversation.words import Speaker, Word
from nihongo.japan_time import TOKYO
from tests.channels.twilio.texting import MovedClock, OpenLine, got, outbox, states, talks, until

pytestmark = pytest.mark.usefixtures("release", "connector")


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> float:
    return datetime(2026, 11, day, hour, minute, second, tzinfo=TOKYO).timestamp()


@pytest.mark.parametrize(
    ("now", "when"),
    [
        (at(26, 8), 0.0),
        (at(26, 20, 59, 59), 0.0),
        (at(26, 21), at(27, 8)),
        (at(26, 23, 59), at(27, 8)),
        (at(27, 0), at(27, 8)),
        (at(27, 7, 59, 59), at(27, 8)),
        (at(30, 22), at(30, 8) + 86400),
    ],
)
def test_the_hours_of_the_night(now: float, when: float) -> None:
    assert morning(now) == when


async def test_a_reply_is_sent_at_night(line: OpenLine) -> None:
    twilio = await line(MovedClock(at(26, 23)))
    await twilio.text("送料はいくら")
    assert len(await got(twilio, 1)) == 1


async def test_what_answers_nothing_waits_for_the_morning_and_lets_replies_pass(
    line: OpenLine, stream: ConversationStream
) -> None:
    clock = MovedClock(at(26, 20))
    twilio = await line(clock, turn_seconds=8.0)  # a busy machine answers too
    await twilio.text("送料はいくら")
    await until(stream, states(State.DELIVERED))
    (name,) = await talks(stream)
    clock.now = at(26, 22)
    await stream.append(Word(name, Speaker.SYSTEM, "お待たせしております。", "later:1"))
    await until(stream, states(State.DELIVERED, State.QUEUED))
    assert len(twilio.sent) == 1
    await twilio.text("いつ届く")
    await until(stream, states(State.DELIVERED, State.QUEUED, State.DELIVERED))
    clock.now = at(27, 7, 59)
    await stream.announce(name)
    assert [text.state for text in await outbox(stream)][1] is State.QUEUED
    clock.now = at(27, 8)
    await until(stream, states(State.DELIVERED, State.DELIVERED, State.DELIVERED))
    assert "お待たせしております" in twilio.sent[-1].body


@pytest.mark.parametrize(("minutes", "state"), [(50, State.DELIVERED), (70, State.QUEUED)])
async def test_a_person_may_take_an_hour_over_a_reply(
    line: OpenLine, stream: ConversationStream, minutes: int, state: State
) -> None:
    clock = MovedClock(at(26, 20, 55))
    twilio = await line(clock, turn_seconds=8.0)  # a busy machine answers too
    await twilio.text("送料はいくら")
    await until(stream, states(State.DELIVERED))
    (name,) = await talks(stream)
    clock.now += minutes * 60
    await stream.append(Word(name, Speaker.AGENT, "お調べしました。", "agent:1", meta={"agent": "山田 花子"}))
    texts = await until(stream, states(State.DELIVERED, state))
    assert texts[1].body == "【ツバメ生活堂】山田：お調べしました。"
