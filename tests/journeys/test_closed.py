"""A shop that is closed today: a message is left and waits first at opening. Then the operator's recipes."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
import yaml

from nihongo.japan_time import TOKYO
from run.product import Product
from settings import ROOT
from tests.journeys.conftest import var_dir
from tests.journeys.people import Customer
from tests.journeys.rows import assert_voc_equals_screen, rows

CLOSED_DAYS = 3  # so that midnight during the test changes nothing


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory, learned: Path) -> Iterator[Product]:
    folder = tmp_path_factory.mktemp("closed")
    today = datetime.now(TOKYO).date()
    days = [(today + timedelta(days=ahead)).isoformat() for ahead in range(CLOSED_DAYS)]
    week = {day: ["09:00-17:30"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun", "holiday")}
    special = [{"day": day, "note": "臨時休業"} for day in days]
    seed = folder / "calendar.yml"
    seed.write_text(yaml.safe_dump({"calendars": [{"queue": "*", "channel": "*", "week": week, "days": special}]}))
    product = Product(var_dir(folder / "var", learned), CALENDAR_SEED=str(seed)).start()
    yield product
    product.stop()


async def test_out_of_hours_a_message_is_left_with_its_number(closed: Product, http: aiohttp.ClientSession) -> None:
    customer = await Customer(http, closed.door).arrive()
    await customer.say("担当者と話したいです")
    told = await customer.shown("受付番号")
    number = re.search(r"[0-9]{4}-[0-9]{4}", told["text"])
    assert number, told
    await customer.shown("9時")  # when people are back
    await customer.answered(await customer.choose("メッセージを残す"))
    await customer.say("冷蔵庫の配送日を変えたいので、連絡をください。")
    said = await customer.shown("連絡をください", "customer")
    await customer.shown(number[0], after=said["seq"])

    listed = await asyncio.to_thread(command, closed, "handoff", "list")
    assert any(number[0] in line and "message" in line for line in listed.stdout.splitlines()), listed.stdout
    found = await assert_voc_equals_screen(closed, customer)
    assert found[0]["outcome"] == "handed_off" and found[0]["ticket"] == number[0].replace("-", "")
    assert [row["outcome"] for row in found] == ["handed_off", "action", "handed_off"]  # nobody has seen it yet
    await customer.leave()


async def test_out_of_hours_a_callback_is_booked_and_only_redis_knows_whom_to_call(
    closed: Product, http: aiohttp.ClientSession
) -> None:
    customer = await Customer(http, closed.door).arrive()
    await customer.say("担当者と話したいです")
    await customer.choose("折り返しのお電話を予約")
    for told, text in (
        ("ご希望の日時", "なるべく早くお願いします"),
        ("フリガナ", "ゾノムラ"),
        ("お電話番号を", "090-8765-4321"),
    ):
        await customer.shown(told)
        await customer.say(text)
    await customer.shown("9時ごろ、ゾノムラ様、090-8765-4321へ")
    await customer.answered(await customer.choose("はい"))
    await customer.shown("予約しました")
    await customer.shown(
        "550円", after=(await customer.answered(await customer.say("送料はいくらですか？")))["seq"] - 1
    )

    found = await assert_voc_equals_screen(closed, customer)
    assert [row["outcome"] for row in found] == ["handed_off", *["action"] * 5, "answered"]
    personal = [word.encode() for word in ("ゾノムラ", "8765-4321", "87654321")]
    redis_dir = closed.settings.var_dir / "redis"
    for path in closed.settings.var_dir.rglob("*"):
        if path.is_file() and redis_dir not in path.parents:
            kept = path.read_bytes()
            assert not any(word in kept for word in personal), path
    await customer.leave()


async def test_a_backup_made_while_it_runs_brings_everything_back(
    closed: Product, http: aiohttp.ClientSession, tmp_path: Path, learned: Path
) -> None:
    customer = await Customer(http, closed.door).arrive()
    await customer.answered(await customer.say("送料はいくらですか？"))
    await customer.shown("解決しましたか")
    before, token, cid = customer.talk(), customer.token, customer.conversation_id
    await assert_voc_equals_screen(closed, customer)
    archive = tmp_path / "backup.tar.gz"
    done = await asyncio.to_thread(command, closed, "run", "backup", str(archive))
    assert done.returncode == 0, done.stderr
    await customer.leave()
    assert await asyncio.to_thread(closed.stop) == 0
    shutil.rmtree(closed.settings.var_dir)
    with tarfile.open(archive) as packed:
        packed.extractall(tmp_path)
    shutil.move(tmp_path / "var", closed.settings.var_dir)
    var_dir(closed.settings.var_dir, learned)  # no backup holds vectors: they would be made again now
    await asyncio.to_thread(closed.start)
    again = await Customer(http, closed.door).arrive(resume=token)
    await again.shown("解決しましたか")
    assert again.conversation_id == cid and again.talk() == before
    assert (await again.answered(await again.say("クーポンは併用できますか")))["from"] == "bot"
    assert len(await assert_voc_equals_screen(closed, again)) == 2
    await again.leave()


async def test_an_erased_conversation_is_nowhere(closed: Product, http: aiohttp.ClientSession) -> None:
    secret = "青い象の置物"
    customer = await Customer(http, closed.door).arrive()
    await customer.answered(await customer.say(f"{secret}の在庫はありますか"))
    await assert_voc_equals_screen(closed, customer)
    await customer.leave()
    done = await asyncio.to_thread(command, closed, "voc", "erase", "--yes", "--conversation", customer.conversation_id)
    assert done.returncode == 0, done.stderr
    assert not rows(closed, customer.conversation_id)
    import redis

    client = redis.from_url(closed.settings.redis_url, decode_responses=True, protocol=2)
    assert not list(client.scan_iter(f"*{customer.conversation_id}*"))


def command(product: Product, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **product.environment}
    arguments = [sys.executable, "-m", *words]
    return subprocess.run(arguments, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
