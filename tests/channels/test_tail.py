"""Following the feed: whatever happens to the store, a listener that sleeps has seen all there is."""

from __future__ import annotations

import asyncio
import json

from redis.exceptions import ConnectionError as Away

from channels.tail import Listener, Tail
from conversation import keys
from conversation.stream import ConversationStream
from conversation.words import Speaker, Word
from stores import AsyncRedis


class Reconnecting(ConversationStream):
    """The feed breaks off once; a word is said just while the follower finds its place again."""

    broken = False

    async def newest(self) -> str:
        if self.broken:
            await self.append(Word("c", Speaker.CUSTOMER, "切れていた間のことば", "q1"))
        place = await super().newest()
        if not self.broken:
            self.broken = True
            raise Away
        return place


async def _seen(stream: ConversationStream, listener: Listener) -> None:
    """Looks whenever it is woken, as a socket does."""
    while not await stream.since("c"):
        await listener.news.wait()
        listener.news.clear()


async def test_a_word_said_while_the_feed_is_taken_up_again_is_seen(redis_client: AsyncRedis) -> None:
    stream = Reconnecting(redis_client, 30)
    tail = Tail(stream)
    async with tail.running(), tail.listen("c") as listener:
        await asyncio.wait_for(_seen(stream, listener), 5)


async def test_the_last_page_that_closes_is_told_and_forgotten_soon(redis_client: AsyncRedis) -> None:
    tail, key = Tail(ConversationStream(redis_client, 30)), keys.presence("c")
    async with redis_client.pubsub() as notes:
        await notes.subscribe(keys.TYPING)
        await notes.get_message(timeout=5)  # the confirmation
        async with tail.listen("c"):
            async with tail.listen("c"):
                assert await redis_client.ttl(key) > keys.GONE_AFTER_SECONDS
            assert await redis_client.ttl(key) > keys.GONE_AFTER_SECONDS  # one page is still open
        assert 0 < await redis_client.ttl(key) <= keys.GONE_AFTER_SECONDS
        told = [await notes.get_message(timeout=5) for _ in range(2)]
        assert await notes.get_message(timeout=0.05) is None
    assert [json.loads(note["data"]) for note in told] == [
        {"conversation_id": "c", "from": "customer", "presence": True}  # came, and went
    ] * 2


async def test_a_page_at_another_door_keeps_the_customer_present(redis_client: AsyncRedis) -> None:
    here, there = (Tail(ConversationStream(redis_client, 30)) for _ in range(2))
    key, grace = keys.presence("c"), keys.GONE_AFTER_SECONDS * 1000
    async with here.running(), here.listen("c"):
        while not (await redis_client.pubsub_numsub(keys.TYPING))[0][1]:
            pass
        async with there.listen("c"):
            pass
        while 0 <= await redis_client.pttl(key) <= grace:  # until it is kept, or forgotten
            pass
        assert await redis_client.pttl(key) > grace
