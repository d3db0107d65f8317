"""電話で続ける: the code of this talk, until the talk goes on by telephone."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.channels.widget import pages
from tests.channels.widget.conftest import Open, Shopper
from tests.channels.widget.standin import StandIn
from tests.channels.widget.test_access import audited

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
NAME = "電話で続ける"


async def shown(shopper: Shopper) -> None:
    await shopper.say("送料は？")
    await expect(shopper.button("はい")).to_be_visible()
    await shopper.button("質問の一覧").click()
    await shopper.button(NAME, exact=False).click()
    await expect(shopper.page.get_by_role("alertdialog")).to_contain_text("012 345")


async def test_the_code_is_shown_and_put_away(shopper: Shopper) -> None:
    await expect(shopper.button(NAME, exact=False)).to_be_hidden()  # there is no talk to go on with
    await shown(shopper)
    box = shopper.page.get_by_role("alertdialog", name=NAME)
    await expect(box).to_contain_text("8 を押し")
    await expect(box).to_contain_text("10分間、1回だけ")
    await expect(box.get_by_role("link", name="0120-000-000")).to_have_attribute("href", "tel:0120000000")
    await audited(shopper)
    await shopper.page.keyboard.press("Escape")
    await expect(box).to_be_hidden()
    await expect(shopper.button("質問の一覧")).to_be_focused()


async def test_it_is_gone_when_the_talk_goes_on_by_telephone(shopper: Shopper, door: StandIn) -> None:
    await shown(shopper)
    await door.only.say("system", "お電話でご案内を続けています。")
    await expect(shopper.page.get_by_role("alertdialog")).to_have_count(0)
    await expect(shopper.bubble("お電話でご案内を続けています")).to_be_visible()


async def test_a_door_that_gives_none_says_so(shopper: Shopper, door: StandIn) -> None:
    await shopper.say("送料は？")
    await expect(shopper.button("はい")).to_be_visible()
    await shopper.button("質問の一覧").click()
    door.away = True
    await shopper.button(NAME, exact=False).click()
    await expect(shopper.page.get_by_role("alert")).to_contain_text("受け付けができません")


async def test_without_a_telephone_there_is_no_button(visit: Open, door: StandIn) -> None:
    door.start = pages.START | {"phone_code": False}
    shopper = await visit()
    await shopper.open()
    await shopper.say("送料は？")
    await expect(shopper.button("はい")).to_be_visible()
    await shopper.button("質問の一覧").click()
    await expect(shopper.button(pages.QUESTIONS[0])).to_be_visible()
    await expect(shopper.button(NAME, exact=False)).to_have_count(0)
