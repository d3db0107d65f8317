"""An agent without a mouse: from the list to the write-up by keys alone, with the focus always to be seen."""

from __future__ import annotations

import asyncio
import json
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from conversation.keys import TYPING
from desk import canned_store
from handoff.offering import GRACE_SECONDS
from handoff.offers import Offers
from handoff.ticket import State
from kb.publish import publish
from nihongo.japan_time import today
from settings import ROOT
from stores import open_redis_sync
from tests.desk.room import Floor
from tests.desk.seat import Seat, sit_down

pytestmark = pytest.mark.browser
_SEEN = "one => { const s = getComputedStyle(one); return s.outlineStyle !== 'none' || one.matches('body, dialog'); }"
_LAST = "document.activeElement"


async def tab_to(page: Page, wanted: Locator, key: str = "Tab", most: int = 80) -> None:
    """By Tab; what has the focus on the way can be seen."""
    for _ in range(most):
        if await wanted.evaluate(f"one => one === {_LAST}"):
            return
        await page.keyboard.press(key)
        assert await page.evaluate(f"({_SEEN})({_LAST})"), await page.evaluate(f"{_LAST}.outerHTML")
    raise AssertionError(f"{wanted} is not reached")


async def press(page: Page, name: str, key: str = "Tab") -> None:
    await tab_to(page, page.get_by_role("button", name=name, exact=True), key)
    await page.keyboard.press("Enter")


