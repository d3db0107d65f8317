"""A talk in a real browser: asking, buttons, reload, broken lines, two tabs."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.channels.widget import pages
from tests.channels.widget.conftest import Open, Shopper
from tests.channels.widget.standin import StandIn

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_question_from_the_menu_is_answered(shopper: Shopper, door: StandIn) -> None:
    await shopper.button(pages.QUESTIONS[0]).click()
    await expect(shopper.bubble("全国一律")).to_be_visible()
    assert door.only.customers() == [pages.QUESTIONS[0]]
    assert (await shopper.words())[0] == pages.QUESTIONS[0]


async def test_a_typing_note_that_the_answer_overtook_is_not_shown(shopper: Shopper, door: StandIn) -> None:
    await shopper.say("送料は？")
    await expect(shopper.button("はい")).to_be_visible()
    await door.only.pass_on({"type": "typing", "from": "bot"})
    await door.only.pass_on({"type": "error", "code": "other", "message": "ここまで届きました"})
    await expect(shopper.page.get_by_text("ここまで届きました")).to_be_visible()
    await expect(shopper.page.locator(".typing")).to_be_hidden(timeout=1)


async def test_nothing_is_asked_of_the_door_before_the_panel_is_opened(visit: Open, door: StandIn) -> None:
    shopper = await visit()
    await expect(shopper.launcher).to_be_visible()
    assert not [call for call in door.calls if "/api" in call]
    await shopper.open()
    assert not [call for call in door.calls if "sessions" in call]
    await expect(shopper.page.get_by_text("自動応答です")).to_be_visible()
    link = shopper.page.locator(".about").get_by_role("link", name="個人情報の取り扱い")
    assert await link.get_attribute("href") == f"{door.url}privacy"


async def test_used_and_outdated_choices_cannot_be_pressed(shopper: Shopper, door: StandIn) -> None:
    await shopper.say("返品したい")
    await shopper.button("返金の時期").click()
    await expect(shopper.button("（選択済み）", exact=False)).to_have_text("返金の時期（選択済み）")
    await expect(shopper.button("返金の時期", exact=False)).to_be_disabled()
    await expect(shopper.button("返品の方法")).to_be_disabled()
    await shopper.say("送料は？")
    await expect(shopper.button("はい")).to_be_enabled()
    await shopper.say("やはり別のことを")
    await expect(shopper.button("はい")).to_be_disabled()
    assert door.only.customers() == ["返品したい", "返金の時期", "送料は？", "やはり別のことを"]


async def test_a_double_click_on_a_choice_chooses_once(shopper: Shopper, door: StandIn) -> None:
    await shopper.say("返品したい")
    await shopper.button("返品の方法").dblclick()
    await expect(shopper.items).to_have_count(4)
    assert door.only.customers() == ["返品したい", "返品の方法"]


async def test_a_verdict_reaches_the_door_once_and_is_remembered(shopper: Shopper, door: StandIn) -> None:
    await shopper.say("送料は？")
    await shopper.button("解決しなかった").dblclick()
    exchange = door.only.words[0]["exchange_id"]
    await expect(shopper.page.get_by_role("status")).to_have_text("評価をお送りしました。ありがとうございます。")
    await shopper.page.reload()
    await expect(shopper.button("解決しなかった")).to_have_attribute("aria-pressed", "true")
    assert door.only.verdicts == [(exchange, "not_solved")]


async def test_waiting_for_a_person_and_talking_with_one(shopper: Shopper, door: StandIn) -> None:
    await shopper.button("担当者と話す", exact=False).click()
    queue = shopper.page.locator(".queue")
    await expect(queue).to_contain_text("ただいま 3 番目です")
    await expect(queue).to_contain_text("1234-5674")
    await shopper.say("急いでいます")
    await expect(shopper.button("待つのをやめる")).to_be_enabled()
    for minutes, told in ((5, "ただいま 2 番目です（約5分）"), (30, "ただいま 2 番目です（30分以上）")):
        await door.only.stand("queue", queue={"ticket": "1234-5674", "position": 2, "minutes": minutes})
        await expect(queue).to_contain_text(told)
    await door.only.stand("queue", queue={"ticket": "1234-5674", "position": 1, "opens_at": None})
    await expect(queue).to_contain_text("次にご案内いたします")
    await door.only.stand("agent")
    await door.only.say("agent", "佐藤でございます。", name="佐藤")
    await expect(queue).to_be_hidden()
    await expect(shopper.page.locator(".subtitle")).to_have_text("担当者 佐藤 がご対応しています")
    await expect(shopper.page.locator(".item.agent .name")).to_have_text("担当者 佐藤")
    await shopper.field.press_sequentially("送料")
    await expect(shopper.page.get_by_role("option")).to_have_count(0)
    assert door.typed == 1
    await door.only.stand("bot")
    await expect(shopper.page.locator(".subtitle")).to_have_text("自動応答ボットがお答えします")


async def test_out_of_hours_the_queue_says_when_people_are_back(shopper: Shopper, door: StandIn) -> None:
    await shopper.say("担当者と話したい")
    await expect(shopper.page.locator(".queue")).to_be_visible()
    night = {"ticket": "1234-5674", "position": None, "opens_at": "2026-09-04T00:00:00+00:00"}
    await door.only.stand("queue", queue=night)
    await expect(shopper.page.locator(".queue")).to_contain_text("9月4日（金） 9:00 から担当者がご案内します")


async def test_a_booked_callback_is_told_above_the_talk_and_outlives_it(shopper: Shopper, door: StandIn) -> None:
    await shopper.say("こんにちは")
    await expect(shopper.bubble("「こんにちは」ですね")).to_be_visible()
    booked = {"ticket": "1234-5674", "position": None, "opens_at": None, "message_left": False}
    await door.only.stand("bot", queue=booked | {"callback_at": "2026-09-04T06:00:00+00:00"})
    await expect(shopper.page.locator(".queue")).to_contain_text("9月4日（金） 15:00 ごろにお電話いたします")
    await shopper.button("会話を終了").click()
    await expect(shopper.page.get_by_role("alertdialog")).to_be_visible()
    await expect(shopper.page.get_by_text("担当者へのお取り次ぎも取り消されます")).to_have_count(0)


async def test_the_talk_can_be_kept_and_ended(shopper: Shopper, door: StandIn) -> None:
    await shopper.say("送料は？")
    await expect(shopper.button("はい")).to_be_visible()
    await shopper.button("会話を終了").click()
    async with shopper.page.expect_download() as download:
        await shopper.button("控えを保存して終了").click()
    record = await download.value
    assert record.suggested_filename.startswith("チャットの控え_")
    text = (await record.path()).read_text("utf-8-sig")
    for part in (
        "ツバメ生活堂 チャットの控え",
        "お客様\n送料は？",
        "ボット\n全国一律 550円",
        "送料について（https://shop",
    ):
        assert part in text.replace("\r\n", "\n")
    await expect(shopper.page.get_by_text("会話を終了しました")).to_be_visible()
    assert door.only.state["over"] is True
    await shopper.page.reload()
    await expect(shopper.button(pages.QUESTIONS[0])).to_be_visible()
    await expect(shopper.items).to_have_count(0)


async def test_the_end_tells_that_a_request_of_the_night_is_cancelled_but_not_a_message(
    shopper: Shopper, door: StandIn
) -> None:
    await shopper.say("こんにちは")
    await expect(shopper.bubble("「こんにちは」ですね")).to_be_visible()
    told = shopper.page.get_by_text("担当者へのお取り次ぎも取り消されます")
    night = {"ticket": "1234-5674", "position": 1, "opens_at": "2026-09-04T00:00:00+00:00"}
    for message_left, count in ((False, 1), (True, 0)):
        await door.only.stand("bot", queue=night | {"message_left": message_left})
        await door.only.say("system", f"伝言{message_left}")
        await expect(shopper.bubble(f"伝言{message_left}")).to_be_visible()
        await shopper.button("会話を終了").click()
        await expect(shopper.page.get_by_role("alertdialog")).to_be_visible()
        await expect(told).to_have_count(count)
        await shopper.button("会話に戻る").click()


async def test_the_talk_is_over_when_the_door_says_so(shopper: Shopper, door: StandIn) -> None:
    await shopper.say("こんにちは")
    await expect(shopper.bubble("「こんにちは」ですね")).to_be_visible()
    door.lose_ends = 1
    await shopper.button("会話を終了").click()
    await shopper.button("終了する").click()
    await door.only.say("bot", "まだつながっています")
    await expect(shopper.bubble("まだつながっています")).to_be_visible()
    await expect(shopper.page.get_by_text("会話を終了しました")).to_be_hidden()
    await door.cut()
    await expect(shopper.page.get_by_text("会話を終了しました")).to_be_visible()
    assert door.only.state["over"] is True


async def test_words_that_the_end_overtook_are_shown_as_not_sent(shopper: Shopper, door: StandIn) -> None:
    await shopper.say("こんにちは")
    await expect(shopper.bubble("「こんにちは」ですね")).to_be_visible()
    door.refuse = ("too_fast", "少し待ってから送ってください。")
    await shopper.say("急ぎです")
    await expect(shopper.page.get_by_role("alert")).to_contain_text("少し待ってから")
    await shopper.button("会話を終了").click()
    await shopper.button("終了する").click()
    await expect(shopper.page.get_by_text("会話を終了しました")).to_be_visible()
    lost = shopper.page.locator(".item.unsent")
    await expect(lost).to_contain_text("急ぎです")
    await expect(lost).to_contain_text("送信されませんでした")
    await expect(lost.get_by_role("button")).to_have_count(0)
    await shopper.button("新しく質問する").click()
    await expect(shopper.items).to_have_count(0)
    await shopper.page.reload()
    await expect(shopper.button(pages.QUESTIONS[0])).to_be_visible()
    assert door.only.customers() == ["こんにちは"]


async def test_settings_of_the_tag(visit: Open) -> None:
    shopper = await visit("?label=お困りですか&open=true&position=left")
    await expect(shopper.panel).to_be_visible()
    assert (await shopper.panel.bounding_box() or {})["x"] < 100
    await shopper.page.keyboard.press("Tab")
    await shopper.button("チャットを閉じる").click()
    await expect(shopper.launcher).to_have_accessible_name("お困りですか")


async def with_person(shopper: Shopper, door: StandIn) -> None:
    await shopper.say("担当者と話したい")
    await expect(shopper.page.locator(".queue")).to_be_visible()
    await door.only.stand("agent", name="佐藤")


async def accepted(shopper: Shopper, text: str) -> None:
    """Said, and answered by the door: what the page sent before has come there too."""
    await shopper.say(text)
    sent = shopper.page.locator(".item.customer", has_text=text).locator(".delivery")
    await expect(sent).to_have_attribute("data-state", "sent")


async def test_a_person_is_told_what_was_on_the_screen_and_no_more(shopper: Shopper, door: StandIn) -> None:
    await with_person(shopper, door)
    first = await door.only.say("agent", "佐藤です。", name="佐藤")
    await expect(shopper.bubble("佐藤です。")).to_be_visible()
    await accepted(shopper, "お願いします")
    assert door.only.seen == [first]
    await shopper.button("チャットを閉じる").click()
    second = await door.only.say("agent", "ご注文番号をお知らせください。", name="佐藤")
    await expect(shopper.page.locator(".badge")).to_have_text("1")
    assert door.only.seen == [first]
    await shopper.launcher.click()
    await expect(shopper.bubble("ご注文番号")).to_be_visible()
    await accepted(shopper, "わかりました")
    assert door.only.seen == [first, second]


async def test_words_below_the_screen_are_not_seen_yet(shopper: Shopper, door: StandIn) -> None:
    await with_person(shopper, door)
    await door.only.say("agent", "長い説明です。\n" * 60, name="佐藤")
    await expect(shopper.bubble("長い説明です。")).to_be_visible()
    below = await door.only.say("agent", "下のほうの言葉", name="佐藤")
    await expect(shopper.button("新しいメッセージ")).to_be_visible()
    assert below not in door.only.seen
    await shopper.button("新しいメッセージ").click()
    await accepted(shopper, "読みました")
    assert door.only.seen[-1] == below
