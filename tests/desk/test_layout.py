"""How the desk's pages lie: rings beside labels, a transcript that keeps its room, figures in columns."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from desk.staff import Role
from handoff.agents import Agent, Work
from handoff.ticket import URGENT
from tests.desk.room import Floor
from tests.desk.seat import sit_down

pytestmark = pytest.mark.browser
# How far the ring of a focused field reaches over the label above it, in pixels.
OVER_LABEL = """field => {
  field.focus();
  const style = getComputedStyle(field), label = field.labels[0].getBoundingClientRect();
  const reach = parseFloat(style.outlineWidth) + parseFloat(style.outlineOffset);
  return label.bottom - (field.getBoundingClientRect().top - reach);
}"""


async def test_the_ring_of_a_select_leaves_its_label_alone(browser: Browser, floor: Floor) -> None:
    seat = await sit_down(browser, floor, "yamada", "山田")
    await seat.page.locator("#work").focus()
    await seat.page.keyboard.press("Shift+Tab")
    await seat.page.keyboard.press("Tab")  # as the keyboard goes: the ring shows
    assert await seat.page.locator("#work").evaluate(OVER_LABEL) <= 1.0
    assert await seat.page.locator("#work").evaluate("field => getComputedStyle(field).outlineStyle") != "none"


@pytest.mark.parametrize("size", [(1280, 800), (1024, 768)])
async def test_long_notes_leave_the_talk_its_room_at_the_write_up(
    browser: Browser, floor: Floor, size: tuple[int, int]
) -> None:
    ticket = await floor.ticket()
    seat = await sit_down(browser, floor, "yamada", "山田")
    await seat.page.set_viewport_size({"width": size[0], "height": size[1]})
    await seat.claim(ticket)
    for _ in range(3):
        await floor.desk.queue.note(ticket.number, "9", "加藤", "在庫の確認が必要です。" * 60, True)
    await seat.page.get_by_role("button", name="会話を終了する").click()
    await expect(seat.page.get_by_role("heading", name="応対の記録")).to_be_visible()
    field = seat.page.locator(".write-up textarea")
    await field.fill("長い応対メモです。\n" * 60)
    await field.evaluate("field => { field.style.height = '2000px'; }")  # dragged as far as it goes
    assert await seat.transcript.evaluate("log => log.clientHeight") >= 120
    notes = seat.page.locator("[data-notes]")
    assert await notes.evaluate("list => list.scrollHeight > list.clientHeight && list.clientHeight > 40")
    await seat.page.get_by_role("button", name="記録を保存する").scroll_into_view_if_needed()
    await expect(seat.page.get_by_role("button", name="記録を保存する")).to_be_in_viewport()


async def test_the_boards_times_stand_under_each_other(browser: Browser, floor: Floor) -> None:
    for number, shown in enumerate(("山田", "鈴木")):
        await floor.desk.agents.set(Agent(str(number), shown), Work.READY)
        await floor.desk.agents.here(str(number))
    seat = await sit_down(browser, floor, "kato", "加藤", Role.SUPERVISOR)
    await seat.page.goto(f"{floor.origin}/wallboard")
    cells = seat.page.locator("[data-board] tbody td.figures:not(.slots td)")
    styles = await cells.evaluate_all(
        "cells => cells.map(one => [getComputedStyle(one).textAlign, getComputedStyle(one).fontVariantNumeric])"
    )
    assert len(styles) >= 4 and {tuple(one) for one in styles} == {("right", "tabular-nums")}


# What lies under the middle of each field is the field itself, or its label.
COVERED = """form => [...form.querySelectorAll("input:not([type=hidden]), select, textarea, button")].filter(one => {
  one.scrollIntoView({ block: "center" });
  const { left, top, width, height } = one.getBoundingClientRect();
  const there = document.elementFromPoint(left + width / 2, top + height / 2);
  return !one.contains(there) && ![...(one.labels ?? [])].some((label) => label.contains(there));
}).map((one) => one.name || one.textContent)"""


@pytest.mark.parametrize("size", [(800, 1280), (768, 1024), (800, 600)])
async def test_upright_the_context_covers_nothing_of_the_talk(
    browser: Browser, floor: Floor, size: tuple[int, int]
) -> None:
    ticket, talking = await floor.ticket(), await floor.ticket("c2")
    seat = await sit_down(browser, floor, "yamada", "山田")
    await seat.page.set_viewport_size({"width": size[0], "height": size[1]})
    await seat.claim(talking)
    assert await seat.page.locator(".composer").evaluate(COVERED) == []
    await seat.claim(ticket)
    for _ in range(3):
        await floor.desk.queue.note(ticket.number, "9", "加藤", "在庫の確認が必要です。" * 30, True)
    await seat.page.get_by_role("button", name="会話を終了する").click()
    await expect(seat.page.get_by_role("heading", name="応対の記録")).to_be_visible()
    await expect(seat.page.locator("[data-notes] li")).to_have_count(3)
    await expect(seat.transcript).to_contain_text("担当者との会話を終了しました")
    assert await seat.page.locator(".write-up").evaluate(COVERED) == []
    await seat.page.get_by_label("解決していない").check()


@pytest.mark.parametrize("size", [(1280, 800), (1024, 768), (800, 1280)])
async def test_a_supervisor_reaches_every_button_of_an_urgent_ticket_that_waits(
    browser: Browser, floor: Floor, size: tuple[int, int]
) -> None:
    ticket = await floor.ticket(priority=URGENT)
    seat = await sit_down(browser, floor, "kato", "加藤", Role.AGENT, Role.SUPERVISOR)
    await seat.page.set_viewport_size({"width": size[0], "height": size[1]})
    await seat.open(ticket)
    deeds = seat.page.locator(".deeds")
    await expect(deeds.get_by_role("button", name="社内メモ")).to_be_visible()
    assert await deeds.evaluate(COVERED) == []
    assert await seat.page.locator(".talk").evaluate("talk => talk.scrollWidth <= talk.clientWidth")
