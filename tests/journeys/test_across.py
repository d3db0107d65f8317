"""One matter over screen, telephone and SMS, through the real processes: the page's six digits, a call's link."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from run.product import Product
from tests.chromium import opened
from tests.journeys.line import Line
from tests.journeys.screens import Shopper, new_context

pytestmark = pytest.mark.browser
FEE = "全国一律で550円"


def heard(lines: list[str]) -> str:
    return "".join(lines)


async def test_the_digits_of_the_page_take_the_matter_to_the_telephone(product: Product, line: Line) -> None:
    async with opened() as browser, await new_context(browser) as context:
        shopper = await Shopper(context, product).come()
        await shopper.say("送料はいくらですか")
        await shopper.sees("解決しましたか")
        await shopper.press("いいえ")
        await shopper.sees("お役に立てず")
        call = await line.call()
        digits = await _digits(shopper)
        await call.press("8")
        told = heard(await call.press(digits))
        assert "送料はいくらですかの件ですね" in told
        assert "解決しなかった" in told and FEE not in told
        await shopper.sees("お電話でご案内を続けています")
        again = heard(await call.say("送料はいくらですか"))
        assert "同じご案内" in again and FEE not in again
        await call.hang_up()
        assert shopper.complaints == []


async def _digits(shopper: Shopper) -> str:
    """What 「電話で続ける」 shows."""
    page = shopper.page
    await page.get_by_role("button", name="質問の一覧", exact=True).click()
    await page.get_by_role("button", name="電話で続ける").click()
    code = page.locator(".box .code")
    await expect(code).to_have_text(re.compile(r"^\d{3} \d{3}$"))
    return (await code.inner_text()).replace(" ", "")


async def test_the_link_of_a_call_opens_the_chat_at_the_same_place(product: Product, line: Line) -> None:
    call = await line.call()
    assert FEE in heard(await call.say("送料はいくらですか"))
    assert "SMSでお送りしましょうか" in heard(await call.say("SMSで送って"))
    assert "SMSをお送りしました" in heard(await call.say("はい"))
    text = await line.gets("/faq/")
    await call.hang_up()
    address = re.search(rf"{re.escape(product.door)}/faq/shipping-fee\?r=\S+", text)
    assert text.startswith("【ツバメ生活堂】") and address
    async with opened() as browser, await new_context(browser) as context:
        page = await context.new_page()
        await page.goto(address[0])
        await expect(page.locator(".panel")).to_be_visible()
        bubbles = page.locator(".bubble")
        await expect(bubbles.filter(has_text="550円")).to_have_count(1)
        await expect(bubbles.filter(has_text="解決しましたか")).to_be_visible()
        await page.locator("textarea").fill("それっていくら？")
        await page.locator("textarea").press("Enter")
        await expect(bubbles.filter(has_text="550円")).to_have_count(2)
