"""An agent at a browser of their own. With PICTURES=1 docs/screenshots are made anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.async_api import Browser, Dialog, Page, expect

from conversation.words import Speaker
from desk.staff import Role
from handoff.ticket import Ticket
from tests.desk.room import PASSWORD, Floor
from tests.pictures import keep

SHARED_SCREEN = {"width": 1280, "height": 800}


class Seat:
    """An agent at a browser of their own."""

    def __init__(self, page: Page, floor: Floor) -> None:
        self.page, self.floor = page, floor
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        self.consents: Callable[[Dialog], Any] = lambda dialog: dialog.accept()
        page.on("dialog", self.consents)

    @property
    def transcript(self):  # type: ignore[no-untyped-def]
        return self.page.locator("[data-transcript]")

    @property
    def field(self):  # type: ignore[no-untyped-def]
        return self.page.locator("#say")

    async def open(self, ticket: Ticket) -> None:
        await self.page.locator(f"a.ticket[href='/inbox/{ticket.number}']").click()
        await expect(self.transcript).to_contain_text("届いた鍋")

    async def claim(self, ticket: Ticket) -> None:
        await self.open(ticket)
        await self.page.get_by_role("button", name="応対を開始する").click()
        await expect(self.field).to_be_focused()

    async def picture(self, name: str) -> None:
        """Nothing may be wider than the window."""
        assert await self.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await keep(self.page, f"desk-{name}")


async def sit_down(browser: Browser, floor: Floor, name: str, shown: str, *roles: Role) -> Seat:
    floor.add(name, *(roles or (Role.AGENT,)), display_name=shown)
    context = await browser.new_context(viewport=SHARED_SCREEN, locale="ja-JP")
    seat = Seat(await context.new_page(), floor)
    await seat.page.goto(f"{floor.origin}/login")
    await seat.page.fill("input[name=name]", name)
    await seat.page.fill("input[name=password]", PASSWORD)
    await seat.page.click("main button[type=submit]")
    await seat.page.wait_for_url("**/inbox" if Role.ADMIN not in roles else "**/*")
    return seat


async def agents_words(floor: Floor, cid: str = "c1") -> list[str]:
    return [word.text for word in await floor.desk.stream.since(cid) if word.speaker is Speaker.AGENT]
