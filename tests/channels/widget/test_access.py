"""Can be used by everybody: names, roles, contrast, sizes, live regions, motion, in every state of the widget."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests import axe
from tests.channels.widget.conftest import Open, Shopper
from tests.channels.widget.standin import StandIn

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
LIGHT, DARK = "rgb(255, 255, 255)", "rgb(28, 37, 43)"
THEMES = pytest.mark.parametrize("theme", ["light", "dark"])
AUDIT = (Path(__file__).parent / "audit.js").read_text()


async def audited(shopper: Shopper) -> None:
    await shopper.settle()
    assert await shopper.page.evaluate(AUDIT) == []
    assert await axe.findings(shopper.page) == []


@pytest.mark.parametrize("query", ["", "?look=dark", "?theme=dark&color=%23ffd400", "?color=%237a1f5c&position=left"])
async def test_start(visit: Open, query: str) -> None:
    shopper = await visit(query)
    await audited(shopper)
    await shopper.open()
    await shopper.button("返品・交換").click()
    await audited(shopper)


@THEMES
async def test_talk(visit: Open, theme: str) -> None:
    shopper = await visit(f"?theme={theme}")
    await shopper.open()
    await shopper.say("返品したい")
    await shopper.button("返品の方法").click()
    await shopper.say("送料は？")
    await expect(shopper.button("いいえ")).to_be_visible()
    await shopper.button("解決した", exact=True).click()
    await audited(shopper)
    await shopper.field.press_sequentially("送料")
    await expect(shopper.page.get_by_role("option").first).to_be_visible()
    await shopper.field.press("ArrowDown")
    await audited(shopper)
    await shopper.field.fill("あ" * 501)
    await audited(shopper)
    await shopper.button("質問の一覧").click()
    await audited(shopper)


@THEMES
async def test_queue_agent_trouble_and_end(visit: Open, door: StandIn, theme: str) -> None:
    shopper = await visit(f"?theme={theme}")
    await shopper.open()
    await shopper.say("担当者と話したい")
    await expect(shopper.page.locator(".queue")).to_be_visible()
    await audited(shopper)
    await door.only.stand("agent", name="佐藤")
    await door.only.say("agent", "佐藤です。https://a.example/", name="佐藤")
    await door.only.pass_on({"type": "typing", "from": "agent"})
    await expect(shopper.page.get_by_text("担当者 佐藤が入力しています")).to_be_visible()
    await audited(shopper)
    door.refuse = ("unknown", "受け付けられませんでした。")
    await shopper.say("はい")
    await expect(shopper.button("もう一度送る")).to_be_visible()
    await door.only.pass_on({"type": "error", "code": "x", "message": "お知らせです。"})
    door.away, door.sockets = True, False
    await door.cut()
    await expect(shopper.page.locator(".trouble")).to_be_visible()
    await audited(shopper)
    await shopper.button("会話を終了").click()
    await expect(shopper.page.get_by_role("alertdialog", name="会話を終了しますか")).to_be_visible()
    await audited(shopper)
    await shopper.button("終了する").click()
    await expect(shopper.page.get_by_role("alert")).to_contain_text("接続がつながりしだい")
    await audited(shopper)
    door.away, door.sockets = False, True
    await shopper.rejoin()
    await expect(shopper.button("新しく質問する")).to_be_visible()
    await audited(shopper)


async def test_roles_and_live_region(shopper: Shopper) -> None:
    await shopper.say("送料は？")
    await expect(shopper.button("はい")).to_be_visible()
    log = shopper.page.get_by_role("log", name="会話の内容")
    await expect(log).to_have_attribute("aria-live", "polite")
    await expect(log.locator(".item")).to_have_count(3)
    await expect(shopper.page.get_by_role("dialog", name="ツバメ生活堂 チャット窓口")).to_be_visible()
    await expect(shopper.page.get_by_role("textbox", name="ご質問を入力してください")).to_be_visible()
    await expect(shopper.page.locator("madoguchi-chat")).to_have_attribute("lang", "ja")
    for speaker in ("お客様", "ボット"):
        assert speaker in " ".join(await log.locator(".name").all_text_contents())
    assert len(await log.locator("time[datetime]").all()) == 3


@pytest.mark.parametrize(
    ("query", "grounds"),
    [
        ("", {"dark": LIGHT, "light": LIGHT}),  # the page is light, whatever its visitor's system is
        ("?theme=auto", {"dark": DARK, "light": LIGHT}),
        ("?theme=dark", {"dark": DARK, "light": DARK}),
    ],
)
async def test_light_and_dark_are_as_the_page_says(visit: Open, query: str, grounds: dict[Any, str]) -> None:
    shopper = await visit(query)
    await shopper.open()
    for system, ground in grounds.items():
        await shopper.page.emulate_media(color_scheme=system)
        await expect(shopper.panel).to_have_css("background-color", ground)


async def test_no_motion_for_who_wants_none(chromium: Browser, door: StandIn) -> None:
    context = await chromium.new_context(reduced_motion="reduce", locale="ja-JP")
    shopper = Shopper(await context.new_page())
    await shopper.page.goto(door.url)
    await shopper.open()
    await shopper.say("担当者を呼んで")
    await expect(shopper.page.locator(".queue")).to_be_visible()
    await door.only.pass_on({"type": "typing", "from": "agent"})
    await expect(shopper.page.locator(".typing")).to_be_visible()
    await shopper.until("root.getAnimations().length === 0")
    await context.close()


async def test_fingers_get_a_field_without_the_keyboard_jumping_up(chromium: Browser, door: StandIn) -> None:
    context = await chromium.new_context(
        has_touch=True, is_mobile=True, viewport={"width": 360, "height": 740}, locale="ja-JP"
    )
    shopper = Shopper(await context.new_page())
    await shopper.page.goto(door.url)
    await shopper.launcher.tap()
    await expect(shopper.panel).to_be_visible()
    await expect(shopper.page.get_by_role("heading", name="ツバメ生活堂 チャット窓口")).to_be_focused()
    await shopper.field.tap()
    await shopper.field.press_sequentially("送料は？")
    await shopper.field.press("Enter")  # a new line, as phones do
    await shopper.button("送信").tap()
    await expect(shopper.button("はい")).to_be_visible()
    assert door.only.customers() == ["送料は？"]
    await context.close()
