"""One Chromium for all widget tests, the stand-in door, and a page that notes every complaint of the browser."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest_asyncio
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, BrowserContext, Locator, Page

from tests.channels.widget import pages
from tests.channels.widget.standin import Conversation, StandIn
from tests.chromium import opened

WIDE = {"width": 1100, "height": 800}
Open = Callable[..., Awaitable["Shopper"]]


class Shopper:
    """A customer at a page, by what they can see and do."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []  # CSP reports and script errors
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._hear)

    def _hear(self, message: Any) -> None:
        network = "Failed to load resource" in message.text or "WebSocket connection" in message.text
        if message.type in ("error", "warning") and not network:
            self.complaints.append(message.text)

    @property
    def launcher(self) -> Locator:
        return self.page.locator(".launcher")

    @property
    def panel(self) -> Locator:
        return self.page.get_by_role("dialog")

    @property
    def field(self) -> Locator:
        return self.page.locator("textarea")

    @property
    def items(self) -> Locator:
        return self.page.locator(".item")

    def bubble(self, text: str) -> Locator:
        return self.page.locator(".bubble", has_text=text)

    def button(self, name: str, exact: bool = True) -> Locator:
        return self.page.get_by_role("button", name=name, exact=exact)

    async def open(self) -> None:
        await self.launcher.click()
        await self.button(pages.QUESTIONS[0]).or_(self.items.first).first.wait_for()

    async def say(self, text: str) -> None:
        await self.field.fill(text)
        await self.field.press("Enter")

    async def rejoin(self) -> None:
        """Presses 今すぐつなぎ直す, if the page has not joined again by itself a moment earlier."""
        await self.page.locator(".trouble").evaluate("trouble => trouble.querySelector('button')?.click()")

    async def words(self) -> list[str]:
        return [text.strip() for text in await self.page.locator(".bubble").all_inner_texts()]

    async def settle(self) -> None:
        """What moves once has come to its place (the typing dots never do)."""
        once = "root.getAnimations().every((a) => a.effect.getTiming().iterations !== 1 || a.playState === 'finished')"
        await self.until(once)

    async def until(self, condition: str, argument: Any = None) -> None:
        """Waits until this is true in the page; `root` is the widget's shadow root."""
        script = f"(a) => {{ const root = document.querySelector('madoguchi-chat').shadowRoot; return {condition}; }}"
        await self.page.wait_for_function(script, arg=argument)


async def answer(conversation: Conversation, text: str, exchange: str) -> None:
    """A bot with four answers."""
    if conversation.state["talking_to"] != "bot":
        return
    if "送料" in text:
        await conversation.say("bot", pages.ANSWER, exchange, article_id="shipping-fee")
        choices = ("はい", "いいえ", "担当者と話す")
        await conversation.say("bot", "解決しましたか？", exchange, choices)
    elif "返品" in text and text != "返品の方法":
        await conversation.say("bot", "どちらについてお知りになりたいですか？", exchange, ("返品の方法", "返金の時期"))
    elif "担当者" in text:
        line = "担当者におつなぎします。ただいま 2 名様がお待ちで、お客様は 3 番目です。このままお待ちください。"
        await conversation.say("system", line, exchange)
        await conversation.say("system", "受付番号は 1234-5674 です。", exchange, ("待つのをやめる",))
        await conversation.stand("queue", queue={"ticket": "1234-5674", "position": 3, "opens_at": None})
    else:
        await conversation.say("bot", f"「{text}」ですね。", exchange)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    async with opened() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="session")
async def door() -> AsyncIterator[StandIn]:
    door = StandIn(answer)
    server = TestServer(door.app())
    await server.start_server(shutdown_timeout=0.1)
    door.url = str(server.make_url("/"))
    yield door
    await server.close()
    assert door.faults == []


@pytest_asyncio.fixture(loop_scope="session")
async def browser(chromium: Browser, door: StandIn) -> AsyncIterator[BrowserContext]:
    """One customer's browser: its own storage, Japanese, Tokyo."""
    context = await chromium.new_context(
        locale="ja-JP", timezone_id="Asia/Tokyo", viewport={"width": 1100, "height": 800}
    )
    context.set_default_timeout(10_000)
    yield context
    await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser: BrowserContext, door: StandIn) -> AsyncIterator[Open]:
    """Opens a page with the widget in this customer's browser; fails when a page complained."""
    shoppers: list[Shopper] = []

    async def opened(query: str = "") -> Shopper:
        shopper = Shopper(await browser.new_page())
        shoppers.append(shopper)
        await shopper.page.goto(door.url + query)
        await shopper.page.locator("madoguchi-chat").wait_for(state="attached")
        return shopper

    yield opened
    for shopper in shoppers:
        assert shopper.complaints == []


@pytest_asyncio.fixture(loop_scope="session")
async def shopper(visit: Open) -> Shopper:
    """A customer with the panel open."""
    shopper = await visit()
    await shopper.open()
    return shopper
