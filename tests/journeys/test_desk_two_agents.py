"""Two agents, a supervisor and three customers at once, all in Chromium: calls, handing on, taking over."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import expect

from run.product import Product
from tests.journeys import laws
from tests.journeys.clock import MovedClock
from tests.journeys.screens import Seat, Shopper

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
OFFER_SECONDS = 20  # of handoff/queues.yml


async def test_a_call_that_is_declined_or_missed_comes_to_the_next_agent(
    product: Product, clock: MovedClock, seats: tuple[Seat, Seat], shoppers: list[Shopper]
) -> None:
    yamada, suzuki = seats
    first, second, third = shoppers
    await yamada.set_work("ready")
    await suzuki.set_work("ready")

    await first.ask_for_a_person()
    await expect(yamada.offer).to_be_visible()  # who is without a talk for longest
    await expect(suzuki.offer).to_be_hidden()
    await yamada.decline()
    await suzuki.accept()
    await first.sees("担当の鈴木が承ります")

    await second.ask_for_a_person()
    await expect(yamada.offer).to_be_visible()  # who has less to do
    clock.pass_seconds(OFFER_SECONDS)
    await expect(yamada.page.locator("[data-work-since]")).to_contain_text("応答がなかった")
    await suzuki.accept()
    await second.sees("担当の鈴木が承ります")

    await third.ask_for_a_person()
    await suzuki.accept()  # alone: who missed a call is not called
    await expect(yamada.offer).to_be_hidden()
    await asyncio.gather(*(one.say(f"{name}の件です") for one, name in zip(shoppers, "ABC", strict=True)))
    await suzuki.sees("Cの件です")
    await expect(suzuki.page.locator("[data-list=mine] .dot")).to_have_count(2)  # the two that are not open
    await expect(suzuki.page).to_have_title("(2) 有人対応｜ツバメ生活堂 窓口デスク")
    for shopper, name in zip(shoppers, "ABC", strict=True):
        await suzuki.open(shopper.ticket)
        await suzuki.say(f"{name}の件、承りました。")
        await shopper.sees(f"{name}の件、承りました。")
        await laws.same_at_the_desk(suzuki, shopper)
    for shopper in shoppers:
        await suzuki.give_back(shopper.ticket)
    await laws.hold(product, shoppers, seats)


async def test_handed_on_and_taken_over_in_mid_talk_there_is_one_voice(
    product: Product, seats: tuple[Seat, Seat], boss: Seat, shoppers: list[Shopper]
) -> None:
    yamada, suzuki = seats
    first, second, third = shoppers
    await suzuki.set_work("off")  # talks can be handed to who has set a state
    await asyncio.gather(*(shopper.ask_for_a_person() for shopper in shoppers))
    for seat, shopper in ((yamada, first), (suzuki, second), (suzuki, third)):
        await seat.claim(shopper.ticket)
        await shopper.sees(f"担当の{seat.display_name}が承ります")
        await seat.say(f"{seat.display_name}です。ご用件をどうぞ。")

    await hand_on(yamada, suzuki, first)
    assert await yamada.say_beside(first.ticket, "まだ私です") == "not_owner"
    await first.say("写真も送りました")  # while nobody has the talk
    await suzuki.claim(first.ticket)
    await first.sees("担当の鈴木が承ります")
    await suzuki.sees("写真も送りました")
    await expect(suzuki.page.locator("[data-notes]")).to_contain_text("写真は受け取り済みです")
    await suzuki.say("写真を拝見しました。")

    await suzuki.open(second.ticket)
    await suzuki.field.fill("書きかけの文")
    await take_over(boss, second)
    await expect(suzuki.page.get_by_role("alert")).to_have_text("加藤さんが引き継ぎました。")
    assert await suzuki.say_beside(second.ticket, "まだ私です") == "not_owner"
    assert await boss.say_beside(first.ticket, "横から失礼します") == "not_owner"  # a supervisor reads, and is silent
    await boss.say("責任者の加藤です。")
    await second.sees("責任者の加藤です。")

    await asyncio.gather(*(shopper.say("ありがとうございました") for shopper in shoppers))
    for seat, shopper in ((suzuki, first), (suzuki, third), (boss, second)):
        await seat.page.goto(f"{product.desk}/inbox/{shopper.ticket}")
        await seat.sees("ありがとうございました")
        await laws.same_at_the_desk(seat, shopper)
        await seat.end_talk("返品・交換/不良・破損/破損")
        await shopper.sees("今回のお問い合わせは解決しましたか")
    await laws.hold(product, shoppers, (*seats, boss))


async def hand_on(giver: Seat, taker: Seat, shopper: Shopper) -> None:
    """With a note, to a colleague; the customer is told."""
    await giver.page.get_by_role("button", name="転送する").click()
    await giver.page.get_by_label("転送先").select_option(label=f"{taker.display_name}（受付停止）")
    await giver.page.locator("dialog[open] textarea").fill("写真は受け取り済みです")
    await giver.page.locator("dialog[open] button.primary").click()
    await giver.page.wait_for_url("**/inbox")
    await shopper.sees("詳しい者に担当を交代いたします")


async def take_over(boss: Seat, shopper: Shopper) -> None:
    await boss.open(shopper.ticket)
    await boss.page.get_by_role("button", name="割り当てる・引き取る").click()
    await boss.page.get_by_role("button", name="決定する").click()
    await expect(boss.field).to_be_focused()
    await shopper.sees(f"担当の{boss.display_name}が承ります")
