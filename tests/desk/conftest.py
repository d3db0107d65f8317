"""One desk a test, on real Redis and SQLite."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher

from desk import passwords
from desk.app import make_app
from settings import Settings
from stores import METADATA, open_sql
from tests.desk.room import Floor


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real algorithm with less work: every test signs somebody in."""
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64))


@pytest.fixture
def desk_settings(redis_url: str, sqlite_url: str, tmp_path: Path) -> Settings:
    engine = open_sql(sqlite_url)
    METADATA.create_all(engine)
    engine.dispose()
    kb_dir = tmp_path / "articles"  # the walk over all routes posts to the editors' pages too
    kb_dir.mkdir()
    return Settings(redis_url=redis_url, database_url=sqlite_url, var_dir=tmp_path, kb_dir=kb_dir)


@pytest.fixture
async def floor(desk_settings: Settings, aiohttp_client: Any) -> Floor:
    return Floor(await aiohttp_client(make_app(desk_settings)))
