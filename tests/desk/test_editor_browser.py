"""The editors' room in a real browser: what is typed is checked at once, shown as customers meet it, and never lost."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from desk.app import make_app
from kb.editing import Editing
from settings import Settings
from tests.chromium import opened
from tests.desk.editor_room import EditorFloor, fill, make
from tests.desk.room import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture
async def room(desk_settings: Settings, tmp_path: Path, aiohttp_client: Any) -> EditorFloor:
    fill(tmp_path / "articles")
    settings = Settings(**desk_settings.dict() | {"kb_dir": tmp_path / "articles"})
    floor = EditorFloor(await aiohttp_client(make_app(settings)))
    floor.publish()
    await floor.staff()
    return floor


@pytest.fixture
async def page(room: EditorFloor) -> AsyncIterator[Page]:
    """佐藤's browser, signed in; any complaint of the browser fails the test."""
    complaints: list[str] = []
    async with opened() as browser:
        context = await browser.new_context(viewport={"width": 1360, "height": 900}, locale="ja-JP")
        page = await context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda told: complaints.append(told.text) if _bad(told) else None)
        await sign_in(page, room, "sato")
        yield page
    assert complaints == []


def _bad(told: Any) -> bool:
    return told.type in ("error", "warning") and "Failed to load resource" not in told.text


async def sign_in(page: Page, room: EditorFloor, name: str) -> None:
    await page.context.clear_cookies()
    await page.goto(f"{room.origin}/login")
    await page.fill("[name=name]", name)
    await page.fill("[name=password]", PASSWORD)
    await page.locator("main button[type=submit]").click()
    await page.wait_for_url(re.compile("/articles"))


async def open_article(page: Page, room: EditorFloor, id: str = "shipping-fee") -> None:
    await page.goto(f"{room.origin}/articles/{id}")
    await expect(page.locator("[data-sms-count]")).to_contain_text("通")


async def test_faults_show_while_typing_and_go_when_mended(room: EditorFloor, page: Page) -> None:
    await open_article(page, room)
    await page.fill("[name=sms]", "長" * 202)
    await expect(page.locator("[data-told=sms]")).to_contain_text("4通に分かれます")
    await expect(page.locator("[data-results] .error")).to_have_count(1)
    await expect(page.locator("[data-sms-measure]")).to_have_class(re.compile("over"))
    await page.fill("[name=sms]", "送料は550円です。")
    await expect(page.locator("[data-results] li")).to_have_count(0)


async def test_the_three_wordings_are_shown_as_customers_meet_them(room: EditorFloor, page: Page) -> None:
    await open_article(page, room)
    await page.fill("[name=web]", "**600円**です。\n\n- [くわしく](https://shop.example/)\n- <img src=x>")
    await expect(page.locator("[data-web] strong")).to_have_text("600円")
    await expect(page.locator("[data-web] a")).to_have_attribute("href", "https://shop.example/")
    assert await page.locator("[data-web] img").count() == 0
    await page.fill("[name=sms]", "600円です。")
    await expect(page.locator("#as-sms")).to_be_visible()
    await expect(page.locator("[data-sms]")).to_have_text("600円です。")
    await page.locator("#tab-sms").press("ArrowRight")
    await expect(page.locator("#as-speech")).to_be_visible()
    await expect(page.locator("#tab-speech")).to_be_focused()


async def test_fields_follow_the_scope(room: EditorFloor, page: Page) -> None:
    await open_article(page, room)
    await expect(page.locator("[name=reason]")).to_be_hidden()
    await page.select_option("[name=scope]", "hand_off")
    await expect(page.locator("[name=reason]")).to_be_visible()
    await expect(page.locator("[name=web]")).to_be_hidden()
    await expect(page.locator("[data-told=scope]")).to_contain_text("reason")
    await page.select_option("[name=reason]", "complex_topic")
    await expect(page.locator("[data-told=scope] li")).to_have_count(0)


async def test_related_articles_are_picked_by_title(room: EditorFloor, page: Page) -> None:
    await open_article(page, room)
    await page.select_option("[data-add-related]", "return-how")
    await page.select_option("[data-add-related]", "point-earn")
    await page.locator("[data-related] li", has_text="返品したい").get_by_role("button").click()
    await page.get_by_role("button", name="保存", exact=True).click()
    await page.wait_for_url(re.compile("done=saved"))
    assert room.articles["shipping-fee"].related == ("point-earn",)


