"""Agents in a real browser. With PICTURES=1 docs/screenshots are made anew."""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from conversation.keys import TYPING, presence
from conversation.words import Speaker
from desk.staff import Role
from handoff.keys import ticket as ticket_key
from handoff.offers import Offers
from handoff.queue_settings import QueueSettings
from handoff.store import save_queue
from handoff.ticket import Packet, Reason, State, Ticket
from kb.publish import publish
from nihongo.japan_time import today
from settings import ROOT
from stores import open_redis_sync
from tests.chromium import opened
from tests.desk.room import PASSWORD, Floor

KEPT = ROOT / "docs" / "screenshots"
SHARED_SCREEN = {"width": 1280, "height": 800}
_IN_DOCS = ("lost", "users", "login", "welcome", "audit")  # the others are made by test_every_page.py
pytestmark = pytest.mark.browser


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with opened() as browser:
        yield browser


class Seat:
    """An agent at a browser of their own."""

    def __init__(self, page: Page, floor: Floor) -> None:
        self.page, self.floor = page, floor
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.on("dialog", lambda dialog: dialog.accept())

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
        await self.page.get_by_role("button", name="対応を開始する").click()
        await expect(self.field).to_be_focused()

    async def picture(self, name: str, folder: Path) -> None:
        """Nothing may be wider than the window."""
        assert await self.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        target = KEPT if os.environ.get("PICTURES") and name in _IN_DOCS else folder
        await self.page.screenshot(path=str(target / f"desk-{name}.png"))


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


async def test_from_the_queue_to_the_end_of_a_talk(browser: Browser, floor: Floor, tmp_path: Path) -> None:
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
    await seat.picture("queue", tmp_path)
    await seat.open(ticket)
    await seat.picture("preview", tmp_path)
    await seat.page.get_by_role("button", name="対応を開始する").click()
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
    await seat.picture("talk", tmp_path)
    await seat.page.get_by_role("button", name="会話を終了する").click()
    await expect(seat.transcript).to_contain_text("担当者との会話を終了しました")
    await seat.page.select_option("select[name=category]", "返品・交換/不良・破損/破損")
    await seat.page.select_option("select[name=disposition]", "follow_up")
    await seat.page.get_by_label("解決していない").check()
    await seat.page.locator(".write-up textarea").fill("交換品の手配後、発送日を連絡")
    await seat.picture("close", tmp_path)
    await seat.page.get_by_role("button", name="記録を保存する").click()
    await expect(seat.page.locator(".composer-off")).to_contain_text("後日あらためて対応")
    closed = await floor.desk.queue.get(ticket.number)
    assert closed and (closed.state, closed.resolved) == (State.CLOSED, False)
    assert closed.category == "返品・交換/不良・破損/破損"
    assert seat.complaints == []


async def test_of_two_agents_the_second_is_told_who_was_first(browser: Browser, floor: Floor, tmp_path: Path) -> None:
    ticket = await floor.ticket()
    first, second = (
        await sit_down(browser, floor, "yamada", "山田"),
        await sit_down(browser, floor, "suzuki", "鈴木"),
    )
    await first.open(ticket)
    await second.open(ticket)
    await first.page.get_by_role("button", name="対応を開始する").click()
    await expect(second.page.get_by_role("alert")).to_have_text("山田さんが先に対応を開始しました。")
    await expect(second.transcript).to_have_count(0)
    await second.picture("lost", tmp_path)
    assert first.complaints == second.complaints == []


async def test_who_is_ready_is_called_and_after_a_no_the_next_one(
    browser: Browser, floor: Floor, tmp_path: Path
) -> None:
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
    await first.picture("offer", tmp_path)
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


