"""The laws of the conversation stream, held on a real Redis."""

from __future__ import annotations

import asyncio
import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conversation import keys
from conversation.stream import ConversationStream
from conversation.words import Choice, Kind, Speaker, Word
from stores import AsyncRedis, open_redis

SPEAKERS = st.sampled_from([Speaker.CUSTOMER, Speaker.BOT, Speaker.AGENT, Speaker.SYSTEM])
KINDS = st.sampled_from([Kind.MESSAGE, Kind.FEEDBACK, Kind.STATE])
NAMES = st.sampled_from("abcdefgh")


def word(cid: str, message_id: str, speaker: Speaker = Speaker.CUSTOMER, **fields: object) -> Word:
    return Word(cid, speaker, f"「{message_id}」", message_id, **fields)  # type: ignore[arg-type]


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(appends=st.lists(st.tuples(NAMES, SPEAKERS, KINDS), min_size=1, max_size=30), together=st.booleans())
def test_any_order_of_repeated_appends_gives_dense_numbers_and_each_id_once(
    redis_url: str, appends: list[tuple[str, Speaker, Kind]], together: bool
) -> None:
    async def play() -> None:
        redis = open_redis(redis_url)
        stream, cid = ConversationStream(redis, 30), uuid.uuid4().hex
        words = [word(cid, name, speaker, kind=kind) for name, speaker, kind in appends]
        if together:
            answers = await asyncio.gather(*map(stream.append, words))
        else:
            answers = [await stream.append(each) for each in words]
        kept = await stream.since(cid)
        distinct = {name for name, _, _ in appends}
        assert [each.seq for each in kept] == list(range(1, len(distinct) + 1))
        assert sorted(each.message_id for each in kept) == sorted(distinct)
        numbers = {each.message_id: each.seq for each in kept}
        assert [answer.seq for answer in answers] == [numbers[name] for name, _, _ in appends]
        assert sum(answer.is_new for answer in answers) == len(distinct)
        await redis.aclose()

    asyncio.run(play())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.integers(0, 12), max_size=6), count=st.integers(1, 12))
def test_reading_in_pieces_gives_every_word_once(redis_url: str, cuts: list[int], count: int) -> None:
    async def play() -> None:
        redis = open_redis(redis_url)
        stream, cid = ConversationStream(redis, 30), uuid.uuid4().hex
        for number in range(count):
            await stream.append(word(cid, f"m{number}"))
        seen, since = [], 0
        for cut in cuts:
            piece = await stream.since(cid, since, count=cut) if cut else []
            seen += piece
            since = piece[-1].seq if piece else since
        seen += await stream.since(cid, since)
        assert [each.message_id for each in seen] == [f"m{number}" for number in range(count)]
        await redis.aclose()

    asyncio.run(play())


@settings(max_examples=100)
@given(text=st.text(alphabet=st.characters(codec="utf-8")), title=st.text(alphabet=st.characters(codec="utf-8")))
def test_a_word_survives_its_fields(text: str, title: str) -> None:
    said = Word("c", Speaker.BOT, text, "m", exchange_id="e", choices=(Choice(title, "/x", "a"),), at=12.5, seq=3)
    assert Word.from_fields("c", "3-0", said.to_fields()) == said


async def test_a_customers_message_opens_an_exchange_and_others_join_it(redis_client: AsyncRedis) -> None:
    stream = ConversationStream(redis_client, 30)
    await stream.append(word("c", "q1"))
    await stream.append(word("c", "b1", Speaker.BOT))
    await stream.append(word("c", "q2"))
    await stream.append(word("c", "late", Speaker.BOT, exchange_id="q1"))
    await stream.append(word("c", "b2", Speaker.SYSTEM))
    exchanges = [(said.message_id, said.exchange_id) for said in await stream.since("c")]
    assert exchanges == [("q1", "q1"), ("b1", "q1"), ("q2", "q2"), ("late", "q1"), ("b2", "q2")]


