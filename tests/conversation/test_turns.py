"""Leases and the book of unanswered words."""

from __future__ import annotations

import pytest
from redis.exceptions import ResponseError

from conversation import keys
from conversation.stream import ConversationStream
from conversation.turns import Turns
from conversation.words import Kind, Speaker, Word
from stores import AsyncRedis


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def word(cid: str, message_id: str, kind: Kind = Kind.MESSAGE) -> Word:
    return Word(cid, Speaker.CUSTOMER, "質問", message_id, kind)


async def test_one_holder_at_a_time_and_the_next_after_it(redis_client: AsyncRedis) -> None:
    turns = Turns(ConversationStream(redis_client, 30))
    async with turns.lease("c") as mine:
        async with turns.lease("c") as other:
            assert (mine is None, other is None) == (False, True)
        async with turns.lease("d") as elsewhere:
            assert elsewhere
        assert mine and await turns.keep("c", mine)
    async with turns.lease("c") as again:
        assert again


async def test_a_lost_lease_is_noticed_and_its_end_does_not_take_the_new_holders(redis_client: AsyncRedis) -> None:
    turns = Turns(ConversationStream(redis_client, 30))
    async with turns.lease("c") as mine:
        await redis_client.set(keys.turn("c"), "another door")
        assert mine and not await turns.keep("c", mine)
    assert await redis_client.get(keys.turn("c")) == "another door"


async def test_unanswered_words_come_in_order_until_they_are_finished(redis_client: AsyncRedis) -> None:
    stream = ConversationStream(redis_client, 30)
    turns = Turns(stream)
    for name, kind in (("q1", Kind.MESSAGE), ("f", Kind.FEEDBACK), ("q2", Kind.CHOICE), ("q3", Kind.MESSAGE)):
        await stream.append(word("c", name, kind))
    first, second, third = await turns.unanswered("c")
    assert [first.message_id, second.message_id, third.message_id] == ["q1", "q2", "q3"]
    await turns.finish(second)
    await turns.finish(first)  # late: it does not turn the page back
    assert [left.message_id for left in await turns.unanswered("c")] == ["q3"]


async def test_the_book_gives_what_is_due_and_shares_it(redis_client: AsyncRedis) -> None:
    clock = Clock()
    stream = ConversationStream(redis_client, 30, clock)
    turns = Turns(stream, clock)
    await stream.append(word("c", "q1"))
    assert await turns.due() == []
    clock.now += 1.5
    assert await turns.due() == ["c"]
    assert await turns.due() == []  # another door has just been given it
    clock.now += 2.5
    assert await turns.due() == ["c"]


async def test_settling_keeps_what_came_in_between(redis_client: AsyncRedis) -> None:
    clock = Clock()
    stream = ConversationStream(redis_client, 30, clock)
    turns = Turns(stream, clock)
    await stream.append(word("c", "q1"))
    (first,) = await turns.unanswered("c")
    await stream.append(word("c", "q2"))
    await turns.finish(first)
    assert await turns.settle("c") is True
    clock.now += 0.1
    assert await turns.due() == ["c"]
    (second,) = await turns.unanswered("c")
    await turns.finish(second)
    assert await turns.settle("c") is False
    clock.now += 60
    assert await turns.due() == []


async def test_a_word_is_in_the_book_before_it_is_in_the_stream(redis_client: AsyncRedis) -> None:
    stream = ConversationStream(redis_client, 30)
    await redis_client.set(keys.stream("c"), "no stream")  # the append itself fails
    with pytest.raises(ResponseError):
        await stream.append(word("c", "q1"))
    assert await redis_client.zscore(keys.TURNS, "c") is not None


async def test_settling_on_a_redis_that_forgot_the_scripts(redis_client: AsyncRedis) -> None:
    stream = ConversationStream(redis_client, 30)
    turns = Turns(stream)
    await stream.append(word("c", "q1"))
    await redis_client.script_flush()
    assert await turns.settle("c") is True


async def test_a_look_gives_the_state_and_finishing_notes_how_far_rasa_is(redis_client: AsyncRedis) -> None:
    stream = ConversationStream(redis_client, 30)
    turns = Turns(stream)
    await stream.set_state("c", channel="web")
    await stream.append(word("c", "q1"))
    state, (asked,) = await turns.look("c")
    assert (state["channel"], state["asked"], asked.message_id) == ("web", "1", "q1")
    await turns.finish(asked, synced=3)
    assert (await stream.state("c"))["synced"] == "3"
    await turns.finish(asked)  # not asked of Rasa: that stays as it was
    assert (await stream.state("c"))["synced"] == "3"
    assert await turns.look("c") == ({}, [])
