"""The VOC pages in a real browser: nothing complains or sticks out; with PICTURES=1 docs/screenshots are made anew."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

import voc.tables  # noqa: F401
from desk.staff import Role
from kb.publish import publish
from nihongo.japan_time import today
from settings import ROOT
from stores import open_redis_sync
from tests.chromium import opened
from tests.desk.room import PASSWORD, Floor
from tests.desk.voc_month import fill
from tests.pictures import keep
from tests.voc.talk import Talk
from voc.store import Store

pytestmark = pytest.mark.browser


@pytest.fixture
async def page(floor: Floor) -> AsyncIterator[Page]:
    """A supervisor's browser after a month of talks; any complaint of the browser fails the test."""
    floor.add("vera", Role.SUPERVISOR, display_name="森 さくら")
    fill(floor.desk)
    shop = floor.desk.settings
    client = open_redis_sync(shop.redis_url)
    await asyncio.to_thread(publish, floor.desk.engine, client, ROOT / "kb" / "articles", "editor", "", today())
    complaints: list[str] = []
    async with opened() as browser:
        page = await browser.new_page(viewport={"width": 1280, "height": 900}, locale="ja-JP")
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(f"{floor.origin}/login")
        await page.fill("input[name=name]", "vera")
        await page.fill("input[name=password]", PASSWORD)
        await page.click("main button[type=submit]")
        yield page
    assert complaints == []


async def picture(page: Page, name: str, whole: bool = True) -> None:
    """Nothing may be wider than the window."""
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await keep(page, f"voc-{name}", whole)


async def test_overview_in_width_and_on_a_phone(page: Page, floor: Floor) -> None:
    await page.goto(f"{floor.origin}/voc")
    await page.click("text=30日間")
    assert await page.locator(".chart g rect").count() > 60
    assert await page.locator(".tile").count() == 5
    await picture(page, "overview")
    await page.set_viewport_size({"width": 400, "height": 800})
    await picture(page, "overview-narrow")


async def test_from_an_open_question_to_the_talk_it_was_asked_in(page: Page, floor: Floor) -> None:
    await page.goto(f"{floor.origin}/voc")
    await page.click("text=30日間")
    await page.locator("a", has_text="中古品の買取").first.click()
    assert await page.locator(".exchange.marked .from-customer").inner_text() != ""
    await page.goto(f"{floor.origin}/voc/exchanges")
    await picture(page, "exchanges", whole=False)
    await page.goto(f"{floor.origin}/voc/exchanges?outcome=handed_off")
    await page.locator("td a").first.click()
    await picture(page, "conversation")


async def test_folded_words_are_opened_with_the_keyboard(page: Page, floor: Floor) -> None:
    talk = Talk("rude")
    talk.ask("死ね", at=floor.desk.clock())
    Store(floor.desk.engine, "k").save("rude", talk.words, {"channel": "web"}, {})
    await page.goto(f"{floor.origin}/voc/conversations/rude")
    words = page.get_by_text("死ね")
    await expect(words).to_be_hidden()
    await page.get_by_role("button", name="表示する").focus()
    await page.keyboard.press("Enter")
    await expect(words).to_be_visible()


async def test_the_file_is_downloaded_for_the_days_shown(page: Page, floor: Floor) -> None:
    await page.goto(f"{floor.origin}/voc")
    async with page.expect_download() as waiting:
        await page.click("text=CSVで保存")
    download = await waiting.value
    assert download.suggested_filename.startswith("voc-")
    assert (await download.path()).read_bytes().startswith(b"\xef\xbb\xbf")
