"""What an agent writes: the draft, the key that sends, a connection that is lost."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from desk.staff import Role
from desk.work import set_work
from handoff.agents import Work
from tests.desk.room import Floor
from tests.desk.seat import agents_words, sit_down

pytestmark = pytest.mark.browser


async def test_a_draft_survives_a_reload_and_leaves_with_the_agent(browser: Browser, floor: Floor) -> None:
    ticket = await floor.ticket()
    seat = await sit_down(browser, floor, "yamada", "山田")
    await seat.claim(ticket)
    await seat.field.fill("書きかけの文")
    await seat.page.reload()
    await expect(seat.field).to_have_value("書きかけの文")
    await seat.page.get_by_role("button", name="サインアウト").click()
    await seat.page.wait_for_url("**/login")
    assert await seat.page.evaluate("localStorage.length") == 0


async def test_enter_that_settles_a_conversion_does_not_send(browser: Browser, floor: Floor) -> None:
    ticket = await floor.ticket()
    seat = await sit_down(browser, floor, "yamada", "山田")
    await seat.claim(ticket)
    keyboard = await seat.page.context.new_cdp_session(seat.page)
    await keyboard.send("Input.imeSetComposition", {"text": "承知", "selectionStart": 2, "selectionEnd": 2})
    await seat.field.press("Enter")
    await keyboard.send("Input.insertText", {"text": "承知しました"})
    assert await agents_words(floor) == []
    await seat.field.press("Shift+Enter")
    await seat.page.keyboard.type("。")
    await seat.field.press("Enter")
    await expect(seat.transcript.locator(".from-agent .sent")).to_have_text("送信済")
    (said,) = await agents_words(floor)
    assert said.replace("\n", "").startswith("承知")


async def test_what_is_sent_without_a_connection_is_said_once_afterwards(browser: Browser, floor: Floor) -> None:
    ticket = await floor.ticket()
    seat = await sit_down(browser, floor, "yamada", "山田")
    await seat.claim(ticket)
    await expect(seat.transcript).to_contain_text("承ります")
    await seat.page.context.route_web_socket("**/inbox/socket*", lambda ws: ws.close())
    await floor.desk.live.close()
    await expect(seat.page.locator("[data-link]")).to_have_text("接続が切れました。つなぎ直しています…")
    await seat.field.fill("切れている間の言葉")
    await seat.field.press("Enter")
    await expect(seat.transcript.locator(".sent")).to_have_text("送信中…")
    assert await agents_words(floor) == []
    await seat.page.context.unroute_all()
    await seat.page.context.route_web_socket("**/inbox/socket*", lambda ws: ws.connect_to_server() and None)
    await seat.page.reload()
    await expect(seat.transcript.locator(".sent")).to_have_text("送信済")
    assert await agents_words(floor) == ["切れている間の言葉"]
    assert await seat.page.evaluate(f"localStorage.getItem('outbox:{ticket.number}')") is None


async def test_a_note_half_written_outlives_the_talk_that_is_taken_away(browser: Browser, floor: Floor) -> None:
    ticket = await floor.ticket()
    seat = await sit_down(browser, floor, "yamada", "山田")
    await seat.claim(ticket)
    await seat.page.get_by_role("button", name="転送する").first.click()
    await seat.page.locator("[data-dialog=transfer] textarea").fill("返品の品番を確認中です")
    await floor.desk.queue.assign(ticket.number, "9", "9", "加藤")
    await seat.page.wait_for_url("**?lost=1")
    await expect(seat.page.get_by_role("alert")).to_contain_text("加藤さんが引き継ぎました")
    await expect(seat.page.locator("[data-kept] textarea")).to_have_value("返品の品番を確認中です")
    await seat.page.reload()
    await expect(seat.page.locator("[data-kept]")).to_be_hidden()
    assert seat.complaints == []


async def test_what_is_not_sent_after_a_doubt_goes_back_into_the_field(browser: Browser, floor: Floor) -> None:
    ticket = await floor.ticket()
    seat = await sit_down(browser, floor, "yamada", "山田")
    await seat.claim(ticket)
    seat.page.remove_listener("dialog", seat.consents)
    seat.page.once("dialog", lambda dialog: dialog.dismiss())
    await seat.field.fill("090-1234-5678におかけします")
    await seat.field.press("Enter")
    await expect(seat.field).to_have_value("090-1234-5678におかけします")
    await expect(seat.transcript.locator(".from-agent")).to_have_count(0)
    assert await agents_words(floor) == [] and seat.complaints == []


async def test_the_list_of_a_transfer_shows_who_is_there_when_it_is_opened(browser: Browser, floor: Floor) -> None:
    ticket = await floor.ticket()
    seat = await sit_down(browser, floor, "yamada", "山田")
    await seat.claim(ticket)
    colleague = seat.page.locator("[data-dialog=transfer] option", has_text="鈴木")
    await expect(colleague).to_have_count(0)
    suzuki = floor.add("suzuki", Role.AGENT, display_name="鈴木")
    await set_work(floor.desk, suzuki, Work.READY)
    await floor.desk.agents.here(suzuki.id)
    await seat.page.get_by_role("button", name="転送する").first.click()
    await expect(colleague).to_have_text("鈴木（受付可）")
    await seat.page.keyboard.press("Escape")
    await set_work(floor.desk, suzuki, Work.BREAK, "lunch")
    await seat.page.get_by_role("button", name="転送する").first.click()
    await expect(colleague).to_have_text("鈴木（昼休み）")
    assert seat.complaints == []
