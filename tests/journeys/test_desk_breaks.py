"""What breaks in mid-talk, seen in Chromium on both sides: closed tabs, a killed desk, a killed Rasa."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import expect

from conversation.keys import presence
from handoff.clock import AWAY_SECONDS
from handoff.keys import AWAY
from run.product import Product
from stores import open_redis
from tests.journeys import laws
from tests.journeys.clock import MovedClock
from tests.journeys.screens import Seat, Shopper

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_who_closes_the_page_in_mid_talk_comes_back_to_all_of_it(
    product: Product, seats: tuple[Seat, Seat], shoppers: list[Shopper]
) -> None:
    yamada, _ = seats
    first, second, third = shoppers
    await asyncio.gather(*(shopper.ask_for_a_person() for shopper in shoppers))
    for shopper in (third, second, first):
        await yamada.claim(shopper.ticket)
        await yamada.say("お待たせしました。")

    await first.say("調べてもらえますか")
    await yamada.sees("調べてもらえますか")
    await first.leave()
    await yamada.say("在庫がございました。")
    await first.come()
    await first.sees("在庫がございました。")
    await first.say("戻りました")
    await yamada.sees("戻りました")

    await yamada.field.fill("お届けは明日に")
    await yamada.page.close()
    await asyncio.gather(*(shopper.say("いつ届きますか") for shopper in shoppers))
    await yamada.sit_down()
    await expect(yamada.page.locator("[data-list=mine] .dot")).to_have_count(3)
    await yamada.open(first.ticket)
    await expect(yamada.field).to_have_value("お届けは明日に")
    await yamada.write("なります。")
    await first.sees("お届けは明日になります。")
    await laws.same_at_the_desk(yamada, first)
    for shopper in shoppers:
        await yamada.give_back(shopper.ticket)
    await laws.hold(product, shoppers, seats)


async def test_killed_desk_and_rasa_cost_no_word_on_either_side(
    product: Product, seats: tuple[Seat, Seat], shoppers: list[Shopper]
) -> None:
    first, second, third = shoppers
    await asyncio.gather(first.ask_for_a_person(), second.ask_for_a_person(), third.say("送料はいくらですか？"))
    await third.sees("解決しましたか")
    for seat, shopper in zip(seats, (first, second), strict=True):
        await seat.claim(shopper.ticket)
        await seat.say("お待たせしました。")

    killed = {name: product.kill(name) for name in ("desk", "rasa")}
    for seat, shopper in zip(seats, (first, second), strict=True):
        await seat.write("切れている間の言葉です。")
        await shopper.say("聞こえますか")
    await third.say("ポイントの有効期限はいつまでですか")
    for name, pid in killed.items():
        await asyncio.to_thread(product.wait_for_rebirth, name, pid)
        await asyncio.to_thread(product.wait_until_ready, name)
    for seat, shopper in zip(seats, (first, second), strict=True):
        await seat.sees("聞こえますか")
        await shopper.sees("切れている間の言葉です。")
        await seat.say("はい、聞こえております。")
        await laws.same_at_the_desk(seat, shopper)
        await seat.give_back(shopper.ticket)
    await third.sees("1年")
    await first.say("ポイントの有効期限はいつまでですか")  # and the bot, too, is back
    await first.sees("1年")
    await third.ask_for_a_person()
    await third.press("待つのをやめる")
    await third.talks_to("bot")
    await laws.hold(product, shoppers, seats)


async def test_who_leaves_while_waiting_is_let_go_after_the_limit_and_may_come_again(
    product: Product, clock: MovedClock, nobody_waits: None, shoppers: list[Shopper]
) -> None:
    gone, stays, _ = shoppers
    left = await gone.ask_for_a_person()
    await stays.ask_for_a_person()
    await expect(stays.page.locator(".queue")).to_contain_text("2 番目")
    await gone.know()
    await gone.leave()
    await away(product, gone)
    clock.pass_seconds(AWAY_SECONDS)
    await expect(stays.page.locator(".queue")).to_contain_text("次にご案内")
    await stays.sees("お待たせしており")  # and is asked how to go on
    await gone.come()
    await gone.talks_to("bot")
    again = await gone.ask_for_a_person()
    await expect(gone.page.locator(".queue")).to_contain_text("2 番目")
    for shopper in (gone, stays):
        await shopper.press("待つのをやめる" if shopper is gone else "自動応答に戻る")
        await shopper.talks_to("bot")
    await laws.hold(product, (gone, stays))
    assert await laws.ended_once(product, gone.conversation_id) == {left: "abandoned", again: "abandoned"}


async def away(product: Product, shopper: Shopper) -> None:
    """A minute passes in Redis, where the clock is not ours to move; then the product has seen that nobody is there."""
    redis = open_redis(product.settings.redis_url)
    while not await redis.hexists(AWAY, shopper.ticket):
        await redis.delete(presence(shopper.conversation_id))
        await asyncio.sleep(0.1)
    await redis.aclose()
