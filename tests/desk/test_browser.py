"""Agents in a real browser: from the queue to the end of a talk."""

from __future__ import annotations

import asyncio
import json
import re

import pytest
from playwright.async_api import Browser, expect

from conversation.keys import TYPING, presence
from desk.staff import Role
from handoff.offers import Offers
from handoff.ticket import Reason, State
from kb.publish import publish
from nihongo.japan_time import today
from settings import ROOT
from stores import open_redis_sync
from tests.desk.room import PASSWORD, Floor
from tests.desk.seat import SHARED_SCREEN, Seat, sit_down

pytestmark = pytest.mark.browser


async def test_from_the_queue_to_the_end_of_a_talk(browser: Browser, floor: Floor) -> None:
    client = open_redis_sync(floor.desk.settings.redis_url)
    await asyncio.to_thread(publish, floor.desk.engine, client, ROOT / "kb" / "articles", "editor", "", today())
    seat = await sit_down(browser, floor, "yamada", "山田")
    await floor.desk.redis.set(presence("c1"), "1")
    ticket = await floor.ticket()
    await floor.ticket("c2", reason=Reason.CUSTOMER_REQUEST)
    angry = await floor.ticket("c3", reason=Reason.COMPLAINT_RECOVERY, priority=5)
    await expect(seat.page.locator("[data-count=waiting]")).to_have_text("3")
    await expect(seat.page.locator("[data-list=waiting] a").first).to_have_attribute("href", f"/inbox/{angry.number}")
    await expect(seat.page).to_have_title("(3) 有人対応｜ツバメ生活堂 窓口デスク")
    await seat.picture("queue")
    await seat.open(ticket)
    await seat.picture("preview")
    await seat.page.get_by_role("button", name="応対を開始する").click()
    await expect(seat.transcript).to_contain_text("担当の山田が承ります")
    await floor.customer("c1", "写真を送ったほうがよいですか？", "c1-3")
    await expect(seat.transcript).to_contain_text("写真を送ったほうがよいですか？")
    await seat.field.fill("ご不便をおかけして申し訳ございません。写真は不要です。\n新しい品を本日中に手配いたします。")
    await seat.field.press("Enter")
    await expect(seat.transcript.locator(".from-agent .sent")).to_have_text("送信済")
    await expect(seat.field).to_have_value("")
    await floor.desk.redis.publish(TYPING, json.dumps({"conversation_id": "c1", "from": "customer"}))
    await expect(seat.page.locator("[data-typing]")).to_have_text("お客様が入力しています…")
    await seat.page.locator(".candidates summary").first.click()
    await expect(seat.page.locator(".candidates .answer").first).to_contain_text("着払い")
    await seat.picture("talk")
    await seat.page.get_by_role("button", name="会話を終了する").click()
    await expect(seat.transcript).to_contain_text("担当者との会話を終了しました")
    await seat.page.select_option("select[name=category]", "返品・交換/不良・破損/破損")
    await seat.page.select_option("select[name=disposition]", "follow_up")
    await seat.page.get_by_label("解決していない").check()
    await seat.page.locator(".write-up textarea").fill("交換品の手配後、発送日を連絡")
    await seat.picture("close")
    await seat.page.get_by_role("button", name="記録を保存する").click()
    await expect(seat.page.locator(".composer-off")).to_contain_text("後日あらためて対応")
    closed = await floor.desk.queue.get(ticket.number)
    assert closed and (closed.state, closed.resolved) == (State.CLOSED, False)
    assert closed.category == "返品・交換/不良・破損/破損"
    assert seat.complaints == []


async def test_of_two_agents_the_second_is_told_who_was_first(browser: Browser, floor: Floor) -> None:
    ticket = await floor.ticket()
    first, second = (
        await sit_down(browser, floor, "yamada", "山田"),
        await sit_down(browser, floor, "suzuki", "鈴木"),
    )
    await first.open(ticket)
    await second.open(ticket)
    await first.page.get_by_role("button", name="応対を開始する").click()
    await expect(second.page.get_by_role("alert")).to_have_text("山田さんが先に応対を開始しました。")
    await expect(second.transcript).to_have_count(0)
    await second.picture("lost")
    assert first.complaints == second.complaints == []


