"""A lunch break, an evening, a day off and the next morning, by a clock that the test moves, in Chromium; and a
national holiday, by the calendar that the product comes with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

import aiohttp
import jpholiday
import pytest
from playwright.async_api import expect

from handoff.sentences import weekday
from nihongo.japan_time import TOKYO
from run.product import Product
from tests.journeys import calendar, laws
from tests.journeys.clock import MovedClock
from tests.journeys.conftest import var_dir
from tests.journeys.people import Customer
from tests.journeys.screens import Seat, Shopper

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def moment(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), TOKYO)


async def test_a_lunch_break_and_a_day_off(
    product: Product, clock: MovedClock, seats: tuple[Seat, Seat], shoppers: list[Shopper]
) -> None:
    short, off = calendar.unlike(clock.began.date())
    waits, lunch, evening = shoppers
    clock.pass_until(moment(short, "11:59:00"))
    await a_new_shift(*seats)
    await lunch_break(clock, short, seats[0], waits, lunch)
    clock.pass_until(moment(short, "17:30:00"))  # half an hour before the agents go
    await leave_a_message(evening, f"{after(off)}0時から", "注文を取り消したいです。")
    await evening.leave()
    clock.pass_until(moment(off, "10:00:00"))
    await day_off(off, seats[1], waits)
    clock.pass_until(moment(off, "23:45:00"))
    await evening.come()  # thirty hours later, before anybody has the message: it is still the same talk
    await evening.sees("注文を取り消したいです。")
    await a_new_shift(*seats)
    await seats[1].set_work("ready")
    clock.pass_until(moment(off + timedelta(days=1), "00:00:00"))
    await answer(seats[1], evening, "お取り消しいたしました。")
    await laws.hold(product, shoppers, seats)


async def a_new_shift(*seats: Seat) -> None:
    """The session of the day before is over."""
    for seat in seats:
        await seat.page.close()
        await seat.sit_down()
        await seat.enter()


async def lunch_break(clock: MovedClock, day: date, seat: Seat, waits: Shopper, lunch: Shopper) -> None:
    """Who waits goes on waiting and may be served; who comes in the break leaves a message and is called after it."""
    await waits.say("今日は何時までやっていますか")
    await waits.sees("本日は17時30分まで承っております（12時から13時は休止いたします）")
    await waits.ask_for_a_person()
    clock.pass_until(moment(day, "12:00:00"))
    await leave_a_message(lunch, "本日13時から", "鍋の取っ手が外れました。")
    await waits.talks_to("queue")
    await expect(seat.page.locator("[data-list=waiting] a").last).to_contain_text("受付開始待ち")
    await seat.set_work("ready")
    await answer(seat, waits, "お待たせいたしました。")
    await expect(seat.offer).to_be_hidden()
    clock.pass_until(moment(day, "13:00:00"))
    await answer(seat, lunch, "メッセージを拝見しました。")
    await seat.set_work("off")


async def leave_a_message(shopper: Shopper, opening: str, text: str) -> None:
    await shopper.say("担当者と話したいです")
    await shopper.sees(f"ただいまは担当者の受付時間外のため、担当者がうかがうのは、{opening}")
    await shopper.press("メッセージを残す")
    await shopper.sees("この次のメッセージに")
    await shopper.say(text)
    await shopper.sees(f"{opening}、担当者が確認いたします")


async def answer(seat: Seat, shopper: Shopper, text: str) -> None:
    """Accepts the call, says this, and gives the customer back."""
    await seat.accept()
    await seat.say(text)
    await shopper.sees(text)
    await laws.same_at_the_desk(seat, shopper)
    await seat.more("自動応答に戻す")
    await shopper.talks_to("bot")


async def day_off(off: date, seat: Seat, shopper: Shopper) -> None:
    """Everybody is told why, and when people are back."""
    await a_new_shift(seat)
    await expect(seat.page.locator(".hours")).to_contain_text(
        f"次は{after(off)}0時から承ります。（{calendar.DAY_OFF}）"
    )
    await shopper.say("今日は何時までやっていますか")
    await shopper.sees("本日は、担当者の受付をお休みしております")
    await shopper.say("担当者と話したいです")
    await shopper.sees(f"ただいまは担当者の受付時間外のため、担当者がうかがうのは、{after(off)}0時から")
    await shopper.press("残さずに自動応答に戻る")
    await shopper.sees("取り消しました")


def after(day: date) -> str:
    """The day after it, as customers are told."""
    return told(day + timedelta(days=1))


@pytest.fixture
def eve(tmp_path: Path) -> MovedClock:
    """In the evening before a national holiday."""
    clock = MovedClock(tmp_path / "ahead")
    clock.pass_until(moment(holiday_after(clock.now().date()) - timedelta(days=1), "20:00:00"))
    return clock


@pytest.fixture
def ordinary(tmp_path: Path, learned: Path, eve: MovedClock) -> Iterator[Product]:
    """With the calendar that it comes with: weekdays 9-12 and 13-18."""
    running = Product(var_dir(tmp_path / "var", learned))
    running.environment |= eve.environment
    running.start()
    yield running
    assert running.stop() == 0, running.logs()


async def test_a_national_holiday(eve: MovedClock, ordinary: Product) -> None:
    """On its eve and in the middle of it nobody is let wait; calls are booked for the business day after it only."""
    holiday = eve.now().date() + timedelta(days=1)
    opening = told(next_business_day(holiday))
    async with aiohttp.ClientSession() as http:
        for pass_on in (None, moment(holiday, "10:00:00")):
            if pass_on:
                eve.pass_until(pass_on)
            customer = await Customer(http, ordinary.door).arrive()
            await closed_until(customer, f"{opening}9時から")
            await a_call_on_the_next_business_day(customer, holiday, opening)
            await customer.leave()
        customer = await Customer(http, ordinary.door).arrive()
        await customer.say("今日は何時までやっていますか")
        await customer.shown("本日は、担当者の受付をお休みしております")
        await customer.leave()


async def closed_until(customer: Customer, opening: str) -> None:
    await customer.say("担当者と話したいです")
    last = await customer.shown("メッセージを残していただけますと")
    assert f"ただいまは担当者の受付時間外のため、担当者がうかがうのは、{opening}" in "".join(
        line["text"] for line in customer.lines()
    )
    titles = [choice["title"] for choice in last["choices"]]
    assert titles == ["メッセージを残す", "折り返しのお電話を予約", "残さずに自動応答に戻る"]


async def a_call_on_the_next_business_day(customer: Customer, holiday: date, opening: str) -> None:
    await customer.choose("折り返しのお電話を予約")
    await customer.shown("ご希望の日時")
    await customer.say(f"{holiday.month}月{holiday.day}日の10時")
    refused = await customer.shown("承ることができません")
    assert [choice["title"] for choice in refused["choices"]] == [
        f"{opening}{at}" for at in ("9時", "9時30分", "10時")
    ] + ["やめる"]
    await customer.choose(f"{opening}9時")
    await customer.shown("フリガナ")
    await customer.say("ヤマダ")
    await customer.shown("お電話番号を")
    await customer.say("090-8765-4321")
    await customer.shown(f"{opening}9時ごろ、ヤマダ様")
    await customer.choose("はい")
    await customer.shown("予約しました")


def holiday_after(today: date) -> date:
    """The next national holiday but one in the turn of the year, when nobody works anyway."""
    days = (today + timedelta(days=ahead) for ahead in range(1, 366))
    return next(
        day for day in days if jpholiday.is_holiday(day) and day.weekday() < 5 and (day.month, day.day) > (1, 3)
    )


def next_business_day(holiday: date) -> date:
    days = (holiday + timedelta(days=ahead) for ahead in range(1, 15))
    return next(day for day in days if day.weekday() < 5 and not jpholiday.is_holiday(day))


def told(day: date) -> str:
    return f"{day.month}月{day.day}日({weekday(day.weekday())})"
