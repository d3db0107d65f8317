"""Every page of the desk with a full room, on a screen and on tablets: nothing that axe finds grave, nothing wider than
the window. PICTURES=1 renews docs/screenshots (tests/pictures.py); PICTURES=<folder> keeps all screens there."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from handoff.offers import Offers
from settings import ROOT, Settings
from tests import axe
from tests.desk.full_room import FullRoom, full_room
from tests.desk.room import PASSWORD
from tests.pictures import keep, save

SCREENS = {"desk": (1280, 800), "tablet": (1024, 768), "upright": (768, 1024)}
AUDITED = ("desk", "upright")  # the third has the same layout as the first
pytestmark = pytest.mark.browser
Act = Callable[[Page, FullRoom], Awaitable[None]]


@pytest.fixture
async def room(desk_settings: Settings, aiohttp_client: Any) -> FullRoom:
    return await full_room(desk_settings.copy(update={"kb_dir": ROOT / "kb" / "articles"}), aiohttp_client)


def ticket(name: str, then: Act | None = None) -> Act:
    """The page of this ticket, and what is done there."""

    async def act(page: Page, room: FullRoom) -> None:
        await page.goto(f"{room.floor.origin}/inbox/{room.tickets[name].number}")
        await expect(page.locator("[data-transcript] .word").first).to_be_visible()
        if then:
            await then(page, room)

    return act


def at(path: str) -> Act:
    async def act(page: Page, room: FullRoom) -> None:
        await page.goto(f"{room.floor.origin}{path}")

    return act


def press(name: str) -> Act:
    async def act(page: Page, _: FullRoom) -> None:
        await page.get_by_role("button", name=name, exact=True).first.click()
        await expect(page.locator("dialog[open]")).to_be_visible()

    return act


async def end(page: Page, _: FullRoom) -> None:
    await page.get_by_role("button", name="会話を終了する").click()
    await page.select_option("select[name=category]", "返品・交換/不良・破損/破損")
    await page.locator(".write-up textarea").fill("交換品を手配。発送日を明日ご連絡")


async def offer(page: Page, room: FullRoom) -> None:
    await page.goto(f"{room.floor.origin}/inbox")
    desk = room.floor.desk
    await desk.agents.here(room.users["suzuki"].id)
    await Offers(desk.queue, desk.agents, desk.queues, desk.engine).make(desk.clock())
    await expect(page.locator("dialog[data-offer]")).to_be_visible()


async def supervisor(page: Page, room: FullRoom) -> None:
    """A queue is below its promise: told on every page until the notice is closed."""
    await ticket("others")(page, room)
    await expect(page.locator(".toast")).to_contain_text("目標（60秒以内に80%）を下回っています")


async def close_notice(page: Page, room: FullRoom) -> None:
    await at("/tasks")(page, room)
    await page.locator(".toast").get_by_role("button", name="閉じる").click()
    await page.reload()
    await expect(page.locator(".toast")).to_have_count(0)


async def sign_out(page: Page, room: FullRoom) -> None:
    await page.get_by_role("button", name="サインアウト").click()
    await page.wait_for_url("**/login")


async def called(page: Page, room: FullRoom) -> None:
    desk, user = room.floor.desk, room.users["kato"]
    await desk.queue.assign(room.tickets["called"].number, user.id, user.id, user.display_name)
    await ticket("called")(page, room)


# Who looks, the picture's name, how to come there. What changes the room comes last.
PAGES: tuple[tuple[str, str, Act], ...] = (
    ("yamada", "queue", at("/inbox")),
    ("yamada", "preview", ticket("waiting")),
    ("yamada", "folded", ticket("rude")),
    ("yamada", "talk", ticket("broken")),
    ("yamada", "canned", ticket("broken", press("定型文"))),
    ("yamada", "note", ticket("broken", press("社内メモ"))),
    ("yamada", "transfer", ticket("broken", press("転送する"))),
    ("yamada", "article-note", ticket("broken", press("記事の間違い・不足を知らせる"))),
    ("yamada", "tasks", at("/tasks")),
    ("yamada", "calendar-read", at("/calendar")),
    ("yamada", "write-up", ticket("sizes", end)),
    ("kato", "supervisor", supervisor),
    ("kato", "assign", ticket("others", press("割り当てる・引き取る"))),
    ("kato", "all-tasks", close_notice),
    ("kato", "wallboard", at("/wallboard")),
    ("kato", "queues", at("/queues")),
    ("kato", "callbacks", at("/callbacks?all=1")),
    ("kato", "canned-page", at("/canned")),
    ("kato", "calendar-page", at("/calendar")),
    ("kato", "voc", at("/voc")),
    ("kato", "callback", called),
    ("kanri", "board", close_notice),
    ("kanri", "articles", at("/articles")),
    ("kanri", "article", at("/articles/return-how")),
    ("kanri", "history", at("/articles/return-how/history")),
    ("kanri", "releases", at("/articles/-/releases")),
    ("kanri", "article-notes", at("/article-notes")),
    ("kanri", "users-page", at("/users")),
    ("kanri", "twilio-off", at("/twilio")),
    ("kanri", "audit-page", at("/audit")),
    ("kanri", "missing", at("/no-such-page")),
    ("suzuki", "offer", offer),
    ("kanri", "login-page", sign_out),
    ("kanri", "welcome-page", at("/welcome?token=none")),
)

# Where the name says not all.
NAMED = {
    "articles": "editor-list",
    "article": "editor-article",
    "history": "editor-history",
    "releases": "editor-publish",
}


@pytest.mark.parametrize("screen", SCREENS)
async def test_every_page(browser: Browser, room: FullRoom, screen: str) -> None:
    people = {who: await sit_down(browser, room, who, screen) for who in ("yamada", "suzuki", "kato", "kanri")}
    found: list[str] = []
    for who, name, come in PAGES:
        page = people[who]
        await come(page, room)
        found += [f"{name}: {each}" for each in await axe.findings(page)] if screen in AUDITED else []
        wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
        found += [f"{name}: {wide} px too wide"] if wide > 0 else []
        await picture(page, name, screen)
    assert not found, "\n".join(found)


async def sit_down(browser: Browser, room: FullRoom, who: str, screen: str) -> Page:
    width, height = SCREENS[screen]
    context = await browser.new_context(viewport={"width": width, "height": height}, locale="ja-JP")
    page = await context.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    await page.goto(f"{room.floor.origin}/login")
    await page.fill("input[name=name]", who)
    await page.fill("input[name=password]", PASSWORD)
    await page.click("main button[type=submit]")
    await page.wait_for_url(lambda url: "/login" not in url)
    return page


async def picture(page: Page, name: str, screen: str) -> None:
    wanted = os.environ.get("PICTURES", "")
    if wanted not in ("", "1"):
        save(await page.screenshot(), Path(wanted) / f"{screen}-{name}.png")
    elif screen == "desk":
        await keep(page, NAMED.get(name, f"desk-{name}"))
