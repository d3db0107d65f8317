"""`python -m handoff` as a process, on the migrated database."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import aiohttp
import pytest
import sqlalchemy as sa

from conversation.keys import presence
from handoff.number import spoken
from handoff.tables import CALENDAR_HOURS, TICKETS
from stores import METADATA, open_sql
from tests.handoff.room import Room


@pytest.fixture
def environment(redis_url: str, sqlite_url: str, tmp_path: Path) -> dict[str, str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    METADATA.create_all(open_sql(sqlite_url))
    own = {"REDIS_URL": redis_url, "DATABASE_URL": sqlite_url, "VAR_DIR": str(tmp_path), "METRICS_PORT": str(port - 3)}
    return {**os.environ, **own}


@pytest.mark.slow
async def test_list_shows_open_tickets(room: Room, environment: dict[str, str]) -> None:
    ticket = await room.ask()
    command = [sys.executable, "-m", "handoff", "list"]
    shown = await asyncio.to_thread(subprocess.run, command, env=environment, capture_output=True, text=True)
    assert spoken(ticket.number) in shown.stdout and "1 open" in shown.stdout and "送料" not in shown.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "name", "value", "told"),
    [
        ("list", "REDIS_URL", "redis://127.0.0.1:1/0", "make run で起動してから"),
        ("seed", "CALENDAR_SEED", "/nonexistent.yml", "CALENDAR_SEED=/nonexistent.yml: 営業時間のファイル"),
        ("seed", "DATABASE_URL", "sqlite:////nonexistent/x.db", "データベースを使えません"),
    ],
)
def test_what_is_away_is_told(command: str, name: str, value: str, told: str, environment: dict[str, str]) -> None:
    line = [sys.executable, "-m", "handoff", command]
    shown = subprocess.run(line, env={**environment, name: value}, capture_output=True, text=True)
    assert shown.returncode == 1 and told in shown.stderr and "Traceback" not in shown.stderr


@pytest.mark.slow
async def test_the_clock_process_serves_its_health_and_fills_sql(room: Room, environment: dict[str, str]) -> None:
    seed = [sys.executable, "-m", "handoff", "seed"]
    await asyncio.to_thread(subprocess.run, seed, env=environment, check=True, capture_output=True)
    ticket = await room.ask()
    await room.redis.set(presence("c1"), "1")
    await room.queue.cancel(ticket.number)
    url = f"http://127.0.0.1:{int(environment['METRICS_PORT']) + 3}"
    process = subprocess.Popen([sys.executable, "-m", "handoff", "clock"], env=environment)  # noqa: ASYNC220
    engine = open_sql(environment["DATABASE_URL"])
    try:
        async with aiohttp.ClientSession() as http:
            await _until(lambda: _status(http, f"{url}/readyz"), 200)
            await _until(lambda: asyncio.to_thread(_count, engine), 1)
            async with http.get(f"{url}/metrics") as answer:
                text = await answer.text()
        assert "madoguchi_clock_active 1.0" in text and "madoguchi_ledger_backlog 0.0" in text
        with engine.connect() as connection:
            assert connection.execute(sa.select(sa.func.count()).select_from(CALENDAR_HOURS)).scalar() == 13
    finally:
        process.terminate()
    assert process.wait(10) == 0


async def _status(http: aiohttp.ClientSession, url: str) -> int:
    try:
        async with http.get(url) as answer:
            return answer.status
    except aiohttp.ClientError:
        return 0


def _count(engine: sa.engine.Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(TICKETS)).scalar() or 0)


async def _until(ask: object, wanted: object, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while (got := await ask()) != wanted:  # type: ignore[operator]
        assert time.monotonic() < deadline, f"{got} is not {wanted}"
        await asyncio.sleep(0.05)
