"""After an erasure nothing of the customer is left, and nothing comes back."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from conversation.stream import ConversationStream
from conversation.words import Speaker, Word
from tests.voc.conftest import NameList
from voc import keys
from voc.erase import Erasing, spellings
from voc.masking import Masker
from voc.store import Store
from voc.tables import CONVERSATIONS, DECISIONS, ERASURES, EXCHANGES
from voc.writer import Writer


async def talked(stream: ConversationStream, cid: str, contact: str, known_by: str = "contact") -> None:
    await stream.set_state(cid, channel="sms", **{known_by: contact})
    await stream.append(Word(cid, Speaker.CUSTOMER, "秘密の相談", f"{cid}-q"))
    await stream.redis.set(f"rasa:{{{cid}}}:events", "秘密の相談")
    told = {"conversation_id": cid, "message_id": f"{cid}-q", "intent": "x"}
    await stream.redis.xadd(keys.EVENTS, {keys.EVENT_FIELD: json.dumps(told)})


def lines_of(sql: sa.engine.Engine, cid: str) -> int:
    with sql.connect() as connection:
        return sum(
            len(connection.execute(table.select().where(table.c.conversation_id == cid)).all())
            for table in (EXCHANGES, DECISIONS, CONVERSATIONS)
        )


async def test_everything_of_one_conversation_goes_and_others_stay(
    writer: Writer, stream: ConversationStream, store: Store, sql: sa.engine.Engine, tmp_path: Path
) -> None:
    for cid in ("c1", "c[1]", "c2"):
        await talked(stream, cid, "+819012345678")
    await writer.round(10)
    spool = tmp_path / "spool"
    spool.mkdir()
    told = [json.dumps({"conversation_id": cid, "message_id": "m"}) for cid in ("c1", "c2")]
    (spool / "events-1.jsonl").write_text("\n".join(told) + "\n")
    erased_by_others: list[str] = []

    async def other(conversation_id: str) -> dict[str, int]:
        erased_by_others.append(conversation_id)
        return {"tickets": 1}

    found = await Erasing(stream.redis, store, spool, [other]).erase(["c[1]", "c1"], "cli:me", "contact")
    assert found["voc_exchanges"] == 2
    assert found["events"] == 2
    assert found["spool"] == 1
    assert found["tickets"] == 2
    assert erased_by_others == ["c[1]", "c1"]
    assert set(await stream.redis.keys("*c1*")) == set()
    assert await stream.redis.exists("rasa:{c2}:events")
    assert (lines_of(sql, "c1"), lines_of(sql, "c2")) == (0, 3)
    assert (spool / "events-1.jsonl").read_text() == told[1] + "\n"
    with sql.connect() as connection:
        audit = connection.execute(ERASURES.select().where(ERASURES.c.conversation_id == "c1")).mappings().one()
    assert (audit["actor"], audit["asked_by"]) == ("cli:me", "contact")
    assert json.loads(audit["erased"])["voc_exchanges"] == 1


async def test_words_that_a_writer_had_already_read_do_not_come_back_but_later_ones_are_kept(
    writer: Writer, stream: ConversationStream, store: Store, sql: sa.engine.Engine, tmp_path: Path
) -> None:
    await talked(stream, "c1", "x")
    words, about = await stream.since("c1"), await stream.state("c1")
    await Erasing(stream.redis, store, tmp_path).erase(["c1"], "a", "conversation")
    event = {"conversation_id": "c1", "message_id": "c1-q", "intent": "x"}
    assert store.save("c1", words, about, {"c1-q": event}, now=time.time())
    assert lines_of(sql, "c1") == 0
    await stream.append(Word("c1", Speaker.CUSTOMER, "また来ました", "q2", at=time.time() + 1))
    await writer.keep("c1")
    assert lines_of(sql, "c1") == 2


@pytest.mark.parametrize("known_by", ["contact", "customer_number"])  # the latter of calls and SMS
async def test_a_contact_is_found_however_the_number_is_written_in_redis_and_in_sql(
    writer: Writer, stream: ConversationStream, store: Store, tmp_path: Path, known_by: str
) -> None:
    await talked(stream, "kept", "+819012345678", known_by)
    await writer.round(10)
    await stream.redis.delete("conv:{kept}")  # the raw words have expired, the rows are still there
    await talked(stream, "new", "+819012345678", known_by)
    await talked(stream, "other", "+819000000000", known_by)
    erasing = Erasing(stream.redis, store, tmp_path)
    for number in ("090-1234-5678", "０９０－１２３４－５６７８", "+81 90 1234 5678"):
        assert await erasing.of_contact(number) == ["kept", "new"]
    assert await erasing.of_contact("nobody") == []


def test_an_identity_of_the_shop_is_among_the_spellings() -> None:
    assert "shop:customer-7" in spellings("customer-7")


async def test_what_a_restored_backup_brings_back_is_erased_again_and_no_more(
    writer: Writer, stream: ConversationStream, store: Store, sql: sa.engine.Engine, tmp_path: Path
) -> None:
    erasing, listed = Erasing(stream.redis, store, tmp_path / "spool"), tmp_path / "erased.jsonl"
    for cid in ("before", "after", "other"):
        await talked(stream, cid, "x")
    await erasing.erase(["before"], "a", "contact")
    await erasing.erase(["after"], "a", "contact")
    with sql.begin() as connection:  # the backup was made between the two
        connection.execute(ERASURES.delete().where(ERASURES.c.conversation_id == "after"))
    await talked(stream, "before", "x")  # the customer came back, before the backup
    await talked(stream, "after", "x")
    assert '"x"' not in listed.read_text()  # no contact
    assert await erasing.of_list(listed) == ["after"]
    await erasing.erase(["after"], "a", "again")
    assert await erasing.of_list(listed) == []
    assert await stream.redis.exists("conv:{before}", "conv:{other}") == 2


async def test_a_conversation_is_found_by_the_number_of_its_ticket(
    stream: ConversationStream, store: Store, tmp_path: Path, names: NameList
) -> None:
    await stream.append(Word("c1", Speaker.CUSTOMER, "人と", "q"))
    await stream.append(Word("c1", Speaker.BOT, "承知しました", "a", exchange_id="q", meta={"ticket": "12345674"}))
    await Writer(stream, store, Masker(names), tmp_path, 730).round(10)
    assert await Erasing(stream.redis, store, tmp_path).of_ticket("12345674") == ["c1"]