async def test_handed_on_with_a_note_and_taken_over_by_the_supervisor(
    browser: Browser, floor: Floor, tmp_path: Path
) -> None:
    ticket = await floor.ticket()
    first, second = await sit_down(browser, floor, "yamada", "山田"), await sit_down(browser, floor, "suzuki", "鈴木")
    boss = await sit_down(browser, floor, "kato", "加藤", Role.SUPERVISOR)
    await second.page.select_option("#work", "ready")
    await second.page.get_by_role("button", name="切り替える").click()
    await expect(second.page.locator("[data-work-since]")).to_contain_text("受付可です")
    await first.claim(ticket)
    await first.page.reload()  # the list of colleagues is that of when the page came
    await first.page.get_by_role("button", name="転送する").click()
    await first.page.get_by_label("転送先").select_option(label="鈴木（受付可）")
    await first.page.locator("dialog[open] textarea").fill("写真は受け取り済みです")
    await first.picture("transfer", tmp_path)
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
    await second.picture("whisper", tmp_path)
    await boss.page.get_by_role("button", name="割り当てる・引き取る").click()
    await boss.page.get_by_role("button", name="決定する").click()
    await expect(boss.field).to_be_focused()
    await expect(boss.transcript).to_contain_text("担当の加藤が承ります")
    await expect(second.page.get_by_role("alert")).to_have_text("加藤さんが引き継ぎました。")
    assert first.complaints == second.complaints == boss.complaints == []


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


async def test_back_to_the_bot(browser: Browser, floor: Floor) -> None:
    ticket = await floor.ticket()
    seat = await sit_down(browser, floor, "yamada", "山田")
    await seat.claim(ticket)
    await seat.page.locator(".more > summary").click()
    await seat.page.get_by_role("button", name="自動応答に戻す").click()
    await expect(seat.transcript).to_contain_text("自動応答に戻りました")
    assert (await floor.desk.stream.state("c1"))["talking_to"] == "bot"


async def test_abusive_words_are_folded_until_somebody_opens_them(
    browser: Browser, floor: Floor, tmp_path: Path
) -> None:
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
    await expect(seat.page.locator("[data-list=waiting]")).to_contain_text("要 責任者対応")
    snippet = seat.page.locator("[data-list=waiting] .folded")
    await expect(snippet).to_have_count(1)  # of the supervisors' matter the agent sees no words at all
    await seat.open(ticket)
    word = seat.transcript.locator(".from-customer").last
    await expect(word).to_contain_text("不適切な表現を含むおそれがあるため折りたたんでいます")
    await expect(word.get_by_text("このクズ野郎")).to_be_hidden()
    await expect(seat.page.locator(".why .reason")).to_have_text("苦情・不手際の回復（「対応が悪い」）")
    await seat.picture("folded", tmp_path)
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


async def test_the_admin_invites_and_the_invited_makes_an_account(
    browser: Browser, floor: Floor, tmp_path: Path
) -> None:
    seat = await sit_down(browser, floor, "kanri", "管理 花子", *Role)
    await seat.page.goto(f"{floor.origin}/users")
    await seat.page.locator("form[action='/users/invite'] input[value=agent]").check()
    await seat.page.get_by_role("button", name="招待リンクを発行").click()
    link = await seat.page.locator("input[data-select]").input_value()
    await seat.picture("users", tmp_path)
    guest = Seat(await (await browser.new_context(viewport=SHARED_SCREEN, locale="ja-JP")).new_page(), floor)
    await guest.page.goto(f"{floor.origin}/login")
    await guest.picture("login", tmp_path)
    await guest.page.goto(link)
    await guest.picture("welcome", tmp_path)
    for field, text in (("name", "sato"), ("display_name", "佐藤"), ("password", PASSWORD), ("again", PASSWORD)):
        await guest.page.fill(f"input[name={field}]", text)
    await guest.page.get_by_role("button", name="作成してサインイン").click()
    await guest.page.wait_for_url("**/inbox")
    await expect(guest.page.locator(".who-name")).to_have_text("佐藤")
    await expect(guest.page.locator(".menu a")).to_have_text(["有人対応", "フォロー", "営業カレンダー"])
    await seat.page.goto(f"{floor.origin}/audit")
    await expect(seat.page.locator("tbody")).to_contain_text("アカウント作成")
    await seat.picture("audit", tmp_path)
    assert seat.complaints == guest.complaints == []
