"""Laws, held on random talks: rows do not depend on when and how often the writer looked."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import voc.tables  # noqa: F401
from conversation.stream import ConversationStream
from conversation.words import Choice, Speaker, Word
from stores import METADATA, open_redis, open_sql
from tests.voc.talk import Talk
from voc.events import Event
from voc.exchange import Exchange, build
from voc.masking import Masker
from voc.store import Row, Store
from voc.tables import EXCHANGES
from voc.writer import Writer

STEPS = ["ask", "answer", "rephrase", "clarify", "late_answer", "solved", "queue", "agent", "bot", "night", "person"]
STEPS += ["fail"]
talks = st.lists(st.sampled_from(STEPS), min_size=1, max_size=25)
SLOW = {"deadline": None, "suppress_health_check": list(HealthCheck)}


def played(steps: list[str]) -> Talk:
    """A talk in which these things happen one after another, possible or not."""
    talk = Talk("c1")
    for n, step in enumerate(steps):
        asked = [word.message_id for word in talk.words if word.asks]
        if step == "ask":
            talk.ask(f"質問{n}", meta={"page": f"/page/{n}"})
        elif step == "answer":
            talk.answer(f"答え{n}")
        elif step in ("rephrase", "clarify"):
            talk.say("…", step, choices=(Choice("a", "/none_of_these"),))
        elif step == "late_answer":
            talk.answer(f"遅い答え{n}", exchange_id=asked[0] if asked else "")
        elif step == "solved" and asked:
            talk.press("はい", "/solved", asked[-1])
        elif step in ("queue", "agent", "bot"):
            talk.state(step, ticket="12345674")
        elif step == "night":
            talk.state("queue", ticket="12345674", queue={"position": 1, "opens_at": "2026-06-01T00:00:00+00:00"})
        elif step == "person":
            talk.agent(f"担当です{n}")
        elif step == "fail":
            talk.system("申し訳ありません。", meta={"outcome": "failed"})
    return talk


def events_of(talk: Talk) -> dict[str, Event]:
    asked = [word.message_id for word in talk.words if word.asks]
    return {
        name: {"conversation_id": "c1", "message_id": name, "intent": f"i{n}", "confidence": n / 100}
        for n, name in enumerate(asked)
    }


def without_verdict(row: Exchange) -> tuple[Any, ...]:
    return tuple(value for name, value in vars(row).items() if name != "feedback")


@given(talks, st.randoms())
def test_the_order_and_repeats_of_words_do_not_matter(steps: list[str], chance: random.Random) -> None:
    words = played(steps).words
    shuffled = [*words, *words]
    chance.shuffle(shuffled)
    assert build(shuffled, {}) == build(words, {})


@given(talks)
def test_a_finished_exchange_does_not_change_but_for_the_verdict(steps: list[str]) -> None:
    talk = played(steps)
    final = {row.exchange_id: row for row in build(talk.words, events_of(talk))}
    for end in range(1, len(talk.words)):
        later = talk.words[end:]
        for row in build(talk.words[:end], events_of(talk)):
            closed = any(word.asks for word in talk.words[:end] if word.seq > row.seq) or later[0].asks
            if closed and not any(word.exchange_id == row.exchange_id for word in later):
                assert without_verdict(row) == without_verdict(final[row.exchange_id])


@given(talks)
def test_every_shown_word_is_in_exactly_one_row(steps: list[str]) -> None:
    talk = played(steps)
    rows = build(talk.words, {})
    told = [answer.seq for row in rows for answer in row.answers] + [
        row.seq for row in rows if row.asks and row.question
    ]
    assert sorted(told) == [word.seq for word in talk.words if word.shown]


@given(talks)
def test_only_a_customers_question_has_an_outcome(steps: list[str]) -> None:
    for row in build(played(steps).words, {}):
        assert (row.outcome is not None) == row.asks
        assert not row.asks or row.asked_by == "customer"


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_the_writer_leaves_the_same_rows_however_often_and_in_whatever_order_it_is_told(
    redis_url: str, database: str, request: pytest.FixtureRequest, tmp_path: Any
) -> None:
    engine = open_sql(request.getfixturevalue(f"{database}_url"))
    METADATA.create_all(engine, tables=[table for table in METADATA.sorted_tables if table.name.startswith("voc_")])

    @settings(max_examples=25, **SLOW)
    @given(talks, st.randoms())
    def law(steps: list[str], chance: random.Random) -> None:
        asyncio.run(disturbed(redis_url, engine, played(steps), chance, tmp_path))

    law()
    engine.dispose()


async def disturbed(url: str, engine: sa.engine.Engine, talk: Talk, chance: random.Random, folder: Any) -> None:
    """Two writers look at random moments, at some words only, with events lost, doubled and out of order."""
    redis = open_redis(url)
    await redis.flushall()
    with engine.begin() as sql:
        for table in METADATA.sorted_tables:
            if table.name.startswith("voc_"):
                sql.execute(table.delete())
    stream, store = ConversationStream(redis, 30), Store(engine, "k")
    writers = [Writer(stream, store, Masker(None), folder, 730) for _ in range(2)]
    events = list(events_of(talk).items())
    for word in talk.words:
        await put(stream, word)
        if chance.random() < 0.5:
            await chance.choice(writers).keep("c1", dict(chance.sample(events, len(events) // 2)))
        if chance.random() < 0.3:
            await chance.choice(writers).round(1)
    for name, event in chance.sample(events, len(events)):
        await asyncio.gather(*(writer.keep("c1", {name: event}) for writer in writers))
    await chance.choice(writers).keep("c1", dict(events))
    for writer in writers:
        await writer.reconcile()
    await redis.aclose()
    words = [word for word in talk.words if word.shown]
    assert kept(engine) == build(talk.words, events_of(talk)), words


async def put(stream: ConversationStream, word: Word) -> None:
    """The word as it is: the law is about the writer, not about what the door would refuse."""
    await stream.redis.xadd("conv:{c1}:stream", word.to_fields(), id=f"{word.seq}-0")
    await stream.set_state("c1", seq=word.seq)
    await stream.announce("c1")


def kept(engine: sa.engine.Engine) -> list[Exchange]:
    with engine.connect() as sql:
        rows = [Row.from_columns(line).exchange for line in sql.execute(EXCHANGES.select()).mappings()]
    return sorted(rows, key=lambda row: min([row.seq, *(answer.seq for answer in row.answers)]))


def test_a_talk_has_customers_and_agents() -> None:
    assert {word.speaker for word in played(STEPS).words} == set(Speaker)
