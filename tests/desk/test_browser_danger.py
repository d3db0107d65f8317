"""Who may be in danger: marked before all else wherever an agent sees the ticket."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from handoff.offers import Offers
from handoff.ticket import URGENT, Packet, Reason
from tests.desk.room import Floor
from tests.desk.seat import sit_down

pytestmark = pytest.mark.browser
DANGER = "緊急：身の危険のおそれ"


async def test_danger_is_told_in_the_list_the_offer_and_the_talk(browser: Browser, floor: Floor) -> None:
    sign = {"kind": "words", "matter": "accident", "words": ["煙が出ています"]}
    packet = Packet(question="届いた鍋から煙が出ています", signs=(sign,))
    ticket = await floor.ticket(reason=Reason.COMPLEX_TOPIC, priority=URGENT, packet=packet)
    seat = await sit_down(browser, floor, "yamada", "山田")
    line = seat.page.locator(f"a.ticket[href='/inbox/{ticket.number}']")
    await expect(line.locator(".chip").first).to_have_text(DANGER)
    await seat.page.select_option("#work", "ready")
    await seat.page.get_by_role("button", name="切り替える").click()
    await expect(seat.page.locator("[data-work-since]")).to_contain_text("受付可です")
    await Offers(floor.desk.queue, floor.desk.agents, floor.desk.queues, floor.desk.engine).make(floor.desk.clock())
    reason = seat.page.locator("[data-offer-reason]")
    await expect(reason).to_have_text(DANGER)
    told = (reason, line.locator(".chip").first)
    colours = [await one.evaluate("one => [getComputedStyle(one).color, one.className]") for one in told]
    assert colours == [["rgb(163, 38, 28)", "reason urgent"], ["rgb(255, 255, 255)", "chip urgent"]]
    await seat.page.get_by_role("button", name="応対する").click()
    await expect(seat.page.locator(".talk-head .chip").first).to_have_text(DANGER)
    await expect(line).to_have_attribute("aria-current", "true")
    await expect(line.locator(".chip").first).to_have_css("background-color", "rgb(163, 38, 28)")  # chosen, too
    await expect(seat.page.locator(".why .reason.urgent")).to_have_text(f"{DANGER}（「煙が出ています」）")
    assert seat.complaints == []
