"""`python -m voc` as an operator types it, on an SQLite made by the migrations."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

import voc.tables
from conversation.stream import ConversationStream
from conversation.words import Speaker, Word
from handoff import keys as handoff_keys
from handoff.after_store import record_surveys
from handoff.queue import Queue
from handoff.tables import SURVEYS
from handoff.ticket import Reason
from settings import ROOT
from stores import METADATA, open_sql
from voc.reading import Period, Reading
from voc.store import day_of


class Shop:
    """The environment of the commands."""

    def __init__(self, redis_url: str, folder: Path) -> None:
        self.database = f"sqlite:///{folder / 'shop.db'}"
        self.port = _free_port()
        told = {"REDIS_URL": redis_url, "DATABASE_URL": self.database, "VAR_DIR": str(folder)}
        self.environment = os.environ | told | {"METRICS_PORT": str(self.port - 2)}
        self.engine = open_sql(self.database)
        config = Config(str(ROOT / "alembic.ini"))
        config.set_main_option("script_location", str(ROOT / "migrations"))
        with self.engine.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()

    def run(self, *arguments: str, told: str = "") -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "voc", *arguments],
            cwd=ROOT, env=self.environment, input=told.encode(), capture_output=True, timeout=60, check=False,
        )  # fmt: skip

    def start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-m", "voc", "write"], cwd=ROOT, env=self.environment)

    def rows(self) -> list[Any]:
        return list(Reading(self.engine).rows(Period.last_days(2, time.time())))

    def asked(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.02)


@pytest.fixture
def shop(redis_url: str, tmp_path: Path) -> Iterator[Shop]:
    made = Shop(redis_url, tmp_path)
    yield made
    made.engine.dispose()


async def say(stream: ConversationStream, cid: str, text: str) -> None:
    await stream.append(Word(cid, Speaker.CUSTOMER, text, f"{cid}-q"))
    await stream.append(
        Word(cid, Speaker.BOT, "550円です。", f"{cid}-a", exchange_id=f"{cid}-q", article_id="shipping-fee")
    )


def test_the_migration_makes_what_the_tables_say(shop: Shop) -> None:
    inspector = sa.inspect(shop.engine)
    tables = [table for table in METADATA.sorted_tables if table.name.startswith("voc_")]
    assert len(tables) == 4
    for table in tables:
        made = {column["name"]: column for column in inspector.get_columns(table.name)}
        assert set(made) == {column.name for column in table.columns}
        assert all(made[column.name]["nullable"] == column.nullable for column in table.columns)
        assert {index["name"] for index in inspector.get_indexes(table.name)} == {index.name for index in table.indexes}
        key = inspector.get_pk_constraint(table.name)["constrained_columns"]
        assert key == [column.name for column in table.primary_key.columns]


@pytest.mark.slow
async def test_the_writer_serves_survives_kill_9_and_loses_nothing(shop: Shop, stream: ConversationStream) -> None:
    first = shop.start()
    until(lambda: shop.asked("/readyz")[0] == 200)
    assert shop.asked("/healthz")[0] == 200
    await say(stream, "c1", "送料は？")
    until(lambda: len(shop.rows()) == 1)
    assert "voc_lag_seconds" in shop.asked("/metrics")[1]
    first.send_signal(signal.SIGSTOP)  # it may have read the next words already when it dies
    await say(stream, "c2", "いくら？")
    first.kill()
    first.wait()
    await say(stream, "c3", "何円？")
    second = shop.start()
    until(lambda: len(shop.rows()) == 3)
    second.terminate()
    assert second.wait(timeout=20) == 0


@pytest.mark.slow
async def test_report_export_and_erase(shop: Shop, stream: ConversationStream, tmp_path: Path) -> None:
    writer = shop.start()
    await stream.set_state("c1", contact="shop:7")
    await say(stream, "c1", "送料は？")
    await say(stream, "c2", "送料はいくら？")
    until(lambda: len(shop.rows()) == 2 and all(row.exchange.answers for row in shop.rows()))
    writer.terminate()
    writer.wait(timeout=20)

    text = shop.run("report").stdout.decode()
    assert "回答提示率" in text
    assert "100.0%（2/2）" in text
    figures = json.loads(shop.run("report", "--json", "--days", "1").stdout)
    assert figures["rates"]["answer"]["share"] == 1.0

    today, out = day_of(time.time()), tmp_path / "voc.csv"
    assert shop.run("export", "--from", today, "--to", today, "--out", str(out)).returncode == 0
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    lines = shop.run("export", "--format", "jsonl", "--from", today, "--to", today).stdout.decode().splitlines()
    assert {json.loads(line)["question"] for line in lines} == {"送料は？", "送料はいくら？"}

    assert shop.run("erase", "--contact", "7", told="no\n").returncode == 1
    assert len(shop.rows()) == 2
    done = shop.run("erase", "--contact", "7", "--yes")
    assert done.returncode == 0, done.stderr.decode()
    assert "1件の会話を消去しました" in done.stdout.decode()
    assert [row.exchange.conversation_id for row in shop.rows()] == ["c2"]
    assert await stream.since("c1") == []
    assert shop.run("erase", "--ticket", "1234-5678", "--yes").returncode == 1
    assert shop.run("erase", "--conversation", "nobody", "--yes").returncode == 1
    assert shop.run("erase", "--again", str(tmp_path / "erased.jsonl"), "--yes").returncode == 1  # it is gone already
    assert shop.run("erase", "--again", str(tmp_path / "nowhere"), "--yes").stderr.decode().count("\n") == 1
    assert voc.tables.ERASURES.name == "voc_erasures"


@pytest.mark.slow
async def test_erasing_takes_the_survey_after_a_talk_along(shop: Shop, stream: ConversationStream) -> None:
    await stream.set_state("c1", contact="shop:7")
    await say(stream, "c1", "送料は？")
    queue = Queue(stream.redis, stream)
    ticket = await queue.open("c1", channel="web", exchange_id="c1-q", reason=Reason.CUSTOMER_REQUEST)
    await queue.claim(ticket.number, "1", "山田")
    await queue.end_talk(ticket.number, "1")
    survey = await queue.surveys.get("c1", ticket.number)
    assert survey
    record_surveys(shop.engine, [survey])
    assert shop.run("erase", "--contact", "7", "--yes").returncode == 0
    left = [await stream.redis.xlen(told) for told in (handoff_keys.EVENTS, handoff_keys.SURVEYS)]
    assert left == [0, 0]
    with shop.engine.connect() as connection:
        assert connection.execute(sa.select(SURVEYS)).all() == []
    assert [key async for key in stream.redis.scan_iter(match="*{c1}*")] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("report", "--days", "0"), "--days は 1 から"),
        (("report", "--days", "-5"), "--days は 1 から"),
        (("report", "--days", "99999999"), "--days は 1 から"),
        (("export", "--from", "2026-02-02", "--to", "2026-02-01"), "より後になっています"),
        (("export", "--from", "2026-02-01", "--to", "2026-02-02", "--out", "/nonexistent/x.csv"), "書き込めません"),
    ],
)
def test_what_cannot_be_done_is_said(shop: Shop, arguments: tuple[str, ...], told: str) -> None:
    done = shop.run(*arguments)
    assert (done.returncode, done.stdout) == (1, b"")
    assert told in done.stderr.decode() and "Traceback" not in done.stderr.decode()


@pytest.mark.slow
def test_a_store_that_is_away_is_told(shop: Shop) -> None:
    shop.environment |= {"REDIS_URL": "redis://127.0.0.1:1/0"}
    done = shop.run("erase", "--conversation", "c1", "--yes")
    assert done.returncode == 1 and done.stderr.decode().startswith("Redis に接続できません")
    shop.environment |= {"DATABASE_URL": f"{shop.database}.new"}
    done = shop.run("report")
    assert done.returncode == 1 and done.stderr.decode().startswith("データベースの準備ができていません")