async def test_the_bot_is_refused_while_a_person_has_the_conversation(redis_client: AsyncRedis) -> None:
    stream = ConversationStream(redis_client, 30)
    await stream.append(word("c", "q1"))
    await redis_client.hset(keys.state("c"), mapping={"talking_to": "queue", "opened_by": "q1"})
    assert (await stream.append(word("c", "b1", Speaker.BOT, exchange_id="q1"))).refused is None
    await stream.append(word("c", "q2"))
    assert (await stream.append(word("c", "b2", Speaker.BOT, exchange_id="q2"))).refused == "queue"
    await redis_client.hset(keys.state("c"), "talking_to", "agent")
    assert (await stream.append(word("c", "b3", Speaker.BOT, exchange_id="q1"))).refused == "agent"
    assert (await stream.append(word("c", "a1", Speaker.AGENT))).refused is None
    assert [said.seq for said in await stream.since("c")] == [1, 2, 3, 4]


async def test_after_giving_up_the_exchange_the_bot_is_refused_but_not_the_apology(redis_client: AsyncRedis) -> None:
    stream = ConversationStream(redis_client, 30)
    await stream.append(word("c", "q1"))
    await stream.give_up("c", "q1")
    assert (await stream.append(word("c", "b1", Speaker.BOT, exchange_id="q1"))).refused == "gone"
    assert (await stream.append(word("c", "s1", Speaker.SYSTEM, exchange_id="q1"))).refused is None
    await stream.append(word("c", "q2"))
    assert (await stream.append(word("c", "b2", Speaker.BOT, exchange_id="q2"))).refused is None


async def test_only_issued_choices_are_found_and_only_in_their_conversation(redis_client: AsyncRedis) -> None:
    stream = ConversationStream(redis_client, 30)
    choice = Choice("はい", "/solved")
    await stream.append(word("c", "q1"))
    await stream.append(word("c", "b1", Speaker.BOT, choices=(choice,)))
    found = await stream.choice("c", choice.payload)
    assert found and (found["command"], found["title"], found["offered_in"], found["seq"]) == (
        "/solved",
        "はい",
        "q1",
        2,
    )
    assert await stream.choice("d", choice.payload) is None
    assert await stream.choice("c", "/solved") is None


async def test_everything_of_a_conversation_has_an_end(redis_client: AsyncRedis) -> None:
    stream = ConversationStream(redis_client, 2)
    await stream.append(word("c", "q1"))
    await stream.append(word("c", "b1", Speaker.BOT, choices=(Choice("はい", "/solved"),)))
    await stream.give_up("c", "q1")
    await stream.set_state("c", page="https://shop.example/")
    for key in await redis_client.keys("conv:*"):
        assert 0 < await redis_client.ttl(key) <= 2 * 86_400, key


async def test_the_feed_names_each_conversation_of_a_batch_once(redis_client: AsyncRedis) -> None:
    stream = ConversationStream(redis_client, 30)
    for number in range(3):
        await stream.append(word("c", f"c{number}"))
        await stream.append(word("d", f"d{number}"))
    async for batch in stream.feed("0-0"):
        assert batch == ["c", "d"]
        break


async def test_a_server_that_forgot_our_script_is_told_it_again(redis_client: AsyncRedis) -> None:
    stream = ConversationStream(redis_client, 30)
    await stream.append(word("c", "q1"))
    await redis_client.script_flush()
    assert (await stream.append(word("c", "q2"))).seq == 2
    assert (await stream.append(word("c", "q2"))).seq == 2


async def test_what_was_offered_last_is_known_until_the_customer_speaks(redis_client: AsyncRedis) -> None:
    stream = ConversationStream(redis_client, 30)
    await stream.append(word("c", "q1"))
    await stream.append(word("c", "b1", Speaker.BOT, choices=(Choice("はい", "/solved"),)))
    await stream.append(word("c", "b2", Speaker.BOT, exchange_id="q1"))
    assert (await stream.state("c"))["offered"] == "2"
    await stream.append(word("c", "q2"))
    assert "offered" not in await stream.state("c")
