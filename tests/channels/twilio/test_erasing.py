"""An erased conversation's recordings are deleted at Twilio too, however long that takes; others stay."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from channels.simulate.twilio import Twilio
from channels.twilio.signature import Params
from conversation import keys
from conversation.stream import ConversationStream
from conversation.words import Kind, Speaker, Word
from settings import Settings
from stores import AsyncRedis
from tests.channels.twilio.texting import MovedClock, OpenLine
from voc.__main__ import _erasers

pytestmark = pytest.mark.usefixtures("release", "connector")


async def recorded(twilio: Twilio, stream: ConversationStream, cid: str) -> str:
    """The SID of a recording that a word of this conversation tells of."""
    await stream.set_state(cid, channel="voice")
    sid = twilio.recordings.make("CA" + "0" * 32, 12, "RecordVerb").sid
    await stream.append(told(cid, sid))
    return sid


def told(cid: str, sid: str) -> Word:
    about: dict[str, Any] = {"recording": {"sid": sid, "seconds": 12}}
    return Word(cid, Speaker.SYSTEM, "", f"{sid}:recording", Kind.STATE, meta=about)


async def erase(settings: Settings, stream: ConversationStream, cid: str) -> dict[str, int]:
    _, erasing = _erasers(settings, stream)
    return await erasing.erase([cid], "cli:me", "conversation")


async def left(redis: AsyncRedis) -> dict[str, float]:
    """What is to be deleted, and when to try."""
    return dict(await redis.zrange(keys.UNWANTED, 0, -1, withscores=True))


async def until(redis: AsyncRedis, wanted: Callable[[dict[str, float]], bool]) -> None:
    deadline = time.monotonic() + 20
    while not wanted(found := await left(redis)):
        assert time.monotonic() < deadline, found


async def gone(redis: AsyncRedis) -> None:
    """Until no door has any left to delete."""
    await until(redis, lambda found: not found)


async def test_those_of_the_erased_go_and_others_stay(
    line: OpenLine, settings: Settings, stream: ConversationStream, redis_client: AsyncRedis
) -> None:
    twilio = await line()
    mine, others = [await recorded(twilio, stream, f"voice-{name}") for name in ("a", "b")]
    assert (await erase(settings, stream, "voice-a"))["recordings"] == 1
    await gone(redis_client)
    assert set(twilio.recordings.kept) == {others} and mine != others


async def test_what_twilio_refuses_is_tried_again(
    line: OpenLine, settings: Settings, stream: ConversationStream, redis_client: AsyncRedis
) -> None:
    clock = MovedClock(time.time())
    twilio = await line(clock)
    sid = await recorded(twilio, stream, "voice-a")
    twilio.fail_next(1, 500)
    await erase(settings, stream, "voice-a")
    await until(redis_client, lambda found: found[sid] > 0)
    assert await left(redis_client) == {sid: pytest.approx(clock.now + 60, abs=0.01)}
    assert sid in twilio.recordings.kept
    clock.now += 61
    await gone(redis_client)
    assert not twilio.recordings.kept


async def test_a_recording_that_twilio_has_no_more_is_done(
    line: OpenLine, settings: Settings, stream: ConversationStream, redis_client: AsyncRedis
) -> None:
    twilio = await line()
    twilio.recordings.delete(await recorded(twilio, stream, "voice-a"))
    await erase(settings, stream, "voice-a")
    await gone(redis_client)


async def test_without_telephone_the_wish_waits_for_a_door_that_has_it(
    line: OpenLine, settings: Settings, stream: ConversationStream, redis_client: AsyncRedis
) -> None:
    sid = "RE" + "0" * 32
    await stream.append(told("voice-a", sid))
    await erase(settings, stream, "voice-a")
    assert await left(redis_client) == {sid: 0.0}
    await line()
    await gone(redis_client)


async def test_one_that_is_reported_after_the_erasure_goes_too(
    line: OpenLine, settings: Settings, stream: ConversationStream, redis_client: AsyncRedis
) -> None:
    twilio = await line()
    made = twilio.recordings.make("CA" + "0" * 32, 12, "RecordVerb")
    fields: Params = {"AccountSid": twilio.account_sid, "CallSid": made.call_sid} | made.told()
    assert (await twilio.post("/twilio/voice/recording?c=voice-a", fields)).status in (200, 204)
    await gone(redis_client)
    assert not twilio.recordings.kept
    assert not await redis_client.exists("conv:{voice-a}")