async def test_what_was_typed_survives_closing_the_page(room: EditorFloor, page: Page) -> None:
    await open_article(page, room)
    await page.fill("[name=web]", "まだ保存していない文")
    await expect(page.locator("[data-save-state]")).to_have_text("保存していない変更があります")
    again = await page.context.new_page()
    await open_article(again, room)
    await again.get_by_role("button", name="入力を戻す").click()
    await expect(again.locator("[name=web]")).to_have_value("まだ保存していない文")
    await again.get_by_role("button", name="保存", exact=True).click()
    await again.wait_for_url(re.compile("done=saved"))
    await open_article(again, room)
    await expect(again.locator("[data-kept]")).to_be_hidden()
    assert room.articles["shipping-fee"].answer.web == "まだ保存していない文"


async def test_a_conflict_is_told_kindly_and_loses_nothing(room: EditorFloor, page: Page) -> None:
    await open_article(page, room)
    await page.fill("[name=title]", "佐藤の考えた題")
    editing = Editing(room.kb_dir, room.desk.engine)
    editing.save(make("shipping-fee", title="鈴木の考えた題"), "鈴木", 1)
    await page.get_by_role("button", name="保存", exact=True).click()
    await expect(page.locator("#conflict")).to_contain_text("鈴木さんがこの記事を保存しました")
    await expect(page.locator("#conflict ins").first).to_contain_text("鈴木")
    await expect(page.locator("[name=title]")).to_have_value("佐藤の考えた題")
    await page.get_by_role("button", name="自分の内容で保存").click()
    await page.wait_for_url(re.compile("done=saved"))
    assert (room.articles["shipping-fee"].title, room.articles["shipping-fee"].version) == ("佐藤の考えた題", 3)


async def test_a_question_is_tried_before_publishing(room: EditorFloor, page: Page) -> None:
    await open_article(page, room)
    await page.fill("[name=phrasings]", "運賃はどうなりますか\n運賃\n送る時の運賃\n運賃の額\n運賃を知りたい")
    await page.fill("[data-question]", "運賃を教えて")
    await page.press("[data-question]", "Enter")
    await expect(page.locator(".verdict")).to_have_text("この記事が1番目に選ばれます。")
    await expect(page.locator("[data-trial] .own").first).to_have_text(re.compile("送料はいくら"))
    assert room.articles["shipping-fee"].version == 1


async def test_from_a_new_article_to_customers_and_back(room: EditorFloor, page: Page) -> None:
    await page.goto(f"{room.origin}/articles/-/new")
    await page.fill("[name=id]", "island-fee")
    await page.fill("[name=title]", "離島の送料はいくらですか？")
    await page.fill("[name=category]", "配送")
    await page.fill("[name=web]", "離島は1,650円です。")
    await page.fill("[name=sms]", "離島は1,650円です。")
    await page.fill("[name=speech]", "離島は1650円です。")
    await page.fill("[name=phrasings]", "離島だといくら\n島の送料\n離島料金\n島に住んでいます\n沖縄の送料")
    await page.select_option("[name=status]", "ready")
    await page.get_by_role("button", name="保存", exact=True).click()
    await page.wait_for_url(re.compile("island-fee"))
    await sign_in(page, room, "tanaka")
    await page.goto(f"{room.origin}/articles/-/releases")
    await expect(page.locator(".changes")).to_contain_text("離島の送料はいくらですか")
    await page.get_by_label("公開の理由").fill("離島の案内を追加")
    await page.get_by_role("button", name="公開する").click()
    await page.wait_for_url(re.compile("done=published"))
    release = room.desk.release.current
    assert release is not None
    page.on("dialog", lambda dialog: dialog.accept())
    await page.get_by_role("link", name="公開版 1").click()
    await page.get_by_label("戻す理由").fill("確認のため")
    await page.get_by_role("button", name="公開版 1 に戻す").click()
    await page.wait_for_url(re.compile("done=rolled_back"))
    await expect(page.locator("tr.live")).to_contain_text("切り戻し")
    await expect(page.locator("tr.live")).to_contain_text("田中")


@pytest.mark.parametrize("width", [390, 1024])
async def test_nothing_sticks_out_on_narrow_screens(room: EditorFloor, page: Page, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 800})
    for path in ("/articles", "/articles/shipping-fee", "/articles/-/releases", "/articles/shipping-fee/history"):
        await page.goto(room.origin + path)
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, path