async def test_who_is_ready_is_called_and_after_a_no_the_next_one(browser: Browser, floor: Floor) -> None:
    first = await sit_down(browser, floor, "yamada", "山田")
    second = await sit_down(browser, floor, "suzuki", "鈴木")
    for seat in (first, second):
        await seat.page.select_option("#work", "ready")
        await seat.page.get_by_role("button", name="切り替える").click()
        await expect(seat.page.locator("[data-work-since]")).to_contain_text("受付可です")
    ticket = await floor.ticket()
    offers = Offers(floor.desk.queue, floor.desk.agents, floor.desk.queues, floor.desk.engine)
    await offers.make(floor.desk.clock())
    await expect(first.page.locator("[data-offer-reason]")).to_have_text("続けて回答できず")
    await expect(first.page.locator("[data-offer-left]")).to_have_text(re.compile(r"^(1\d|20)$"))
    await expect(second.page.locator("dialog[data-offer]")).to_be_hidden()
    await first.picture("offer")
    await first.page.get_by_role("button", name="辞退する").click()
    await expect(first.page.locator("dialog[data-offer]")).to_be_hidden()
    await offers.make(floor.desk.clock())
    await second.page.get_by_role("button", name="応対する").click()
    await expect(second.field).to_be_focused()
    assert [event.event for event in await floor.desk.queue.events(ticket.number)] == [
        "opened",
        "offered",
        "declined",
        "offered",
        "claimed",
    ]
    assert first.complaints == second.complaints == []


async def test_handed_on_with_a_note_and_taken_over_by_the_supervisor(browser: Browser, floor: Floor) -> None:
    ticket = await floor.ticket()
    first, second = await sit_down(browser, floor, "yamada", "山田"), await sit_down(browser, floor, "suzuki", "鈴木")
    boss = await sit_down(browser, floor, "kato", "加藤", Role.SUPERVISOR)
    await second.page.select_option("#work", "ready")
    await second.page.get_by_role("button", name="切り替える").click()
    await expect(second.page.locator("[data-work-since]")).to_contain_text("受付可です")
    await first.claim(ticket)
    await first.page.get_by_role("button", name="転送する").click()
    await first.page.get_by_label("転送先").select_option(label="鈴木（受付可）")
    await first.page.locator("dialog[open] textarea").fill("写真は受け取り済みです")
    await first.picture("transfer")
    await first.page.locator("dialog[open] button.primary").click()
    await first.page.wait_for_url("**/inbox")
    await second.claim(ticket)
    await expect(second.page.locator("[data-notes]")).to_contain_text("写真は受け取り済みです")
    await second.page.locator(".more > summary").click()
    await second.page.get_by_role("button", name="責任者を呼ぶ").click()
    await expect(boss.page.locator(f"a.ticket[href='/inbox/{ticket.number}']")).to_contain_text("責任者を呼び出し中")
    await boss.open(ticket)
    await boss.page.get_by_role("button", name="社内メモ").click()
    await boss.page.locator("dialog[open] textarea").fill("返金でかまいません")
    await boss.page.get_by_role("button", name="メモを残す").click()
    await expect(second.page.locator("[data-notes] .whisper")).to_contain_text("返金でかまいません")
    await second.picture("whisper")
    await boss.page.get_by_role("button", name="割り当てる・引き取る").click()
    await boss.page.get_by_role("button", name="決定する").click()
    await expect(boss.field).to_be_focused()
    await expect(boss.transcript).to_contain_text("担当の加藤が承ります")
    await expect(second.page.get_by_role("alert")).to_have_text("加藤さんが引き継ぎました。")
    assert first.complaints == second.complaints == boss.complaints == []


async def test_back_to_the_bot(browser: Browser, floor: Floor) -> None:
    ticket = await floor.ticket()
    seat = await sit_down(browser, floor, "yamada", "山田")
    await seat.claim(ticket)
    await seat.page.locator(".more > summary").click()
    await seat.page.get_by_role("button", name="自動応答に戻す").click()
    await expect(seat.transcript).to_contain_text("自動応答に戻りました")
    assert (await floor.desk.stream.state("c1"))["talking_to"] == "bot"


async def test_the_admin_invites_and_the_invited_makes_an_account(browser: Browser, floor: Floor) -> None:
    seat = await sit_down(browser, floor, "kanri", "管理 花子", *Role)
    await seat.page.goto(f"{floor.origin}/users")
    await seat.page.locator("form[action='/users/invite'] input[value=agent]").check()
    await seat.page.get_by_role("button", name="招待リンクを発行").click()
    link = await seat.page.locator("input[data-select]").input_value()
    await seat.picture("users")
    guest = Seat(await (await browser.new_context(viewport=SHARED_SCREEN, locale="ja-JP")).new_page(), floor)
    await guest.page.goto(f"{floor.origin}/login")
    await guest.picture("login")
    await guest.page.goto(link)
    await guest.picture("welcome")
    for field, text in (("name", "sato"), ("display_name", "佐藤"), ("password", PASSWORD), ("again", PASSWORD)):
        await guest.page.fill(f"input[name={field}]", text)
    await guest.page.get_by_role("button", name="作成してサインイン").click()
    await guest.page.wait_for_url("**/inbox")
    await expect(guest.page.locator(".who-name")).to_have_text("佐藤")
    await expect(guest.page.locator(".menu a")).to_have_text(["有人対応", "フォロー", "営業カレンダー"])
    await seat.page.goto(f"{floor.origin}/audit")
    await expect(seat.page.locator("tbody")).to_contain_text("アカウント作成")
    await seat.picture("audit")
    assert seat.complaints == guest.complaints == []
