"""The company's account in a real browser: cookies, policies and redirects between two sites as browsers have them."""

from __future__ import annotations

import pytest
from playwright.async_api import expect
from yarl import URL

from desk.oidc import COOKIE
from desk.sessions import COOKIE as SESSION
from tests.chromium import opened
from tests.desk.oidc_room import Company, Issuer

pytestmark = pytest.mark.browser


async def test_one_click_leads_to_the_issuer_and_back_to_the_page_one_wanted(company: Company, issuer: Issuer) -> None:
    """The desk is `localhost`, the issuer 127.0.0.1: another site, so that SameSite is put to the test."""
    way = await company(oidc_default_roles="agent", host="localhost")
    desk = URL(way.floor.origin).with_host("localhost")
    async with opened() as browser:
        page = await browser.new_page()
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        await page.goto(str(desk / "inbox"))
        await page.get_by_role("link", name="会社のアカウントでサインイン").click()
        await expect(page.locator(".who-name")).to_have_text("山田 花子")
        assert URL(page.url) == desk / "inbox" and not complaints
        kept = {cookie.get("name"): cookie for cookie in await page.context.cookies(str(desk / "login/company"))}
        assert kept[SESSION].get("httpOnly") and COOKIE not in kept
        await page.get_by_role("button", name="サインアウト").click()
        issuer.error = "access_denied"
        await page.get_by_role("link", name="会社のアカウントでサインイン").click()
        await expect(page.get_by_role("alert")).to_contain_text("サインインが取り消されました")
        await page.get_by_role("link", name="サインインの画面へ").click()
        await expect(page.get_by_label("パスワード")).to_be_visible()
