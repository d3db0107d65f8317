"""A call at the desk in a browser: notices, recordings, the pages of numbers and of Twilio; nothing that axe finds."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from channels.simulate.twilio import Twilio
from desk.app import make_app
from desk.staff import Role
from handoff.number import spoken
from handoff.ticket import Ticket
from settings import Settings
from tests import axe
from tests.desk.phone_room import ACCOUNT, TOKEN, TWILIO, PhoneDesk
from tests.desk.seat import Seat, sit_down

pytestmark = pytest.mark.browser
CID = "voice-CA1"


@pytest.fixture
async def floor(desk_settings: Settings, aiohttp_client: Any) -> AsyncIterator[PhoneDesk]:
    async with Twilio(ACCOUNT, TOKEN, "http://127.0.0.1:9").running() as twilio:
        settings = desk_settings.copy(update=TWILIO | {"twilio_api_base_url": twilio.url})
        yield PhoneDesk(await aiohttp_client(make_app(settings)), twilio)


@pytest.fixture
async def seat(browser: Browser, floor: PhoneDesk) -> Seat:
    """Somebody who may do everything, and gives the number by which callers reach them."""
    found = await sit_down(browser, floor, "yamada", "山田", *Role)
    await found.page.goto(f"{floor.origin}/me")
    await found.page.get_by_label("電話番号").fill("０９０－１１１１－２２２２")
    await found.page.get_by_role("button", name="番号を保存する").click()
    await expect(found.page.get_by_label("電話番号")).to_have_value("090-1111-2222")
    return found


async def claimed(seat: Seat, floor: PhoneDesk) -> Ticket:
    """A caller, taken on the page of their talk."""
    ticket = await floor.caller()
    await seat.page.goto(f"{floor.origin}/inbox/{ticket.number}")
    await seat.page.get_by_role("button", name="応対を開始する").click()
    await expect(seat.page.get_by_text("お手元の電話が鳴りましたら")).to_be_visible()
    return ticket


async def test_a_call_from_the_claim_to_the_recording(seat: Seat, floor: PhoneDesk) -> None:
    ticket, page = await claimed(seat, floor), seat.page
    me = (await floor.desk.agents.all())[0]
    made = floor.twilio.recordings.make("CA1", 12, "DialVerb")
    await floor.says(CID, "そうりょうを、おしえて", "s1", recognition=0.41)
    await floor.note(CID, "r1", recording={"sid": made.sid, "seconds": 12})
    await expect(seat.transcript).to_contain_text("聞き取りの確かさ 41%")
    line = seat.transcript.locator(".note", has_text="通話の録音（12秒）")
    await expect(line).to_contain_text("文字起こしなし")
    await floor.note(CID, "t1", transcription={"sid": made.sid, "text": "送料の件です"})
    await expect(line).to_contain_text("文字起こし：送料の件です")
    await floor.note(CID, "d1", dial={"agent": me.id, "name": "山田", "why": "no_answer"})
    toast = page.locator(".toast", has_text="電話に出られませんでした")
    await expect(toast).to_be_visible()
    assert await axe.findings(page) == []
    await seat.picture("telephone")
    await page.reload()  # as after the release: it is told on the page that comes, too
    await toast.get_by_role("button", name="閉じる").click()
    await page.reload()
    await expect(seat.transcript).to_contain_text("おつなぎできませんでした（電話に出られませんでした）")
    await expect(toast).to_have_count(0)
    async with page.context.expect_page() as opened:
        await seat.transcript.get_by_role("link", name="録音を聞く").click()
    await (await opened.value).wait_for_url(f"**/inbox/{ticket.number}/recordings/{made.sid}")
    assert seat.complaints == []


async def test_why_a_call_came_to_nothing_is_told_beside_other_talks(seat: Seat, floor: PhoneDesk) -> None:
    ticket, page = await claimed(seat, floor), seat.page
    me = (await floor.desk.agents.all())[0]
    await page.goto(f"{floor.origin}/inbox")
    await floor.note(CID, "o1", call_out={"agent": me.id, "name": "山田", "what": "agent_busy"})
    toast = page.locator(".toast", has_text=f"{spoken(ticket.number)}：")
    await expect(toast).to_have_count(1)
    await toast.get_by_role("button", name="閉じる").click()
    await page.goto(f"{floor.origin}/inbox/{ticket.number}")
    await expect(seat.transcript).to_contain_text("山田さん：")
    await expect(page.locator(".toast", has_text="お話し中でした")).to_have_count(0)
    assert seat.complaints == []


@pytest.mark.parametrize("path", ["/me", "/users", "/twilio"])
async def test_the_pages_are_for_everybody(seat: Seat, floor: PhoneDesk, path: str) -> None:
    await seat.page.goto(f"{floor.origin}{path}")
    assert await axe.findings(seat.page) == []
    assert await seat.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await seat.picture(f"{path[1:]}-page")
