"""カスハラ from the chat to the desk: warned, ended, or given to a supervisor; and anger that grows."""

from __future__ import annotations

from run.product import Product
from tests.journeys.people import Agent, Customer
from tests.journeys.rows import assert_voc_equals_screen
from tests.journeys.test_person import queued


async def test_warned_twice_then_the_talk_is_over(product: Product, customer: Customer) -> None:
    await customer.say("送料はいくらですか、このクズ店員が")
    await customer.shown("お言葉はお控えくださいますよう")
    answer = await customer.shown("送料", "bot")
    assert answer["article_id"] == "shipping-fee"
    await customer.shown("解決しましたか")
    await customer.say("くたばれ、役立たず")
    await customer.shown("重ねてのお願い")
    await customer.say("おまえら全員クズだな")
    last = await customer.shown("この会話を終了いたします", "bot")
    assert product.settings.shop_phone in last["text"]
    await customer.over()
    rows = await assert_voc_equals_screen(product, customer)
    assert [(row["outcome"], row["reason"]) for row in rows] == [
        ("answered", "abuse"),
        ("refused", "abuse"),
        ("refused", "abuse"),
    ]
    ended = customer.conversation_id
    await customer.reload()
    assert customer.conversation_id != ended  # what is over is not taken up again


async def test_a_threat_waits_for_a_supervisor_who_sees_why_and_opens_the_words(
    product: Product, customer: Customer, agent: Agent
) -> None:
    await customer.say("店に火をつけてやるからな")
    await customer.shown("責任者が承ります")
    number = await queued(customer)
    page = await agent.read(number)
    assert "要 責任者応対" in page and "迷惑行為のおそれ：脅迫" in page and "data-unfold" in page
    assert "data-composer" in await agent.claim(number)
    await agent.open(number)
    word = await agent.reads("店に火をつけてやる")
    assert word["folded"] is True
    await agent.say("責任者の加藤でございます。")
    await customer.shown("責任者の加藤", "agent")
    assert (await assert_voc_equals_screen(product, customer))[0]["reason"] == "abuse"


async def test_anger_that_grows_brings_a_person(customer: Customer, agent: Agent) -> None:
    await customer.answered(await customer.say("送料はいくらですか？"))
    await customer.shown("解決しましたか")
    await customer.answered(await customer.choose("いいえ"))
    await customer.say("だから、さっきも聞いたけど送料はいくらなの")
    await customer.say("全然分からない、さっさと送料を教えて")
    await customer.shown("ここからは担当者が直接")
    page = await agent.read(await queued(customer))
    assert "ご不満・強い感情" in page and "「解決しない」とのご回答" in page and "いら立ちのお言葉" in page
