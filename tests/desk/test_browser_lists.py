"""The lists of an agent's page in a browser."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace

import pytest
from playwright.async_api import Browser, expect

from desk.staff import Role
from handoff.keys import ticket as ticket_key
from handoff.queue_settings import QueueSettings
from handoff.store import save_queue
from handoff.ticket import Packet, Reason, Ticket
from tests.desk.room import Floor
from tests.desk.seat import sit_down

pytestmark = pytest.mark.browser


async def opened_before(floor: Floor, ticket: Ticket, seconds: float) -> None:
    earlier = replace(ticket, opened_at=ticket.opened_at - seconds)
    await floor.desk.redis.set(ticket_key(ticket.conversation_id, ticket.number), earlier.to_json())


async def test_who_is_about_to_wait_too_long_is_told_in_words(browser: Browser, floor: Floor) -> None:
    await asyncio.to_thread(save_queue, floor.desk.engine, QueueSettings("general", "総合受付", target_seconds=3600))
    fresh, soon, late = await floor.ticket(), await floor.ticket("c2"), await floor.ticket("c3")
    await opened_before(floor, soon, 3000)
    await opened_before(floor, late, 4000)
    seat = await sit_down(browser, floor, "yamada", "山田")
    numbers = [ticket.number for ticket in (fresh, soon, late)]
    lines = {number: seat.page.locator(f"a.ticket[href='/inbox/{number}']") for number in numbers}
    await expect(seat.page.locator("[data-count=waiting]")).to_have_text("3")
    await expect(lines[soon.number]).to_contain_text(re.compile("目標3600秒まであと(5[0-9][0-9]|600)秒"))
    await expect(lines[late.number]).to_contain_text("目標3600秒を超過")
    await expect(lines[fresh.number].locator(".promise")).to_be_hidden()
    assert seat.complaints == []


async def test_abusive_words_are_folded_until_somebody_opens_them(browser: Browser, floor: Floor) -> None:
    sign = {"kind": "abuse", "category": "insult", "words": ["このクズ野郎"], "message": 5}
    said = {"kind": "words", "matter": "complaint", "words": ["対応が悪い"]}
    ticket = await floor.ticket(
        reason=Reason.COMPLAINT_RECOVERY,
        packet=Packet(question="対応が悪い、このクズ野郎", signs=(said, sign)),
        priority=5,
    )
    await floor.customer("c1", "対応が悪い、このクズ野郎", "c1-3")
    await floor.ticket("c2", reason=Reason.ABUSE, packet=Packet(question="火をつけてやる"))
    seat = await sit_down(browser, floor, "yamada", "山田")
    await expect(seat.page.locator("[data-list=waiting]")).to_contain_text("要 責任者応対")
    snippet = seat.page.locator("[data-list=waiting] .folded")
    await expect(snippet).to_have_count(1)  # of the supervisors' matter the agent sees no words at all
    await seat.open(ticket)
    word = seat.transcript.locator(".from-customer").last
    await expect(word).to_contain_text("不適切な表現を含むおそれがあるため折りたたんでいます")
    await expect(word.get_by_text("このクズ野郎")).to_be_hidden()
    await expect(seat.page.locator(".why .reason")).to_have_text("苦情・不手際の回復（「対応が悪い」）")
    await seat.picture("folded")
    button = word.get_by_role("button", name="表示する")
    await button.focus()
    await seat.page.keyboard.press("Enter")
    await expect(word.get_by_text("このクズ野郎")).to_be_visible()
    await expect(word.get_by_role("button", name="隠す")).to_have_attribute("aria-expanded", "true")
    await snippet.get_by_role("button", name="表示する").click()
    await floor.customer("c1", "まだですか", "c1-4")  # the list is drawn anew
    await expect(seat.transcript).to_contain_text("まだですか")
    await expect(snippet.get_by_text("このクズ野郎")).to_be_visible()
    why = seat.page.locator(".why")
    await why.get_by_role("button", name="表示する").first.click()
    await expect(why.locator("blockquote").get_by_text("このクズ野郎")).to_be_visible()
    assert seat.complaints == []


async def test_a_press_is_not_lost_when_the_line_changes_under_it(browser: Browser, floor: Floor) -> None:
    await floor.ticket()
    pressed, below = await floor.ticket("c2"), await floor.ticket("c3")
    seat = await sit_down(browser, floor, "yamada", "山田")
    waiting = seat.page.locator("[data-list=waiting]")
    line = waiting.locator(f"a.ticket[href='/inbox/{pressed.number}']")
    await line.locator(".chips").hover()
    await seat.page.mouse.down()
    await floor.desk.queue.offer(pressed.number, "9")
    await floor.desk.queue.claim(below.number, "9", "加藤")
    await expect(line).to_contain_text("呼び出し中")
    await expect(waiting.locator("a.ticket")).to_have_count(2)
    await seat.page.mouse.up()
    await seat.page.wait_for_url(f"**/inbox/{pressed.number}")
    assert seat.complaints == []


async def test_the_supervisor_sees_how_busy_colleagues_are_when_the_list_is_opened(
    browser: Browser, floor: Floor
) -> None:
    tickets = [await floor.ticket(f"c{number}") for number in range(3)]
    boss = await sit_down(browser, floor, "kato", "加藤", Role.SUPERVISOR)
    seat = await sit_down(browser, floor, "yamada", "山田")
    await seat.page.select_option("#work", "ready")
    await seat.page.get_by_role("button", name="切り替える").click()
    await expect(seat.page.locator("[data-work-since]")).to_contain_text("受付可です")
    yamada = next(one for one in await floor.desk.agents.all() if one.name == "山田")
    await boss.open(tickets[0])
    dialog = boss.page.locator("dialog[data-dialog=assign]")
    for busy, ticket in enumerate(tickets[1:], 1):
        await floor.desk.queue.claim(ticket.number, yamada.id, "山田")
        await boss.page.get_by_role("button", name="割り当てる・引き取る").click()
        await expect(dialog.locator("option", has_text="山田")).to_have_text(f"山田（受付可・応対中{busy}件）")
        await boss.page.keyboard.press("Escape")
        await expect(dialog).to_be_hidden()
    await boss.page.get_by_role("button", name="割り当てる・引き取る").click()
    await dialog.locator("select").select_option(label="山田（受付可・応対中2件）")
    await dialog.get_by_role("button", name="決定する").click()
    await expect(boss.page.locator(".composer-off")).to_have_text("山田さんが応対中です。")
    assert boss.complaints == []
