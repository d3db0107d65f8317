"""Callbacks in Chromium: booked in the widget, changed and cancelled there, carried out at the desk when it is time."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from playwright.async_api import expect

from handoff.callback_clock import REMIND_SECONDS
from handoff.callback_store import Callback, CallbackState, of_ticket
from nihongo.japan_time import TOKYO
from run.product import Product
from stores import open_sql
from tests.journeys import laws
from tests.journeys.clock import MovedClock
from tests.journeys.screens import Seat, Shopper

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
KANA, PHONE = "ゾノムラ", "090-8765-4321"


async def test_a_callback_is_booked_changed_and_carried_out(
    product: Product, clock: MovedClock, seats: tuple[Seat, Seat], shoppers: list[Shopper]
) -> None:
    yamada, suzuki = seats
    called, cancels, waits = shoppers
    await asyncio.gather(*(shopper.ask_for_a_person() for shopper in shoppers))
    await asyncio.gather(book(called, KANA, PHONE), book(cancels, "カトウ", "03-1234-5678"))
    await expect(yamada.page.locator("[data-list=waiting] a")).to_have_count(1)  # of later calls agents see nothing
    await cancels.press("予約を取り消す")
    await cancels.sees("取り消しました")
    await change(called)
    await called.say("送料はいくらですか？")  # meanwhile the bot is there
    await called.sees("550円")

    at = datetime.fromtimestamp((await asyncio.to_thread(callback, product, called)).slot_at, TOKYO)
    clock.pass_until(at - timedelta(seconds=REMIND_SECONDS))
    await called.sees("まもなく")
    await suzuki.set_work("ready")
    await suzuki.accept()
    await waits.sees("担当の鈴木が承ります")
    clock.pass_until(at)
    await suzuki.accept()
    await called.sees("これからお電話いたします")
    await carry_out(suzuki)
    await called.sees("お電話でのご案内を終了しました")
    states = [(await asyncio.to_thread(callback, product, one)).state for one in (called, cancels)]
    assert states == [CallbackState.DONE, CallbackState.CANCELLED]
    await laws.same_at_the_desk(suzuki, called)
    await suzuki.give_back(waits.ticket)
    await laws.hold(product, shoppers, seats)


async def book(shopper: Shopper, kana: str, phone: str) -> None:
    await shopper.press("折り返し予約に変更")
    await shopper.sees("ご希望の日時")
    when = await shopper.press_number(1)
    await shopper.sees("フリガナ")
    await shopper.say(kana)
    await shopper.sees("お電話番号を")
    await shopper.say(phone)
    await agree(shopper)
    await shopper.sees(f"折り返しのお電話を予約しました。{when}ごろ")


async def change(shopper: Shopper) -> None:
    """To the next half hour; name and number are known."""
    await shopper.press("日時を変える")
    await shopper.sees("ご希望の日時")
    when = await shopper.press_number(2)
    await agree(shopper)
    await shopper.sees(f"ごろから{when}ごろに変更しました")


async def agree(shopper: Shopper) -> None:
    await shopper.sees("よろしいでしょうか")
    await shopper.press("はい")


async def carry_out(seat: Seat) -> None:
    """The number is hidden until it is asked for; the call is recorded, then the talk is written up."""
    beside = seat.page.locator(".callback")
    await expect(beside).to_contain_text(f"{KANA} 様")
    await expect(beside).not_to_contain_text(PHONE)
    await beside.get_by_role("button", name="番号を表示").click()
    await expect(beside).to_contain_text(PHONE)
    await beside.get_by_role("button", name="つながった").click()
    await expect(beside.locator(".events")).to_contain_text("つながった（鈴木）")
    await seat.end_talk("配送/送料/金額の確認", "お電話でご案内")


def callback(product: Product, shopper: Shopper) -> Callback:
    engine = open_sql(product.settings.database_url)
    found = of_ticket(engine, shopper.ticket)
    engine.dispose()
    assert found
    return found
