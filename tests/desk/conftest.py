"""One desk a test, on real Redis and SQLite."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import unused_port
from argon2 import PasswordHasher
from playwright.async_api import Browser

from desk import passwords
from desk.app import make_app
from settings import Settings
from stores import METADATA, open_sql
from tests.chromium import opened
from tests.desk.oidc_room import CLIENT, SECRET, Issuer, Way
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


@pytest.fixture
async def issuer() -> AsyncIterator[Issuer]:
    """Somebody whose accounts the company has."""
    own = Issuer()
    await own.server.start_server()
    yield own
    await own.server.close()


@pytest.fixture
def company(desk_settings: Settings, aiohttp_client: Any, issuer: Issuer) -> Callable[..., Awaitable[Way]]:
    """A desk that lets the issuer's people in, with settings of the test's own."""

    async def opened(host: str = "127.0.0.1", **own: Any) -> Way:
        port = unused_port()
        kept = desk_settings.dict(include={"redis_url", "database_url", "var_dir", "kb_dir"})
        oidc = {"oidc_issuer": issuer.url, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET}
        address = {"desk_public_url": f"http://{host}:{port}"}
        app = make_app(Settings(**{**kept, **oidc, **address, **own}))
        return Way(Floor(await aiohttp_client(app, server_kwargs={"port": port})), issuer)

    return opened


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with opened() as browser:
        yield browser
