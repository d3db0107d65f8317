"""People at real Chromium pages: what came to each page is recorded, and what it shows is read from it."""

from __future__ import annotations

import json
import re
from typing import Any

from playwright.async_api import Browser, BrowserContext, Locator, Page, WebSocket, expect

from run.product import Product
from tests.journeys.people import PASSWORD, PATIENCE, Screen

expect.set_options(timeout=PATIENCE * 1000)
SIZE = {"width": 1280, "height": 800}
_DELIVERED = re.compile("^(送信済|既読)$")
_SHOWN = """() => [...document.querySelector('madoguchi-chat').shadowRoot.querySelectorAll('.item')].map((item) =>
    [item.classList[1], item.dataset.text, item.classList.contains('unsent')])"""
_TRANSCRIPT = """() => [...document.querySelectorAll('[data-transcript] .word')].map((word) =>
    [Number(word.id.replace('word-', '')), word.className.replace('word from-', ''),
     (word.querySelector('.text') ?? word.querySelector('.folded > [id]')).textContent])"""
_CONVERSATION = """() => Object.entries(localStorage).filter(([name]) => name.endsWith(":session"))
    .map(([, kept]) => JSON.parse(kept).conversation_id)[0]"""
# A word for a talk over a socket of the page's own, as a page would send it that has not heard yet; gives the answer.
_SAY = """([ticket, text]) => new Promise((done) => {
    const socket = new WebSocket(`ws://${location.host}/inbox/socket?ticket=${ticket}`);
    socket.onopen = () => socket.send(JSON.stringify({ type: "say", id: crypto.randomUUID(), text }));
    socket.onmessage = ({ data }) => {
        const frame = JSON.parse(data);
        if (frame.type === "ack" || frame.type === "error") (socket.close(), done(frame.code ?? frame.type));
    };
})"""


async def new_context(browser: Browser) -> BrowserContext:
    context = await browser.new_context(locale="ja-JP", timezone_id="Asia/Tokyo", viewport=SIZE)
    context.set_default_timeout(PATIENCE * 1000)
    return context


class Shopper(Screen):
    """A customer at the shop's page; `screen` keeps what came over the sockets of all their tabs."""

    page: Page

    def __init__(self, context: BrowserContext, product: Product) -> None:
        super().__init__()
        self._context, self._product = context, product
        self.complaints: list[str] = []
        self.said: list[str] = []  # typed or pressed, in order
        self.ticket = ""

    async def come(self) -> Shopper:
        """Opens a tab with the chat; whoever was here before goes on with their talk."""
        self.page = await self._context.new_page()
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("websocket", self._record)
        await self.page.goto(self._product.door)
        await self.page.locator(".launcher").click()
        return self

    async def leave(self) -> None:
        await self.page.close()

    async def say(self, text: str) -> None:
        self.said.append(text)
        await self.page.locator("textarea").fill(text)
        await self.page.locator("textarea").press("Enter")

    async def press(self, title: str) -> None:
        await self._press(self.page.locator(".choice:enabled", has_text=title).last)

    async def press_number(self, place: int) -> str:
        """One of the buttons that are offered, from 1; gives its title."""
        return await self._press(self.page.locator(".choice:enabled").nth(place - 1))

    async def _press(self, button: Locator) -> str:
        title = await button.inner_text()
        self.said.append(title)
        await button.click()
        return title

    async def sees(self, text: str) -> None:
        await expect(self.page.locator(".bubble", has_text=text).last).to_be_visible()

    async def talks_to(self, whom: str) -> None:
        await expect(self.page.locator(".panel")).to_have_attribute("data-talking-to", whom)

    async def ask_for_a_person(self) -> str:
        """The ticket's number, once the widget shows it."""
        await self.say("担当者と話したいです")
        self.ticket = (await self.page.locator(".queue .number").inner_text()).replace("-", "")
        await expect(self.page.locator(".item").last.locator(".choice").last).to_be_enabled()
        return self.ticket

    async def know(self) -> str:
        """The conversation's id, as the page keeps it."""
        self.conversation_id = str(await self.page.evaluate(_CONVERSATION))
        return self.conversation_id

    async def shown(self) -> list[tuple[str, str]]:
        """(speaker, text) as the page has it; what has not been sent is marked."""
        items = await self.page.evaluate(_SHOWN)
        return [(f"{speaker} (unsent)" if unsent else speaker, text) for speaker, text, unsent in items]

    def _record(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda data: self._take(json.loads(data)))

    def _take(self, frame: dict[str, Any]) -> None:
        try:
            if frame["type"] == "message":
                self.show(frame)
        except AssertionError as error:  # nobody would hear of it here
            self.complaints.append(str(error))


