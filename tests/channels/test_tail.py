"""Following the feed: whatever happens to the store, a listener that sleeps has seen all there is."""

from __future__ import annotations

import asyncio

from redis.exceptions import ConnectionError as Away

from channels.tail import Listener, Tail
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
