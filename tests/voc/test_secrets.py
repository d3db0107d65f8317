"""Secrets planted in what customers and agents say are searched for in everything that leaves the conversation."""

from __future__ import annotations

import io
import json
import sqlite3
import time
from pathlib import Path

import pytest
import sqlalchemy as sa
import structlog

from conversation.stream import ConversationStream
from conversation.words import Kind, Speaker, Word
from tests.voc.conftest import NameList
from voc import keys
from voc.export import csv_lines, json_lines
from voc.masking import Masker
from voc.reading import Period, Reading
from voc.store import Store
from voc.writer import DAY, Writer

SECRETS = {
    "phone": "090-8765-4321",
    "wide phone": "０８０－７６５４－３２１０",
    "card": "4111 1111 1111 1111",
    "mail": "hanako.sato@example.co.jp",
    "postcode": "〒150-0042",
    "address": "宇田川町12-3",
    "name": "佐藤花子",
    "order": "TB-1234-5678",
    "member": "M-00123456",
    "contact": "shop:customer-7788",
}
SENTENCE = (
    "佐藤花子です。注文TB-1234-5678、会員番号M-00123456、電話090-8765-4321か０８０－７６５４－３２１０、"
    "カード4111 1111 1111 1111、hanako.sato@example.co.jp、〒150-0042 東京都渋谷区宇田川町12-3に送ってください"
)


async def planted(stream: ConversationStream) -> None:
    """The secrets in every place from which a row is made."""
    page = "https://shop.example/orders?mail=hanako.sato@example.co.jp#佐藤花子"
    await stream.set_state("c1", channel="web", page=page, contact=SECRETS["contact"], contact_name="佐藤花子")
    await stream.append(Word("c1", Speaker.CUSTOMER, SENTENCE, "q1", meta={"page": page}))
    await stream.append(Word("c1", Speaker.BOT, f"{SENTENCE}、ですね。", "a1", exchange_id="q1"))
    await stream.append(Word("c1", Speaker.SYSTEM, SENTENCE, "s1", exchange_id="q1"))
    refused = {"refused": "too_long", "talking_to": "bot"}
    await stream.append(Word("c1", Speaker.SYSTEM, SENTENCE, "q2:refused", Kind.STATE, "q2", meta=refused))
    await stream.append(Word("c1", Speaker.CUSTOMER, SENTENCE, "q3", Kind.CHOICE, meta={"command": "/x"}))
    await stream.append(Word("c1", Speaker.AGENT, SENTENCE, "p1", exchange_id="q3", meta={"agent": "山田"}))


def files_with_secrets(folder: Path) -> list[str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return [path.name for path in files if found(path.read_bytes().decode("utf-8", "ignore"))]


def found(text: str) -> list[str]:
    return [name for name, secret in SECRETS.items() if secret in text or secret in json.dumps(text)]


@pytest.mark.parametrize("away", [False, True], ids=["language process there", "away and back"])
async def test_no_secret_is_in_sql_its_files_exports_events_or_log(
    stream: ConversationStream, store: Store, sql: sa.engine.Engine, names: NameList, tmp_path: Path, away: bool
) -> None:
    written = io.StringIO()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(written))
    now = 0.0
    names.away = away
    writer = Writer(stream, store, Masker(names, clock=lambda: now), tmp_path / "spool", 730)
    await planted(stream)
    await stream.redis.xadd(keys.EVENTS, {keys.EVENT_FIELD: f"broken {SENTENCE}"})
    await writer.round(10)
    names.away, now = False, 100.0
    await writer.name_rows()
    structlog.reset_defaults()
    assert "voc.event_unreadable" in written.getvalue()
    assert found(written.getvalue()) == []
    assert found(dump(sql)) == []
    assert dump(sql).count("【氏名】") >= 5  # the words are there, without what is secret
    day = Period.last_days(2, store_day(sql))
    rows = list(Reading(sql).rows(day))
    assert len(rows) == 3
    assert found("".join(csv_lines(rows)) + "".join(json_lines(rows))) == []
    if sql.dialect.name == "sqlite":
        assert files_with_secrets(tmp_path) == []


@pytest.mark.parametrize("way", ["erased", "expired"])
async def test_what_was_erased_or_is_too_old_is_not_in_the_file_any_more(
    stream: ConversationStream, sqlite_url: str, names: NameList, tmp_path: Path, way: str
) -> None:
    from stores import METADATA, open_sql

    engine = open_sql(sqlite_url)
    METADATA.create_all(engine)
    store = Store(engine, "k")
    await stream.append(Word("c1", Speaker.CUSTOMER, "忘れてほしい相談です", "q1"))
    now = time.time()
    writer = Writer(stream, store, Masker(names), tmp_path / "spool", 730, clock=lambda: now)
    await writer.round(10)
    database = Path(sqlite_url.removeprefix("sqlite:///"))
    if way == "erased":
        store.erase("c1", 9e9)
        store.shred()
    else:
        now += 731 * DAY
        await writer.expire()
    left = b"".join(path.read_bytes() for path in database.parent.glob(f"{database.name}*"))
    assert "忘れてほしい".encode() not in left
    kept = sqlite3.connect(database)
    assert kept.execute("select count(*) from voc_exchanges").fetchone() == (0,)
    assert kept.execute("select count(*) from voc_erasures").fetchone() == (way == "erased",)


def dump(sql: sa.engine.Engine) -> str:
    """Every cell of every table of this room."""
    with sql.connect() as connection:
        tables = [name for name in sa.inspect(sql).get_table_names() if name.startswith("voc_")]
        assert len(tables) == 4
        return "\n".join(
            str(list(line)) for name in tables for line in connection.execute(sa.text(f"SELECT * FROM {name}"))
        )


def store_day(sql: sa.engine.Engine) -> float:
    with sql.connect() as connection:
        return float(connection.execute(sa.text("SELECT max(opened_at) FROM voc_exchanges")).scalar_one())
