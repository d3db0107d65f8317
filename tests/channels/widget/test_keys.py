"""The keyboard: conversion by an IME, suggestions, a whole journey without a pointer."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.channels.widget.conftest import Open, Shopper
from tests.channels.widget.standin import StandIn

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def focused(page: Page) -> str:
    """What has the focus: its accessible name or its text."""
    script = """() => { let at = document.activeElement;
        while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
        return at.getAttribute('aria-label') || at.textContent.trim(); }"""
    return str(await page.evaluate(script))


async def tab_to(page: Page, name: str) -> None:
    for _ in range(60):
        if name in await focused(page):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reached {name}")


async def test_enter_that_ends_a_conversion_does_not_send(shopper: Shopper, door: StandIn) -> None:
    ime = await shopper.page.context.new_cdp_session(shopper.page)
    await shopper.field.focus()
    await ime.send("Input.imeSetComposition", {"text": "そうりょう", "selectionStart": 5, "selectionEnd": 5})
    enter = {"type": "rawKeyDown", "key": "Enter", "code": "Enter"}
    await ime.send("Input.dispatchKeyEvent", enter | {"windowsVirtualKeyCode": 13})  # isComposing is true
    await ime.send("Input.insertText", {"text": "送料"})
    await ime.send("Input.dispatchKeyEvent", enter | {"windowsVirtualKeyCode": 229})  # as Safari does, after it
    await expect(shopper.field).to_have_value("送料")
    await expect(shopper.items).to_have_count(0)
    assert not door.conversations
    await shopper.field.press("Enter")
    await expect(shopper.bubble("送料").first).to_be_visible()
    await expect(shopper.field).to_have_value("")


async def test_escape_during_a_conversion_does_not_close(shopper: Shopper) -> None:
    ime = await shopper.page.context.new_cdp_session(shopper.page)
    await shopper.field.focus()
    await ime.send("Input.imeSetComposition", {"text": "そう", "selectionStart": 2, "selectionEnd": 2})
    key = {"type": "rawKeyDown", "windowsVirtualKeyCode": 229, "key": "Escape", "code": "Escape"}
    await ime.send("Input.dispatchKeyEvent", key)
    await expect(shopper.panel).to_be_visible()


async def test_shift_enter_makes_a_line_and_the_field_grows(shopper: Shopper, door: StandIn) -> None:
    height = "root.querySelector('textarea').offsetHeight"
    await shopper.field.press_sequentially("一行目")
    await shopper.until(f"{height} < 50")
    await shopper.field.press("Shift+Enter")
    await shopper.field.press_sequentially("二行目")
    await shopper.until(f"{height} > 60")
    await shopper.field.press("Enter")
    await expect(shopper.bubble("一行目").first).to_be_visible()
    assert (await shopper.words())[0] == "一行目\n二行目"
    await expect(shopper.items).to_have_count(2)
    assert door.only.customers() == ["一行目\n二行目"]
    await shopper.until(f"{height} < 50")


async def test_suggestions_are_chosen_with_the_arrows(shopper: Shopper, door: StandIn) -> None:
    await shopper.field.press_sequentially("返品")
    options = shopper.page.get_by_role("option")
    await expect(options).to_have_count(2)
    await expect(shopper.page.get_by_role("status")).to_contain_text("候補が2件")
    await shopper.field.press("ArrowUp")
    await expect(options.last).to_have_attribute("aria-selected", "true")
    await shopper.field.press("ArrowDown")
    await expect(options.first).to_have_attribute("aria-selected", "true")
    assert await shopper.field.get_attribute("aria-activedescendant") == await options.first.get_attribute("id")
    await shopper.field.press("Enter")
    await expect(shopper.button("返金の時期")).to_be_visible()
    assert door.only.customers() == ["返品の方法を教えてください"]
    await expect(options).to_have_count(0)


async def test_enter_without_a_chosen_suggestion_sends_what_was_typed(shopper: Shopper, door: StandIn) -> None:
    await shopper.field.press_sequentially("返品")
    await expect(shopper.page.get_by_role("option").first).to_be_visible()
    await shopper.field.press("Enter")
    await expect(shopper.page.get_by_role("option")).to_have_count(0)
    await expect(shopper.button("返金の時期")).to_be_visible()
    assert door.only.customers() == ["返品"]


async def test_suggestions_that_come_too_late_are_not_shown(shopper: Shopper, door: StandIn) -> None:
    await shopper.field.press_sequentially("返品")
    await shopper.field.press("Enter")
    await expect(shopper.button("返金の時期")).to_be_visible()
    await shopper.button("返金の時期").click()  # would be covered by the list
    await expect(shopper.bubble("「返金の時期」ですね")).to_be_visible()
    await expect(shopper.page.get_by_role("option")).to_have_count(0)


async def test_a_long_text_is_counted_and_held_back(shopper: Shopper, door: StandIn) -> None:
    count = shopper.page.locator(".count")
    await shopper.field.fill("あ" * 399)
    await expect(count).to_be_hidden()
    await shopper.field.fill("あ" * 480)
    await expect(count).to_have_text("あと20文字")
    await shopper.field.fill("𠮷" * 503)
    await expect(count).to_have_text("3文字超えています")
    await expect(shopper.button("送信")).to_be_disabled()
    await shopper.field.press("Enter")
    await expect(shopper.items).to_have_count(0)
    assert not door.conversations


async def test_a_whole_talk_without_a_pointer(visit: Open, door: StandIn) -> None:
    shopper = await visit()
    page, keys = shopper.page, shopper.page.keyboard
    await tab_to(page, "チャットで質問")
    await keys.press("Enter")
    assert await focused(page) == "ご質問を入力してください"
    await expect(shopper.button("送料はいくらですか")).to_be_visible()
    await keys.press("Shift+Tab")
    assert "担当者と話す" in await focused(page)
    await page.locator("textarea").focus()
    await keys.type("送料は？")
    await keys.press("Enter")
    await expect(shopper.button("はい")).to_be_visible()
    for _ in range(4):  # back over 質問の一覧 to the last choices
        await keys.press("Shift+Tab")
    assert await focused(page) == "はい"
    await keys.press("Space")
    await expect(shopper.bubble("「はい」ですね")).to_be_visible()
    assert await focused(page) == "ご質問を入力してください"
    await keys.press("Escape")
    await expect(shopper.panel).to_be_hidden()
    assert "チャットで質問" in await focused(page)
    await keys.press("Enter")
    await tab_to(page, "会話を終了")
    await keys.press("Enter")
    assert await focused(page) == "控えを保存して終了"
    await keys.press("Escape")
    assert await focused(page) == "会話を終了"
    assert door.only.customers() == ["送料は？", "はい"]


async def test_tab_stays_inside_where_the_panel_covers_the_page(visit: Open) -> None:
    shopper = await visit()
    await shopper.page.set_viewport_size({"width": 360, "height": 700})
    await shopper.open()
    for _ in range(40):
        await shopper.page.keyboard.press("Tab")
        assert await shopper.page.evaluate("document.activeElement.localName") == "madoguchi-chat"
