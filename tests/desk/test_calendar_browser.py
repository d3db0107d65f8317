"""The calendar in a real browser. With PICTURES=1 docs/screenshots/desk-calendar.png is made anew."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from desk.app import make_app
from desk.staff import Role
from handoff import calendar_store
from nihongo.japan_time import TOKYO
from settings import Settings
from tests.desk.room import Floor
from tests.desk.seat import sit_down

FRIDAY = datetime(2026, 12, 18, 10, tzinfo=TOKYO).timestamp()
pytestmark = pytest.mark.browser


async def test_a_supervisor_announces_a_short_day(
    browser: Browser, desk_settings: Settings, aiohttp_client: Any
) -> None:
    floor = Floor(await aiohttp_client(make_app(desk_settings, clock=lambda: FRIDAY)))
    calendar_store.seed(floor.desk.engine)
    seat = await sit_down(browser, floor, "sato", "佐藤", Role.SUPERVISOR)
    page = seat.page
    await page.get_by_role("link", name="営業カレンダー").click()
    await page.get_by_label("2行目の日", exact=True).fill("１２／２８")
    await page.get_by_label("2行目の時間帯").fill("9時〜12時")
    await page.get_by_label("2行目の理由").fill("大掃除のため短縮")
    await page.get_by_label("土曜日").fill("10:00")
    await page.get_by_role("button", name="保存する").click()
    await expect(page.get_by_role("alert")).to_contain_text("土曜日：「10:00」を時間帯として読み取れません")
    await expect(page.get_by_label("2行目の理由")).to_have_value("大掃除のため短縮")
    await page.get_by_label("土曜日").fill("")
    await page.get_by_role("button", name="保存せずに確かめる").click()
    await expect(page.locator(".coming tr", has_text="12/28")).to_contain_text("09:00〜11:30 大掃除のため短縮")
    await seat.picture("calendar")
    await page.get_by_role("button", name="保存する").click()
    await expect(page.get_by_role("status")).to_contain_text("保存しました")
    await page.set_viewport_size({"width": 420, "height": 900})
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert [said for said in seat.complaints if "422" not in said] == []
    schedule, version = calendar_store.load_one(floor.desk.engine, ("*", "*"))
    assert schedule and version == 2 and schedule.days["12-28"].note == "大掃除のため短縮"
