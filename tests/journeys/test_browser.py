"""The whole product in real browsers: a customer at the shop's page, an editor and an agent at the desk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from playwright.async_api import Browser, Page, expect

from run.product import Product
from tests.chromium import opened
from tests.journeys.people import PASSWORD, Agent

pytestmark = pytest.mark.browser


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with opened() as browser:
        yield browser


async def at_the_desk(browser: Browser, product: Product, name: str) -> Page:
    context = await browser.new_context(locale="ja-JP", viewport={"width": 1280, "height": 800})
    page = await context.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    await page.goto(f"{product.desk}/login")
    await page.fill("input[name=name]", name)
    await page.fill("input[name=password]", PASSWORD)
    await page.click("main button[type=submit]")
    return page


async def test_a_question_an_edited_article_and_a_person(product: Product, browser: Browser, agent: Agent) -> None:
    context = await browser.new_context(locale="ja-JP", viewport={"width": 1280, "height": 800})
    shop = await context.new_page()
    await shop.goto(product.door)
    await shop.locator(".launcher").click()

    async def ask(text: str) -> None:
        await shop.locator("textarea").fill(text)
        await shop.locator("textarea").press("Enter")

    await ask("メルマガを止めたい")
    answers = shop.locator(".bubble", has_text="配信")
    await expect(answers.first).to_be_visible(timeout=20_000)
    await expect(shop.get_by_role("button", name="はい", exact=True)).to_be_visible()

    # An editor mends the article; the customer gets the new sentence without a restart.
    editor = await at_the_desk(browser, product, agent.name)
    await editor.goto(f"{product.desk}/articles/newsletter-stop")
    web = editor.locator("textarea[name=web]")
    sentence = "配信停止は三日以内に反映されます。"
    await web.fill(f"{sentence}\n\n{await web.input_value()}")
    await editor.get_by_role("button", name="保存", exact=True).click()
    await editor.goto(f"{product.desk}/articles/-/releases")
    await expect(editor.get_by_text("メルマガ").first).to_be_visible()
    await editor.locator("form.publish input[name=reason]").first.fill("反映までの日数を追加")
    await editor.locator("form.publish button").first.click()
    await live(product, "newsletter-stop", sentence)
    await ask("メルマガの配信を停止したいのですが")
    await expect(shop.locator(".bubble", has_text=sentence)).to_be_visible(timeout=20_000)

    # A person takes over, talks, and gives the customer back.
    await ask("担当者と話したいです")
    await expect(shop.locator(".bubble", has_text="おつなぎします").first).to_be_visible(timeout=20_000)
    desk = await at_the_desk(browser, product, agent.name)
    await desk.goto(f"{product.desk}/inbox")
    await desk.locator("a[href*='/inbox/']", has_text="メルマガ").first.click()
    await desk.locator("form[action$='/claim'] button").click()
    await desk.locator("#say").wait_for()
    await desk.wait_for_load_state("load")  # and its scripts hear the keys
    await desk.locator("#say").fill("お電話ありがとうございます。山田です。")
    await desk.locator("#say").press("Enter")
    await expect(shop.locator(".bubble", has_text="山田です")).to_be_visible(timeout=20_000)
    await ask("よろしくお願いします")
    await expect(desk.locator("[data-transcript]", has_text="よろしくお願いします")).to_be_visible(timeout=20_000)
    await desk.locator(".more > summary").click()
    await desk.locator("form[action$='/return'] button").click()
    await ask("ポイントの有効期限は？")
    await expect(shop.locator(".bubble", has_text="1年").last).to_be_visible(timeout=20_000)


async def live(product: Product, article_id: str, sentence: str) -> None:
    """Until the public help page, which reads the live release, has the sentence."""
    async with aiohttp.ClientSession() as http:
        for _ in range(100):
            async with http.get(f"{product.door}/faq/{article_id}") as answer:
                if sentence in await answer.text():
                    return
            await asyncio.sleep(0.1)
    raise AssertionError("the publication did not reach the door")