class Seat:
    """Somebody of the staff at the desk."""

    page: Page

    def __init__(self, context: BrowserContext, product: Product, display_name: str) -> None:
        self._context, self._product, self.display_name = context, product, display_name
        self.complaints: list[str] = []
        self.said: list[str] = []
        self.name = ""

    async def sign_in(self, name: str) -> Seat:
        self.name = name
        await self.sit_down("/login")
        return await self.enter()

    async def enter(self) -> Seat:
        """At the page of the sign-in, where one also comes to after a shift."""
        await self.page.fill("input[name=name]", self.name)
        await self.page.fill("input[name=password]", PASSWORD)
        await self.page.click("main button[type=submit]")
        await self.page.wait_for_url("**/inbox")
        return self

    async def sit_down(self, path: str = "/inbox") -> None:
        """Opens a tab (a new one after the browser was closed)."""
        self.page = await self._context.new_page()
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: dialog.accept())
        await self.page.goto(f"{self._product.desk}{path}")

    async def set_work(self, work: str) -> None:
        await self.page.goto(f"{self._product.desk}/inbox")
        await self.page.select_option("#work", work)
        await self.page.get_by_role("button", name="切り替える").click()
        await expect(self.page.locator(f"[data-work][data-kind={work}]")).to_be_visible()

    @property
    def offer(self) -> Locator:
        return self.page.locator("dialog[data-offer]")

    @property
    def field(self) -> Locator:
        return self.page.locator("#say")

    @property
    def transcript(self) -> Locator:
        return self.page.locator("[data-transcript]")

    async def accept(self) -> None:
        await self.offer.get_by_role("button", name="応対する").click()
        await expect(self.field).to_be_focused()

    async def decline(self) -> None:
        await self.offer.get_by_role("button", name="辞退する").click()
        await expect(self.offer).to_be_hidden()

    async def open(self, number: str) -> None:
        await self.page.locator(f"a.ticket[href='/inbox/{number}']").click()
        await self.page.wait_for_url(f"**/inbox/{number}")

    async def claim(self, number: str) -> None:
        await self.open(number)
        await self.page.get_by_role("button", name="応対を開始する").click()
        await expect(self.field).to_be_focused()

    async def write(self, text: str) -> None:
        """After what stands in the field; sent."""
        self.said.append(await self.field.input_value() + text)
        await self.field.press("End")
        await self.page.keyboard.insert_text(text)
        await self.field.press("Enter")

    async def say(self, text: str) -> None:
        await self.write(text)
        await expect(self.page.locator(".from-agent", has_text=text).locator(".sent")).to_have_text(_DELIVERED)

    async def sees(self, text: str) -> None:
        await expect(self.transcript.locator(".word", has_text=text).last).to_be_visible()

    async def say_beside(self, number: str, text: str) -> str:
        """Over a socket of this browser that knows nothing of who has the talk: `ack`, or the refusal's code."""
        return str(await self.page.evaluate(_SAY, [number, text]))

    async def more(self, name: str) -> None:
        """Of the menu 「その他」."""
        await self.page.locator(".more > summary").click()
        await self.page.get_by_role("button", name=name).click()

    async def give_back(self, number: str) -> None:
        """To the bot."""
        await self.open(number)
        await self.more("自動応答に戻す")
        await expect(self.page.locator(".composer-off")).to_be_visible()

    async def end_talk(self, category: str, note: str = "") -> None:
        """Ends the talk and writes it up."""
        await self.page.get_by_role("button", name="会話を終了する").click()
        await self.page.select_option("select[name=category]", category)
        await self.page.select_option("select[name=disposition]", "resolved")
        await self.page.get_by_role("radio", name="解決した").check()
        await self.page.locator(".write-up textarea").fill(note)
        await self.page.get_by_role("button", name="記録を保存する").click()
        await expect(self.page.locator(".composer-off")).to_be_visible()

    async def shown(self) -> list[tuple[int, str, str]]:
        """(number, speaker, text) of the transcript on the page; not yet sent: number 0."""
        return [(seq or 0, speaker, text) for seq, speaker, text in await self.page.evaluate(_TRANSCRIPT)]
