"""One product for all journeys of a run (started as the operator would), people on top of it."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext

from conversation.stream import ConversationStream
from handoff.queue import Queue
from run.product import Product, free_ports
from settings import ROOT
from stores import open_redis
from tests.chromium import opened
from tests.journeys import calendar
from tests.journeys.clock import MovedClock
from tests.journeys.line import AGENTS_PHONE, Line, account, opened_line
from tests.journeys.people import PASSWORD, Agent, Customer
from tests.journeys.screens import Seat, Shopper, new_context
from tests.sharing import lent

HERE = Path(__file__).parent
NewContext = Callable[[], Awaitable[BrowserContext]]


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
def clock(tmp_path_factory: pytest.TempPathFactory) -> MovedClock:
    """That of `product`: it begins with the machine's, and what a test lets pass is past for those after it."""
    return MovedClock(tmp_path_factory.mktemp("clock") / "ahead")


@pytest.fixture(scope="session")
def twilio_port() -> int:
    """Where the stand-in for Twilio listens while a test plays with it."""
    return free_ports(1)[0]


@pytest.fixture(scope="session")
def product(
    tmp_path_factory: pytest.TempPathFactory, learned: Path, clock: MovedClock, twilio_port: int
) -> Iterator[Product]:
    """Open around the clock, so that the day of the test run does not matter, but for two days that only a test which
    moves the clock comes to (calendar.py)."""
    folder = var_dir(tmp_path_factory.mktemp("var"), learned)
    limits = {"SESSION_MESSAGES_PER_MINUTE": "1000", "ADDRESS_SESSIONS_PER_MINUTE": "1000"}
    articles = tmp_path_factory.mktemp("kb") / "articles"  # a copy: editors change it
    shutil.copytree(ROOT / "kb" / "articles", articles)
    seed = calendar.written(tmp_path_factory.mktemp("calendar") / "calendar.yml", clock.began.date())
    running = Product(folder, KB_DIR=str(articles), CALENDAR_SEED=str(seed), **limits, **account(twilio_port))
    running.environment |= {**clock.environment, "PUBLIC_URL": running.door}
    running.start()
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


@pytest.fixture
async def line(product: Product, twilio_port: int) -> AsyncIterator[Line]:
    """A customer with a mobile of their own."""
    async with opened_line(product, twilio_port) as one:
        yield one


def registered(product: Product, display_name: str, roles: str, phone: str = "") -> str:
    """The name of a new member of staff. `phone`: where callers are put through to them."""
    name = f"staff{uuid.uuid4().hex[:8]}"
    add = [sys.executable, "-m", "desk", "user", "add", name, "--display-name", display_name, "--roles", roles]
    add += ["--phone", phone] if phone else []
    environment = {**os.environ, **product.environment}
    done = subprocess.run(add, cwd=ROOT, env=environment, input=PASSWORD, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return name


async def _at_the_desk(product: Product, display_name: str, phone: str = "") -> Agent:
    name = await asyncio.to_thread(registered, product, display_name, "agent,editor,approver,supervisor", phone)
    return await Agent(product.desk, name, display_name).sign_in(PASSWORD)


@pytest.fixture
async def agent(product: Product) -> AsyncIterator[Agent]:
    seated = await _at_the_desk(product, "山田")
    yield seated
    await seated.leave()


@pytest.fixture
async def agent_with_phone(product: Product) -> AsyncIterator[Agent]:
    seated = await _at_the_desk(product, "佐藤", AGENTS_PHONE)
    yield seated
    await seated.leave()


@pytest.fixture
async def other_agent(product: Product) -> AsyncIterator[Agent]:
    seated = await _at_the_desk(product, "鈴木")
    yield seated
    await seated.leave()


@pytest.fixture(scope="session")
def staff(product: Product) -> dict[str, str]:
    """Who sits at the desks in Chromium: display name → name."""
    with ThreadPoolExecutor() as several:
        roles = {"山田": "agent", "鈴木": "agent", "加藤": "supervisor"}
        return dict(zip(roles, several.map(partial(registered, product), roles, roles.values()), strict=True))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    async with opened() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="session")
async def contexts(chromium: Browser) -> AsyncIterator[NewContext]:
    """Opens browsers of one person each; they are closed after the test."""
    several = AsyncExitStack()

    async def new() -> BrowserContext:
        return await several.enter_async_context(await new_context(chromium))

    async with several:
        yield new


@pytest_asyncio.fixture(loop_scope="session")
async def nobody_waits(product: Product) -> None:
    """Customers of other tests would be put to our agents."""
    redis = open_redis(product.settings.redis_url)
    queue = Queue(redis, ConversationStream(redis, product.settings.raw_text_days))
    for ticket in await queue.waiting():
        await queue.cancel(ticket.number)
    await redis.aclose()


@pytest_asyncio.fixture(loop_scope="session")
async def seats(
    product: Product, contexts: NewContext, staff: dict[str, str], nobody_waits: None
) -> AsyncIterator[tuple[Seat, Seat]]:
    """Two agents at the desk; when they leave, nobody is put to them any more."""
    both = [Seat(await contexts(), product, name) for name in ("山田", "鈴木")]
    await asyncio.gather(*(seat.sign_in(staff[seat.display_name]) for seat in both))
    yield both[0], both[1]
    await asyncio.gather(*(seat.set_work("off") for seat in both))


@pytest_asyncio.fixture(loop_scope="session")
async def boss(product: Product, contexts: NewContext, staff: dict[str, str]) -> Seat:
    return await Seat(await contexts(), product, "加藤").sign_in(staff["加藤"])


@pytest_asyncio.fixture(loop_scope="session")
async def shoppers(product: Product, contexts: NewContext) -> list[Shopper]:
    """Three customers at the shop's page."""
    three = [Shopper(await contexts(), product) for _ in range(3)]
    return list(await asyncio.gather(*(shopper.come() for shopper in three)))
