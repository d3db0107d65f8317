"""kill -9 of each process in mid-talk: nothing that was acked is lost, doubled or left without an answer."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest

from run.product import Product
from tests.journeys.people import Agent, Customer
from tests.journeys.rows import assert_voc_equals_screen
from tests.journeys.test_person import queued

QUESTIONS = (
    "送料はいくらですか？",
    "ポイントの有効期限はいつまでですか",
    "クーポンは併用できますか",
    "領収書はどこで発行できますか",
    "パスワードを忘れました",
)


async def reborn(product: Product, name: str, old_pid: int) -> None:
    await asyncio.to_thread(product.wait_for_rebirth, name, old_pid)


@pytest.mark.parametrize("name", ["rasa", "language", "actions", "voc", "clock"])
async def test_a_killed_process_costs_no_word(product: Product, customer: Customer, name: str) -> None:
    await customer.answered(await customer.say(QUESTIONS[0]))
    sent = [await customer.say(QUESTIONS[1])]
    pid = product.kill(name)
    sent += [await customer.say(question) for question in QUESTIONS[2:]]
    for message_id in sent:
        line = await customer.answered(message_id)
        assert line["from"] in ("bot", "system"), line
    await reborn(product, name, pid)
    assert product.said(f"{name} が停止しました")
    ids = [frame["exchange_id"] for frame in customer.screen.values() if frame["from"] == "customer"]
    assert len(ids) == len(set(ids)) == len(QUESTIONS)
    await asyncio.to_thread(product.wait_until_ready, name)
    await assert_voc_equals_screen(product, customer, seconds=60)


async def test_a_killed_door_answers_after_its_return(product: Product, customer: Customer) -> None:
    await customer.answered(await customer.say(QUESTIONS[0]))
    product.freeze("rasa")  # so that the door dies with the turn in its hands
    try:
        sent = await customer.say(QUESTIONS[1])
        pid = product.kill("door")
        await customer.leave()
    finally:
        product.thaw("rasa")
    await reborn(product, "door", pid)
    await asyncio.to_thread(product.wait_until_ready, "door")
    await customer.arrive(resume=customer.token)
    answer = await customer.answered(sent)
    assert answer["from"] in ("bot", "system")
    texts = [frame["text"] for frame in customer.screen.values() if frame["exchange_id"] == sent]
    assert len(texts) == len(set(texts)), texts
    await assert_voc_equals_screen(product, customer, seconds=60)


async def test_a_killed_desk_loses_neither_ticket_nor_words(product: Product, customer: Customer, agent: Agent) -> None:
    await customer.say("担当者と話したい")
    number = await queued(customer)
    await agent.claim(number)
    await agent.open(number)
    await agent.say("お待たせしました。")
    await customer.shown("お待たせしました", "agent")
    pid = product.kill("desk")
    await customer.say("聞こえますか")
    await reborn(product, "desk", pid)
    await asyncio.to_thread(product.wait_until_ready, "desk")
    await agent.open(number)
    await agent.reads("聞こえますか")
    await agent.say("はい、聞こえております。")
    await customer.shown("聞こえております", "agent")
    await assert_voc_equals_screen(product, customer, seconds=60)


async def test_a_killed_redis_comes_back_with_every_word(
    product: Product, customer: Customer, http: aiohttp.ClientSession
) -> None:
    await customer.answered(await customer.say(QUESTIONS[0]))
    await customer.shown("解決しましたか")
    before = customer.talk()
    await customer.leave()
    pid = product.kill("redis")
    await reborn(product, "redis", pid)
    await asyncio.to_thread(product.wait_until_ready, "door")
    await asyncio.to_thread(product.wait_until_ready, "rasa")
    again = await Customer(http, product.door).arrive(resume=customer.token)
    await again.shown("解決しましたか")
    assert again.talk() == before
    assert (await again.answered(await again.say(QUESTIONS[2])))["from"] == "bot"
    await assert_voc_equals_screen(product, again, seconds=60)
    await again.leave()


async def test_a_silent_rasa_brings_the_graceful_line_and_a_person(product: Product, customer: Customer) -> None:
    await customer.answered(await customer.say(QUESTIONS[0]))
    product.freeze("rasa")
    try:
        line = await customer.answered(await customer.say(QUESTIONS[1]))
        assert line["from"] == "system" and [choice["title"] for choice in line["choices"]] == ["担当者と話す"]
        await customer.answered(await customer.choose("担当者と話す"))
        await customer.talking_to("queue")
    finally:
        product.thaw("rasa")
    await asyncio.to_thread(product.wait_until_ready, "rasa")
    rows = await assert_voc_equals_screen(product, customer)
    assert rows[1]["outcome"] == "failed" and rows[2]["outcome"] == "handed_off"
