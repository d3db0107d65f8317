"""Each state of the widget fits its window; with PICTURES=1 the pictures in docs/screenshots are made anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.channels.widget.conftest import WIDE, Open, Shopper
from tests.channels.widget.standin import StandIn

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
KEPT = Path(__file__).resolve().parents[3] / "docs" / "screenshots"


async def picture(shopper: Shopper, name: str, folder: Path) -> None:
    """Takes it when nothing moves any more; nothing may stick out of the panel."""
    await shopper.settle()
    wide = "root.querySelector('.scroll').scrollWidth <= root.querySelector('.scroll').clientWidth"
    await shopper.until(f"{wide} && document.documentElement.scrollWidth <= innerWidth")
    target = KEPT if os.environ.get("PICTURES") else folder
    await shopper.page.screenshot(path=str(target / f"widget-{name}.png"))


async def talk_with_choices(shopper: Shopper) -> None:
    await shopper.say("返品したいのですが")
    await expect(shopper.button("返品の方法")).to_be_visible()
    await shopper.button("返品の方法").click()
    await expect(shopper.items).to_have_count(4)
    await shopper.say("送料はいくらですか？")
    await expect(shopper.button("はい")).to_be_visible()


async def test_closed_and_start(visit: Open, tmp_path: Path) -> None:
    shopper = await visit()
    await expect(shopper.launcher).to_be_visible()
    await picture(shopper, "closed", tmp_path)
    await shopper.open()
    await picture(shopper, "start", tmp_path)
    await shopper.button("返品・交換").click()
    await picture(shopper, "categories", tmp_path)


async def test_talking(shopper: Shopper, tmp_path: Path) -> None:
    await talk_with_choices(shopper)
    await picture(shopper, "choices", tmp_path)
    await shopper.field.press_sequentially("返品")
    await expect(shopper.page.get_by_role("option").first).to_be_visible()
    await shopper.field.press("ArrowDown")
    await picture(shopper, "suggest", tmp_path)
    await shopper.field.press("Escape")
    await shopper.button("質問の一覧").click()
    await picture(shopper, "menu", tmp_path)
    await shopper.page.keyboard.press("Escape")
    await shopper.button("会話を終了").click()
    await picture(shopper, "end", tmp_path)


async def test_queue_and_agent(shopper: Shopper, door: StandIn, tmp_path: Path) -> None:
    await shopper.say("担当者と話したいです")
    await expect(shopper.page.locator(".queue")).to_be_visible()
    await picture(shopper, "queue", tmp_path)
    await door.only.stand("agent", name="佐藤")
    await door.only.say("system", "担当の佐藤が承ります。これまでの内容は引き継いでおります。")
    await door.only.say("agent", "お待たせいたしました。\nご注文番号をお知らせいただけますか。", name="佐藤")
    await shopper.say("TB12345678 です")
    await expect(shopper.bubble("TB12345678")).to_be_visible()
    await door.only.pass_on({"type": "typing", "from": "agent"})
    await expect(shopper.page.get_by_text("担当者 佐藤が入力しています")).to_be_visible()
    await picture(shopper, "agent", tmp_path)


async def test_line_down_and_refusal(shopper: Shopper, door: StandIn, tmp_path: Path) -> None:
    await talk_with_choices(shopper)
    door.refuse = ("unknown", "申し訳ございません。このメッセージは受け付けられませんでした。")
    await shopper.say("領収書の宛名を変えたい")
    await expect(shopper.button("もう一度送る")).to_be_visible()
    door.away = door.sockets = False
    door.away = True
    await door.cut()
    await shopper.say("いつ届きますか")
    await expect(shopper.page.locator(".trouble")).to_be_visible()
    await picture(shopper, "offline", tmp_path)


@pytest.mark.parametrize(
    "name, query, size",
    [
        ("narrow", "", {"width": 360, "height": 740}),
        ("dark", "?look=dark&label=お困りですか", WIDE),
        ("zoomed", "", {"width": 320, "height": 256}),
    ],
)
async def test_other_windows(visit: Open, name: str, query: str, size: dict[str, int], tmp_path: Path) -> None:
    shopper = await visit(query)
    await shopper.page.set_viewport_size(size)
    if name == "dark":
        await picture(shopper, "dark-closed", tmp_path)
    await shopper.open()
    if name == "narrow":
        await picture(shopper, "narrow-start", tmp_path)
    await talk_with_choices(shopper)
    await picture(shopper, name, tmp_path)
