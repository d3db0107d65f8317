"""The writer with real stores: nothing lost, nothing doubled, whatever is away."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from conversation import keys as conversation_keys
from conversation.stream import ConversationStream
from conversation.words import Choice, Kind, Speaker, Word
from stores import METADATA, open_redis, open_sql
from tasks import end
from tests.voc.conftest import NameList
from voc import keys
from voc.exchange import Exchange
from voc.masking import Masker
from voc.store import Row, Store
from voc.tables import CONVERSATIONS, EXCHANGES
from voc.writer import Writer


def kept(sql: sa.engine.Engine, conversation_id: str = "c1") -> list[Exchange]:
    query = EXCHANGES.select().where(EXCHANGES.c.conversation_id == conversation_id).order_by(EXCHANGES.c.seq)
    with sql.connect() as connection:
        return [Row.from_columns(line).exchange for line in connection.execute(query).mappings()]


def asked(text: str, message_id: str = "q1", **fields: Any) -> Word:
    return Word("c1", Speaker.CUSTOMER, text, message_id, **fields)


def said(text: str, message_id: str, exchange_id: str, **fields: Any) -> Word:
    return Word("c1", Speaker.BOT, text, message_id, exchange_id=exchange_id, **fields)


async def answered(stream: ConversationStream) -> None:
    await stream.set_state("c1", channel="web", page="/cart?mail=a@example.jp", contact="customer-7")
    await stream.append(asked("田中です。送料は？"))
    meta = {"decision": "answer", "release": 1}
    choice = (Choice("はい", "/solved"),)
    await stream.append(said("550円です。0120-000-123", "q1:1", "q1", article_id="fee", meta=meta, choices=choice))


async def event(stream: ConversationStream, **fields: Any) -> None:
    told = {"conversation_id": "c1", "message_id": "q1", "intent": "faq_answer", "confidence": 0.9} | fields
    await stream.redis.xadd(keys.EVENTS, {keys.EVENT_FIELD: json.dumps(told)})


async def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        await asyncio.sleep(0.01)


async def test_a_row_is_what_was_shown_masked_and_joined_with_the_event(
    writer: Writer, stream: ConversationStream, sql: sa.engine.Engine
) -> None:
    await answered(stream)
    await event(stream)
    assert await writer.round(10) == 3
    (row,) = kept(sql)
    assert (row.question, row.outcome, row.intent) == ("【氏名】です。送料は？", "answered", "faq_answer")
    assert (row.page, row.channel, row.solved_asked) == ("/cart", "web", True)
    assert [answer.text for answer in row.answers] == ["550円です。0120-000-123"]
    assert (await stream.redis.xpending(conversation_keys.FEED, keys.GROUP))["pending"] == 0


async def test_a_name_and_a_number_for_a_callback_never_come_into_sql(
    writer: Writer, stream: ConversationStream, sql: sa.engine.Engine
) -> None:
    private: dict[str, Any] = {"meta": {"private": True}}
    await stream.append(asked("ヤマダ", "q1", **private))
    told = Word("c1", Speaker.SYSTEM, "ヤマダ様、090-1234-5678へ", "q1:callback", exchange_id="q1", **private)
    await stream.append(told)
    await writer.round(10)
    (row,) = kept(sql)
    assert [row.question, *(answer.text for answer in row.answers)] == ["【お名前・ご連絡先】"] * 2


async def test_the_event_may_come_before_or_after_the_words_and_twice(
    writer: Writer, stream: ConversationStream, sql: sa.engine.Engine
) -> None:
    await event(stream, confidence=0.8)
    await writer.round(10)
    await answered(stream)
    await writer.round(10)
    await event(stream, confidence=0.8)
    await event(stream, confidence=0.2)
    await writer.round(10)
    (row,) = kept(sql)
    assert row.confidence == 0.8


async def test_an_unreadable_event_and_a_trimmed_entry_stop_nobody(
    writer: Writer, stream: ConversationStream, sql: sa.engine.Engine
) -> None:
    await stream.redis.xadd(keys.EVENTS, {keys.EVENT_FIELD: "{half"})
    await stream.redis.xadd(keys.EVENTS, {"other": "1"})
    await answered(stream)
    await writer.round(10)
    assert len(kept(sql)) == 1


async def test_a_dead_writers_entries_are_taken_over(
    writer: Writer, stream: ConversationStream, sql: sa.engine.Engine
) -> None:
    await writer.join()
    await answered(stream)
    places = {conversation_keys.FEED: ">", keys.EVENTS: ">"}
    await stream.redis.xreadgroup(keys.GROUP, "killed", places, count=100)  # read, then kill -9
    assert await writer.round(10) == 0
    await writer.mend(idle_ms=0)
    assert len(kept(sql)) == 1
    assert (await stream.redis.xpending(conversation_keys.FEED, keys.GROUP))["pending"] == 0


async def test_what_was_said_before_the_group_was_there_or_fell_out_of_the_feed_is_reconciled(
    writer: Writer, stream: ConversationStream, sql: sa.engine.Engine
) -> None:
    await answered(stream)
    await stream.redis.delete(conversation_keys.FEED)
    assert await writer.reconcile() == 1
    assert len(kept(sql)) == 1
    assert await writer.reconcile() == 0


async def test_the_brokers_files_are_kept_and_deleted(
    writer: Writer, stream: ConversationStream, sql: sa.engine.Engine, tmp_path: Path
) -> None:
    await answered(stream)
    (tmp_path / "spool").mkdir()
    told = {"conversation_id": "c1", "message_id": "q1", "intent": "faq_answer"}
    (tmp_path / "spool" / "events-1.jsonl").write_text(json.dumps(told) + "\n")
    await writer.mend()
    assert [row.intent for row in kept(sql)] == ["faq_answer"]
    assert list((tmp_path / "spool").iterdir()) == []


@asynccontextmanager
async def at_work(writer: Writer) -> AsyncIterator[None]:
    """Ended whatever the test finds: one cancel may be swallowed, and a loop that closes gives no more than one."""
    running = asyncio.create_task(writer.run())
    try:
        yield
    finally:
        await end(running)


async def test_sql_away_keeps_the_entries_until_it_is_back(
    stream: ConversationStream, names: NameList, tmp_path: Path
) -> None:
    engine = open_sql(f"sqlite:///{tmp_path / 'late' / 'voc.db'}")  # the folder is not there
    writer = Writer(stream, Store(engine, "k"), Masker(names), tmp_path / "spool", 730)
    await answered(stream)
    async with at_work(writer):
        await until(lambda: "OperationalError" in (writer.problem or ""))
        (tmp_path / "late").mkdir()
        METADATA.create_all(engine)
        await until(lambda: writer.problem is None and len(kept(engine)) == 1)


@pytest.mark.slow
async def test_redis_away_is_waited_for(
    store: Store, names: NameList, tmp_path: Path, redis_url: str, sql: sa.engine.Engine
) -> None:
    link = tmp_path / "redis.sock"  # reaching the server through a link that is cut and laid again
    stream = ConversationStream(open_redis(f"unix://{link}"), 30)
    writer = Writer(stream, store, Masker(names), tmp_path / "spool", 730)
    async with at_work(writer):
        await until(lambda: "ConnectionError" in (writer.problem or ""))
        link.symlink_to(redis_url.removeprefix("unix://"))
        await until(lambda: writer.problem is None)
        await answered(stream)
        await until(lambda: len(kept(sql)) == 1)
    await stream.redis.aclose()


async def test_names_are_masked_later_when_the_language_process_was_away(
    writer: Writer, stream: ConversationStream, store: Store, names: NameList, sql: sa.engine.Engine
) -> None:
    writer._masker._clock = time.monotonic  # type: ignore[method-assign]
    names.away = True
    await answered(stream)
    await writer.round(10)
    assert kept(sql)[0].question == "田中です。送料は？"
    assert len(store.unnamed()) == 1
    names.away, writer._masker._away_until = False, 0.0
    await writer.name_rows()
    assert kept(sql)[0].question == "【氏名】です。送料は？"
    assert store.unnamed() == []


async def test_what_is_masked_stays_masked_while_the_language_process_is_away(
    writer: Writer, stream: ConversationStream, names: NameList, sql: sa.engine.Engine
) -> None:
    await answered(stream)
    await writer.round(10)
    names.away = True
    await stream.append(said("ほかにご質問は？", "q1:2", "q1"))
    await writer.round(10)
    (row,) = kept(sql)
    assert row.question == "【氏名】です。送料は？"
    assert len(row.answers) == 2


async def test_a_word_is_searched_for_names_once(writer: Writer, stream: ConversationStream, names: NameList) -> None:
    await answered(stream)
    await writer.round(10)
    assert names.asked == 1  # the answer of an article is public text
    await stream.append(asked("届きません", "q2"))
    await writer.round(10)
    assert names.asked == 2


async def test_one_bad_conversation_does_not_hold_up_the_others(
    writer: Writer, stream: ConversationStream, sql: sa.engine.Engine
) -> None:
    await stream.redis.xadd("conv:{bad}:stream", {"no": "word"}, id="1-0")
    await stream.announce("bad")
    await answered(stream)
    await writer.round(10)
    assert len(kept(sql)) == 1
    assert writer.metrics.failed._value.get() == 1


async def test_a_writer_that_knew_fewer_words_reads_again(
    writer: Writer, stream: ConversationStream, store: Store, sql: sa.engine.Engine
) -> None:
    await answered(stream)
    old = await stream.since("c1")
    await stream.append(asked("届きません", "q2"))
    await writer.keep("c1")
    assert not store.save("c1", old, {}, {})
    assert len(kept(sql)) == 2
    assert store.save("c1", old, {}, {}, insist=True)


async def test_rows_past_their_lifetime_go_and_do_not_come_back(
    stream: ConversationStream, store: Store, names: NameList, tmp_path: Path, sql: sa.engine.Engine
) -> None:
    now = time.time()
    writer = Writer(stream, store, Masker(names), tmp_path, 7, clock=lambda: now)
    await stream.append(replace(asked("昔の質問"), at=now - 6 * 86_400))
    await writer.round(10)
    assert len(kept(sql)) == 1
    now += 2 * 86_400
    await writer.expire()
    assert kept(sql) == []
    await writer.keep("c1")
    assert kept(sql) == []
    with sql.connect() as connection:
        assert connection.execute(CONVERSATIONS.select()).all() == []


async def test_at_its_start_a_writer_holds_old_conversations_to_the_lifetime_of_now(
    stream: ConversationStream, store: Store, names: NameList, tmp_path: Path
) -> None:
    await answered(stream)
    now = ConversationStream(stream.redis, raw_text_days=1)
    running = asyncio.create_task(Writer(now, store, Masker(names), tmp_path, 7).run())
    deadline = time.monotonic() + 9  # before the first of its rounds of 10 s
    while await stream.redis.ttl(conversation_keys.stream("c1")) > 86_400:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)
    await end(running)


async def test_a_stream_that_has_expired_leaves_its_rows(
    writer: Writer, stream: ConversationStream, sql: sa.engine.Engine
) -> None:
    await answered(stream)
    await writer.round(10)
    await stream.redis.delete(conversation_keys.stream("c1"), conversation_keys.state("c1"))
    await stream.announce("c1")
    await writer.round(10)
    assert len(kept(sql)) == 1


@pytest.mark.slow
async def test_two_writers_and_many_conversations_leave_every_row_once(
    writer: Writer, stream: ConversationStream, store: Store, names: NameList, tmp_path: Path, sql: sa.engine.Engine
) -> None:
    other = Writer(stream, store, Masker(names), tmp_path / "spool", 730)
    running = [asyncio.create_task(one.run()) for one in (writer, other)]
    for n in range(60):
        cid = f"c{n % 6}"
        await stream.append(Word(cid, Speaker.CUSTOMER, f"質問{n}", f"{cid}-q{n}"))
        await stream.append(Word(cid, Speaker.BOT, f"答え{n}", f"{cid}-a{n}", meta={"decision": "answer"}))
        told = {"conversation_id": cid, "message_id": f"{cid}-q{n}", "intent": f"i{n}"}
        await stream.redis.xadd(keys.EVENTS, {keys.EVENT_FIELD: json.dumps(told)})

    def complete() -> bool:
        rows = [row for n in range(6) for row in kept(sql, f"c{n}")]
        return len(rows) == 60 and all(row.answers and row.intent for row in rows)

    await until(complete)
    for task in running:
        await end(task)


async def test_feedback_reaches_the_row(writer: Writer, stream: ConversationStream, sql: sa.engine.Engine) -> None:
    await answered(stream)
    verdict = Word("c1", Speaker.CUSTOMER, "", "f1", Kind.FEEDBACK, exchange_id="q1", meta={"value": "solved"})
    await stream.append(verdict)
    await writer.round(10)
    assert [row.feedback for row in kept(sql)] == ["solved"]
