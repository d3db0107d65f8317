"""RAW_TEXT_DAYS holds for what is there already: a lifetime that was lowered shortens, and never lengthens."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import pytest

from bot import keys as bot_keys
from conversation import keys
from conversation.lifetime import shorten
from conversation.stream import ConversationStream
from conversation.words import Speaker, Word
from handoff.queue import Queue
from handoff.ticket import Reason
from stores import AsyncRedis, open_redis

DAY = 86_400


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[AsyncRedis]:
    connection = open_redis(redis_url)
    yield connection
    await connection.aclose()


async def talked(redis: AsyncRedis, cid: str, days_ago: float = 0.0) -> list[str]:
    """A conversation of the time when 30 days were the rule; its keys."""
    at = time.time() - days_ago * DAY
    await ConversationStream(redis, 30).append(Word(cid, Speaker.CUSTOMER, "送料は？", f"{cid}-q", at=at))
    tracker = bot_keys.events(cid)
    await redis.rpush(tracker, "{}")
    await redis.expire(tracker, 30 * DAY)
    return [keys.state(cid), keys.stream(cid), keys.ids(cid), tracker]


async def lives(redis: AsyncRedis, names: list[str]) -> set[int]:
    """Hours left, rounded up."""
    return {-(-await redis.ttl(name) // 3600) for name in names}


async def test_old_keys_live_as_long_as_the_last_word_allows(redis: AsyncRedis) -> None:
    fresh = await talked(redis, "fresh")
    old = await talked(redis, "old", days_ago=1.5)
    overdue = await talked(redis, "overdue", days_ago=9)
    assert await shorten(ConversationStream(redis, 2), time.time()) == 12
    assert await lives(redis, fresh) == {48}
    assert await lives(redis, old) == {12}
    assert await lives(redis, overdue) == {1}
    assert await shorten(ConversationStream(redis, 2), time.time()) == 0


async def test_nothing_is_lengthened_or_given_an_end(redis: AsyncRedis) -> None:
    names = await talked(redis, "c1")
    assert await shorten(ConversationStream(redis, 40), time.time()) == 0
    await redis.set(keys.turn("c1"), "door", ex=20)
    await redis.set("other:{c1}", "kept for ever")
    await redis.set("no tag", "x", ex=90 * DAY)
    await shorten(ConversationStream(redis, 1), time.time())
    assert await redis.ttl(keys.turn("c1")) <= 20
    assert await redis.ttl("other:{c1}") == -1
    assert await redis.ttl("no tag") > 80 * DAY
    assert await lives(redis, names) == {24}


async def test_a_conversation_with_an_open_ticket_is_left_alone_until_it_ends(redis: AsyncRedis) -> None:
    names = await talked(redis, "c1")
    stream = ConversationStream(redis, 1)
    queue = Queue(redis, stream, keep_days=30)
    ticket = await queue.open("c1", channel="web", exchange_id="c1-q", reason=Reason.CUSTOMER_REQUEST)
    await redis.expire(keys.stream("c1"), 30 * DAY)
    assert await shorten(stream, time.time()) == 0
    assert await redis.ttl(keys.stream("c1")) > 29 * DAY
    await queue.cancel(ticket.number)
    await shorten(stream, time.time())
    assert await lives(redis, names) == {24}


async def test_without_a_word_the_lifetime_counts_from_now(redis: AsyncRedis) -> None:
    await ConversationStream(redis, 30).set_state("c1", channel="web")
    assert await shorten(ConversationStream(redis, 1), time.time()) == 1
    assert await lives(redis, [keys.state("c1")]) == {24}


async def test_many_conversations_take_many_batches(redis: AsyncRedis) -> None:
    async with redis.pipeline(transaction=False) as pipe:
        for number in range(3000):
            pipe.set(keys.stream(str(number)), "x", ex=30 * DAY)
        await pipe.execute()
    assert await shorten(ConversationStream(redis, 1), time.time()) == 3000