async def with_articles(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is published, and a search that finds one of it."""
    client = open_redis_sync(floor.desk.settings.redis_url)
    await asyncio.to_thread(publish, floor.desk.engine, client, ROOT / "kb" / "articles", "editor", "", today())

    async def search(*_: Any) -> list[Any]:
        return [SimpleNamespace(article_id="return-how")]

    monkeypatch.setattr(floor.desk.language, "search", search)


async def test_a_whole_talk(browser: Browser, floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    await with_articles(floor, monkeypatch)
    await asyncio.to_thread(canned_store.plant_canned, floor.desk.engine)
    ticket = await floor.ticket()
    seat = await sit_down(browser, floor, "yamada", "山田")
    page = seat.page
    await claim(seat, ticket.number)
    await page.keyboard.type("承知いたしました。")
    await page.keyboard.press("Enter")
    await expect(seat.transcript.locator(".from-agent .sent")).to_have_text("送信済")
    await read(floor)
    await expect(seat.transcript.locator(".from-agent .sent")).to_have_text("既読")
    await canned(seat)
    await article(seat)
    await transfer(seat)
    await claim(seat, ticket.number)
    await press(page, "会話を終了する", "Shift+Tab")
    await write_up(seat)
    closed = await floor.desk.queue.get(ticket.number)
    assert closed and (closed.state, closed.resolved, closed.note) == (State.CLOSED, True, "ご案内のみ")
    assert seat.complaints == []


async def claim(seat: Seat, number: str) -> None:
    link = seat.page.locator(f"a.ticket[href='/inbox/{number}']")
    await expect(link).to_be_visible()
    await tab_to(seat.page, link)
    await seat.page.keyboard.press("Enter")
    await seat.page.wait_for_url(f"**/inbox/{number}")
    await press(seat.page, "応対を開始する")
    await expect(seat.field).to_be_focused()


async def read(floor: Floor) -> None:
    state = await floor.desk.stream.state("c1")
    await floor.desk.stream.set_state("c1", seen=state["seq"])
    await floor.desk.redis.publish(TYPING, json.dumps({"conversation_id": "c1", "from": "customer", "seen": True}))


async def canned(seat: Seat) -> None:
    """「/」 opens the list, arrows choose; Escape goes back to the field as it was."""
    await seat.page.keyboard.press("/")
    search = seat.page.get_by_role("combobox", name="定型文を絞り込む")
    await expect(search).to_be_focused()
    await seat.page.keyboard.press("Escape")
    await expect(seat.field).to_be_focused()
    await seat.page.keyboard.press("Alt+c")
    await seat.page.keyboard.type("ご注文番号")
    await expect(seat.page.locator("#canned-list [aria-selected=true]")).to_contain_text("確認のお願い")
    await seat.page.keyboard.press("Enter")
    await expect(seat.field).to_be_focused()
    await expect(seat.field).to_have_value(
        "お調べいたしますので、ご注文番号をお知らせいただけますでしょうか。メールの件名に記載されております。"
    )
    await seat.page.keyboard.press("Control+a")
    await seat.page.keyboard.press("Delete")
    await seat.page.keyboard.press("/")
    await seat.page.keyboard.press("ArrowDown")
    await seat.page.keyboard.press("ArrowDown")
    await seat.page.keyboard.press("ArrowUp")
    await expect(seat.page.locator("#canned-list [aria-selected=true]")).to_contain_text("確認のお願い")
    await seat.page.keyboard.press("Escape")


async def article(seat: Seat) -> None:
    await tab_to(seat.page, seat.page.locator("[data-assist-results] summary").first)
    await seat.page.keyboard.press("Enter")
    await press(seat.page, "挿入する")
    await expect(seat.field).to_be_focused()
    assert "返品" in await seat.field.input_value()


async def transfer(seat: Seat) -> None:
    """Escape gives the focus back to the button that opened the dialog."""
    opener, dialog = seat.page.get_by_role("button", name="転送する"), seat.page.locator("dialog[data-dialog=transfer]")
    await press(seat.page, "転送する", "Shift+Tab")
    await expect(dialog.get_by_label("転送先")).to_be_focused()
    await seat.page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    await expect(opener.first).to_be_focused()
    await seat.page.keyboard.press("Enter")
    await tab_to(seat.page, dialog.locator("button.primary"))
    await seat.page.keyboard.press("Enter")
    await seat.page.wait_for_url("**/inbox")


async def write_up(seat: Seat) -> None:
    category = seat.page.locator("select[name=category]")
    await expect(category).to_be_focused()
    await seat.page.keyboard.press("ArrowDown")
    await tab_to(seat.page, seat.page.locator("select[name=disposition]"))
    await seat.page.keyboard.press("ArrowDown")
    await tab_to(seat.page, seat.page.get_by_label("解決した", exact=True))
    await seat.page.keyboard.press("Space")
    await tab_to(seat.page, seat.page.locator(".write-up textarea"))
    await seat.page.keyboard.type("ご案内のみ")
    await press(seat.page, "記録を保存する")
    await expect(seat.page.locator(".composer-off")).to_be_visible()


async def test_the_focus_stays_in_the_list_while_it_moves(browser: Browser, floor: Floor) -> None:
    ticket = await floor.ticket()
    seat = await sit_down(browser, floor, "yamada", "山田")
    link = seat.page.locator(f"a.ticket[href='/inbox/{ticket.number}']")
    await tab_to(seat.page, link)
    await floor.ticket("c2")
    await expect(seat.page.locator("[data-count=waiting]")).to_have_text("2")
    await expect(link).to_be_focused()


async def test_the_menu_folds_in_with_escape(browser: Browser, floor: Floor) -> None:
    ticket = await floor.ticket()
    seat = await sit_down(browser, floor, "yamada", "山田")
    await claim(seat, ticket.number)
    summary = seat.page.locator(".more > summary")
    await tab_to(seat.page, summary, "Shift+Tab")
    await seat.page.keyboard.press("Enter")
    await seat.page.keyboard.press("Tab")
    await expect(seat.page.get_by_role("button", name="責任者を呼ぶ")).to_be_focused()
    await seat.page.keyboard.press("Escape")
    await expect(seat.page.get_by_role("button", name="責任者を呼ぶ")).to_be_hidden()
    await expect(summary).to_be_focused()


async def test_an_offer_is_not_taken_by_the_enter_that_was_to_send(browser: Browser, floor: Floor) -> None:
    mine = await floor.ticket()
    seat = await sit_down(browser, floor, "yamada", "山田")
    await seat.page.select_option("#work", "ready")
    await seat.page.get_by_role("button", name="切り替える").click()
    await expect(seat.page.locator("[data-work-since]")).to_contain_text("受付可です")
    await claim(seat, mine.number)
    await seat.page.keyboard.type("少々お待ち")
    other = await floor.ticket("c2")
    await put(floor)
    offer = seat.page.locator("dialog[data-offer]")
    await expect(offer).to_be_visible()
    await expect(seat.field).to_be_focused()
    await seat.page.keyboard.press("Enter")
    await expect(seat.transcript.locator(".from-agent .sent")).to_have_text("送信済")
    asked = await floor.desk.queue.get(other.number)
    assert asked and asked.state is State.OFFERED
    await seat.page.keyboard.press("Alt+o")
    await expect(offer.get_by_role("button", name="応対する")).to_be_focused()
    await seat.page.keyboard.press("Enter")
    await seat.page.wait_for_url(f"**/inbox/{other.number}")
    assert seat.complaints == []


async def put(floor: Floor) -> None:
    """After the grace of who has just begun a talk."""
    offers = Offers(floor.desk.queue, floor.desk.agents, floor.desk.queues, floor.desk.engine)
    await offers.make(floor.desk.clock() + GRACE_SECONDS)


async def test_an_offer_covers_nothing_of_the_talk_that_is_open(browser: Browser, floor: Floor) -> None:
    mine = await floor.ticket()
    seat = await sit_down(browser, floor, "yamada", "山田")
    await seat.page.select_option("#work", "ready")
    await seat.page.get_by_role("button", name="切り替える").click()
    await seat.claim(mine)
    for width, height in ((1280, 800), (768, 1024)):
        await seat.page.set_viewport_size({"width": width, "height": height})
        other = await floor.ticket(f"c{width}")
        await put(floor)
        await expect(seat.page.locator("dialog[data-offer]")).to_be_visible()
        bar = await seat.page.locator("dialog[data-offer]").bounding_box()
        for part in (seat.transcript, seat.field, seat.page.locator(".talk-head")):
            box = await part.bounding_box()
            assert bar and box and bar["y"] + bar["height"] <= box["y"] and box["y"] + box["height"] <= height
        await seat.page.get_by_role("button", name="辞退する").click()
        await seat.page.wait_for_url("**/inbox")
        await floor.desk.queue.cancel(other.number)
        await seat.open(mine)
    assert seat.complaints == []
