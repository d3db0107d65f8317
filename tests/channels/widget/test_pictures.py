"""Each state of the widget fits its window; with PICTURES=1 the pictures in docs/screenshots are made anew."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.channels.widget.conftest import WIDE, Open, Shopper
from tests.channels.widget.standin import StandIn
from tests.pictures import keep

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def picture(shopper: Shopper, name: str) -> None:
    """Takes it when nothing moves any more; nothing may stick out of the panel."""
    await shopper.settle()
    wide = "root.querySelector('.scroll').scrollWidth <= root.querySelector('.scroll').clientWidth"
    await shopper.until(f"{wide} && document.documentElement.scrollWidth <= innerWidth")
    await keep(shopper.page, f"widget-{name}")


async def talk_with_choices(shopper: Shopper) -> None:
    await shopper.say("返品したいのですが")
    await expect(shopper.button("返品の方法")).to_be_visible()
    await shopper.button("返品の方法").click()
    await expect(shopper.items).to_have_count(4)
    await shopper.say("送料はいくらですか？")
    await expect(shopper.button("はい")).to_be_visible()


async def test_closed_and_start(visit: Open) -> None:
    shopper = await visit()
    await expect(shopper.launcher).to_be_visible()
    await picture(shopper, "closed")
    await shopper.open()
    await picture(shopper, "start")
    await shopper.button("返品・交換").click()
    await picture(shopper, "categories")


async def test_talking(shopper: Shopper) -> None:
    await talk_with_choices(shopper)
    await picture(shopper, "choices")
    await shopper.field.press_sequentially("返品")
    await expect(shopper.page.get_by_role("option").first).to_be_visible()
    await shopper.field.press("ArrowDown")
    await picture(shopper, "suggest")
    await shopper.field.press("Escape")
    await shopper.button("質問の一覧").click()
    await picture(shopper, "menu")
    await shopper.page.keyboard.press("Escape")
    await shopper.button("会話を終了").click()
    await picture(shopper, "end")


async def test_queue_and_agent(shopper: Shopper, door: StandIn) -> None:
    await shopper.say("担当者と話したいです")
    await expect(shopper.page.locator(".queue")).to_be_visible()
    await picture(shopper, "queue")
    await door.only.stand("agent", name="佐藤")
    await door.only.say("system", "担当の佐藤が承ります。これまでの内容は引き継いでおります。")
    await door.only.say("agent", "お待たせいたしました。\nご注文番号をお知らせいただけますか。", name="佐藤")
    await shopper.say("TB12345678 です")
    await expect(shopper.bubble("TB12345678")).to_be_visible()
    await door.only.pass_on({"type": "typing", "from": "agent"})
    await expect(shopper.page.get_by_text("担当者 佐藤が入力しています")).to_be_visible()
    await picture(shopper, "agent")


async def test_line_down_and_refusal(shopper: Shopper, door: StandIn) -> None:
    await talk_with_choices(shopper)
    door.refuse = ("unknown", "申し訳ございません。このメッセージは受け付けられませんでした。")
    await shopper.say("領収書の宛名を変えたい")
    await expect(shopper.button("もう一度送る")).to_be_visible()
    door.away = door.sockets = False
    door.away = True
    await door.cut()
    await shopper.say("いつ届きますか")
    await expect(shopper.page.locator(".trouble")).to_be_visible()
    await picture(shopper, "offline")


@pytest.mark.parametrize(
    "name, query, size",
    [
        ("narrow", "", {"width": 360, "height": 740}),
        ("dark", "?look=dark&theme=dark&label=お困りですか", WIDE),
        ("zoomed", "", {"width": 320, "height": 256}),
    ],
)
async def test_other_windows(visit: Open, name: str, query: str, size: dict[str, int]) -> None:
    shopper = await visit(query)
    await shopper.page.set_viewport_size(size)
    if name == "dark":
        await picture(shopper, "dark-closed")
    await shopper.open()
    if name == "narrow":
        await picture(shopper, "narrow-start")
    await talk_with_choices(shopper)
    await picture(shopper, name)
