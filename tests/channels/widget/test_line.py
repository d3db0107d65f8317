"""Broken lines: nothing that the customer said is lost or doubled, and the page says where things stand."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from playwright.async_api import BrowserContext, expect

from tests.channels.widget.conftest import Open, Shopper
from tests.channels.widget.standin import StandIn

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def said(shopper: Shopper, *texts: str) -> None:
    for text in texts:
        await shopper.say(text)


async def all_sent(shopper: Shopper) -> None:
    await shopper.until(
        "root.querySelectorAll('.item.unsent').length === 0 && root.querySelectorAll('.item').length > 0"
    )


async def test_reload_in_mid_talk_brings_everything_back(shopper: Shopper, door: StandIn) -> None:
    await said(shopper, "送料は？")
    await expect(shopper.button("はい")).to_be_visible()
    before = await shopper.words()
    await shopper.page.reload()
    await expect(shopper.items).to_have_count(3)
    assert await shopper.words() == before
    await expect(shopper.panel).to_be_visible()
    await shopper.button("はい").click()
    await expect(shopper.bubble("「はい」ですね")).to_be_visible()
    assert door.only.customers() == ["送料は？", "はい"]


async def test_words_said_while_the_line_is_down_arrive_once_and_in_order(shopper: Shopper, door: StandIn) -> None:
    await said(shopper, "一")
    await expect(shopper.bubble("「一」ですね")).to_be_visible()
    door.away, door.sockets = True, False
    await door.cut()
    await expect(shopper.page.locator(".trouble")).to_be_visible()
    await said(shopper, "二", "三", "四")
    await expect(shopper.page.get_by_text("未送信（接続を待っています）")).to_have_count(3)
    door.away, door.sockets = False, True
    await shopper.rejoin()
    await expect(shopper.bubble("「四」ですね")).to_be_visible()
    assert door.only.customers() == ["一", "二", "三", "四"]
    await expect(shopper.page.locator(".trouble")).to_be_hidden()
    await all_sent(shopper)
    await expect(shopper.page.locator(".item.customer")).to_have_count(4)


async def test_the_button_joins_again_without_waiting(browser: BrowserContext, visit: Open, door: StandIn) -> None:
    await browser.clock.install()
    shopper = await visit()
    await shopper.open()
    await said(shopper, "一")
    await expect(shopper.bubble("「一」ですね")).to_be_visible()
    door.away, door.sockets = True, False
    await door.cut()
    await expect(shopper.page.locator(".trouble")).to_be_visible()
    await browser.clock.pause_at(datetime.now() + timedelta(minutes=1))  # the page's own next try never comes
    await said(shopper, "二")
    door.away, door.sockets = False, True
    await shopper.button("今すぐつなぎ直す").click()
    await expect(shopper.bubble("「二」ですね")).to_be_visible()
    await expect(shopper.page.locator(".trouble")).to_be_hidden()


async def test_lost_acks_double_nothing(shopper: Shopper, door: StandIn) -> None:
    door.lose_acks = 2
    await said(shopper, "あ", "い")
    await expect(shopper.bubble("「い」ですね")).to_be_visible()
    await all_sent(shopper)
    assert door.only.customers() == ["あ", "い"]
    assert sorted(await shopper.words()) == sorted(["あ", "「あ」ですね。", "い", "「い」ですね。"])


async def test_every_frame_twice_shows_each_word_once(shopper: Shopper, door: StandIn) -> None:
    door.doubled = True
    await said(shopper, "送料は？", "返品は？")
    await expect(shopper.button("返金の時期")).to_be_visible()
    words = await shopper.words()
    assert len(words) == len(set(words)) == 5


async def test_words_are_shown_by_their_numbers_not_by_their_arrival(shopper: Shopper, door: StandIn) -> None:
    await said(shopper, "一")
    await expect(shopper.bubble("「一」ですね")).to_be_visible()
    base = {"type": "message", "from": "bot", "choices": [], "exchange_id": "", "at": "2026-09-03T10:00:00+09:00"}
    for seq in (93, 91, 92):
        await door.only.pass_on(base | {"seq": seq, "text": f"第{seq}"})
    await expect(shopper.bubble("第92")).to_be_visible()
    assert (await shopper.words())[-3:] == ["第91", "第92", "第93"]


async def test_own_words_are_shown_at_once_and_then_marked_as_sent(shopper: Shopper, door: StandIn) -> None:
    door.away = True
    await said(shopper, "いま出ます")
    await expect(shopper.bubble("いま出ます")).to_be_visible()
    await expect(shopper.page.locator(".delivery")).to_have_text(re.compile("送信中|未送信"))
    door.away = False
    await expect(shopper.page.locator(".delivery")).to_have_text("送信済")


async def test_unsent_words_survive_a_reload(shopper: Shopper, door: StandIn) -> None:
    await said(shopper, "一")
    await expect(shopper.bubble("「一」ですね")).to_be_visible()
    door.away, door.sockets = True, False
    await door.cut()
    await said(shopper, "二")
    await expect(shopper.bubble("二")).to_be_visible()
    await shopper.page.reload()
    await expect(shopper.bubble("二")).to_be_visible()
    door.away, door.sockets = False, True
    await expect(shopper.bubble("「二」ですね")).to_be_visible(timeout=15_000)
    assert door.only.customers() == ["一", "二"]


async def test_the_browser_going_offline_and_back(shopper: Shopper, door: StandIn, browser: BrowserContext) -> None:
    await said(shopper, "一")
    await expect(shopper.bubble("「一」ですね")).to_be_visible()
    await browser.set_offline(True)
    await expect(shopper.page.locator(".trouble")).to_be_visible()
    await said(shopper, "二")
    await browser.set_offline(False)
    await expect(shopper.bubble("「二」ですね")).to_be_visible()
    assert door.only.customers() == ["一", "二"]


async def test_where_sockets_are_blocked_the_talk_goes_by_polls(shopper: Shopper, door: StandIn) -> None:
    door.sockets = False
    await said(shopper, "送料は？", "返品は？")
    await shopper.button("返品の方法").click()
    await expect(shopper.bubble("「返品の方法」ですね")).to_be_visible()
    await door.only.say("system", "長いお知らせ")
    await expect(shopper.bubble("長いお知らせ")).to_be_visible()
    await all_sent(shopper)
    assert door.only.customers() == ["送料は？", "返品は？", "返品の方法"]
    assert door.calls.count("GET /api/web/messages") < 20


async def test_a_refused_token_is_renewed_and_the_talk_goes_on(shopper: Shopper, door: StandIn) -> None:
    await said(shopper, "一")
    await expect(shopper.bubble("「一」ですね")).to_be_visible()
    door.revoked |= set(door.tokens)
    await door.cut()
    await said(shopper, "二")
    await expect(shopper.bubble("「二」ですね")).to_be_visible()
    assert door.only.customers() == ["一", "二"]


async def test_a_refused_word_can_be_sent_again_or_taken_back(shopper: Shopper, door: StandIn) -> None:
    door.refuse = ("unknown", "受け付けられませんでした。")
    await said(shopper, "一")
    await expect(shopper.page.get_by_text("受け付けられませんでした。")).to_be_visible()
    await shopper.button("もう一度送る").click()
    await expect(shopper.bubble("「一」ですね")).to_be_visible()
    door.refuse = ("unknown", "受け付けられませんでした。")
    await said(shopper, "二")
    await shopper.button("取り消す").click()
    await expect(shopper.bubble("二")).to_have_count(0)
    await shopper.page.reload()
    await expect(shopper.items).to_have_count(2)
    assert door.only.customers() == ["一"]


@pytest.mark.parametrize("code", ["internal", "too_fast"])
async def test_what_the_door_could_not_take_now_is_sent_again(shopper: Shopper, door: StandIn, code: str) -> None:
    door.refuse = (code, "少し待ってから送ってください。")
    await said(shopper, "一")
    await expect(shopper.bubble("「一」ですね")).to_be_visible()
    assert door.only.customers() == ["一"]


async def test_a_word_too_long_for_the_door_is_given_back(shopper: Shopper, door: StandIn) -> None:
    door.refuse = ("too_long", "1回に送れるのは500文字までです。")
    await said(shopper, "長い話")
    await expect(shopper.page.get_by_role("alert")).to_contain_text("500文字")
    await expect(shopper.field).to_have_value("長い話")
    await expect(shopper.items).to_have_count(0)


async def test_two_tabs_are_in_step(visit: Open, door: StandIn) -> None:
    first = await visit()
    await first.open()
    await first.say("送料は？")
    await expect(first.button("はい")).to_be_visible()
    second = await visit()
    await expect(second.page.locator(".badge")).to_have_count(1)
    await second.open()
    await expect(second.button("はい")).to_be_visible()
    await second.button("はい").click()
    for tab in (first, second):
        await expect(tab.bubble("「はい」ですね")).to_be_visible()
        await expect(tab.button("はい", exact=False)).to_be_disabled()
    assert await first.words() == await second.words()
    assert len(door.conversations) == 1


async def test_a_tab_without_a_talk_joins_the_one_that_another_begins_and_ends(visit: Open, door: StandIn) -> None:
    first, second = await visit(), await visit()
    await first.open()
    await second.open()
    await first.say("こんにちは")
    await expect(second.bubble("「こんにちは」ですね")).to_be_visible()
    await first.button("会話を終了").click()
    await first.button("終了する").click()
    for tab in (first, second):
        await expect(tab.page.get_by_text("会話を終了しました")).to_be_visible()
    await first.button("新しく質問する").click()
    await first.say("もう一つ")
    await expect(second.bubble("「もう一つ」ですね")).to_be_visible()
    assert await second.words() == await first.words() == ["もう一つ", "「もう一つ」ですね。"]
    assert len(door.conversations) == 2


async def test_unread_words_are_counted_while_the_panel_is_closed(shopper: Shopper, door: StandIn) -> None:
    await said(shopper, "一")
    await expect(shopper.bubble("「一」ですね")).to_be_visible()
    await shopper.page.keyboard.press("Escape")
    await door.only.say("agent", "佐藤です。", name="佐藤")
    await expect(shopper.launcher).to_have_accessible_name(re.compile("チャットで質問 ?（未読1件）"))
    await shopper.open()
    await shopper.page.keyboard.press("Escape")
    await expect(shopper.launcher).to_have_accessible_name("チャットで質問")
