"""One product for all journeys of a run (started as the operator would), people on top of it."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest

from run.product import Product
from settings import ROOT
from tests.journeys.people import Agent, Customer
from tests.sharing import lent

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.journey)


@pytest.fixture(scope="session")
def learned(dialogue_model: Path, vectors: Path, shared: Path) -> Path:
    """VAR_DIR/vectors for every product over the shop's articles: encoded and trained at the first start."""
    folder = shared / "shop"
    if not folder.exists():
        lent(vectors, folder / "vectors.db")
    return folder


def var_dir(folder: Path, learned: Path) -> Path:
    """A new VAR_DIR whose product need not learn again what another one has."""
    folder.mkdir(exist_ok=True)
    (folder / "vectors").symlink_to(learned)
    return folder


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory, learned: Path) -> Iterator[Product]:
    """Always open (a calendar of its own), so that the day of the test run does not matter."""
    folder = var_dir(tmp_path_factory.mktemp("var"), learned)
    limits = {"SESSION_MESSAGES_PER_MINUTE": "1000", "ADDRESS_SESSIONS_PER_MINUTE": "1000"}
    articles = tmp_path_factory.mktemp("kb") / "articles"  # a copy: editors change it
    shutil.copytree(ROOT / "kb" / "articles", articles)
    places = {"KB_DIR": str(articles), "CALENDAR_SEED": str(HERE / "calendar_always.yml")}
    running = Product(folder, **places, **limits).start()
    yield running
    assert running.stop() == 0, running.logs()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def customer(product: Product, http: aiohttp.ClientSession) -> AsyncIterator[Customer]:
    arrived = await Customer(http, product.door).arrive(page="https://shop.example/cart")
    yield arrived
    await arrived.leave()


PASSWORD = "a long pass phrase for the tests"


async def _at_the_desk(product: Product, display_name: str) -> Agent:
    name = f"staff{uuid.uuid4().hex[:8]}"
    add = [sys.executable, "-m", "desk", "user", "add", name, "--display-name", display_name]
    add += ["--roles", "agent,editor,approver,supervisor"]
    environment = {**os.environ, **product.environment}
    done = await asyncio.to_thread(
        subprocess.run, add, cwd=ROOT, env=environment, input=PASSWORD, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return await Agent(product.desk, name, display_name).sign_in(PASSWORD)


@pytest.fixture
async def agent(product: Product) -> AsyncIterator[Agent]:
    seated = await _at_the_desk(product, "山田")
    yield seated
    await seated.leave()


@pytest.fixture
async def other_agent(product: Product) -> AsyncIterator[Agent]:
    seated = await _at_the_desk(product, "鈴木")
    yield seated
    await seated.leave()
