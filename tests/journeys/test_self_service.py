"""Journeys that need no person: answers, choices, misses; VOC equals the screen."""

from __future__ import annotations

import aiohttp

from run.product import Product
from tests.journeys.people import Customer
from tests.journeys.rows import assert_voc_equals_screen


async def test_greeting_question_answer_solved(product: Product, customer: Customer) -> None:
    greeting = await customer.say("こんにちは")
    await customer.answered(greeting)
    question = await customer.say("送料はいくらですか？")
    answer = await customer.answered(question)
    assert answer["article_id"] == "shipping-fee" and "550" in answer["text"]
    await customer.shown("解決しましたか")
    solved = await customer.choose("はい")
    await customer.answered(solved)

    rows = await assert_voc_equals_screen(product, customer)
    assert [row["outcome"] for row in rows] == ["small_talk", "answered", "action"]
    assert rows[1]["feedback"] == "solved" and rows[1]["solved_asked"] and rows[1]["release"] >= 1
    assert rows[1]["article_id"] == "shipping-fee" and rows[1]["latency_ms"] < 8000


async def test_a_vague_question_is_clarified_and_chosen_by_number(product: Product, customer: Customer) -> None:
    vague = await customer.say("返品")
    offer = await customer.answered(vague)
    titles = [choice["title"] for choice in offer["choices"]]
    assert 3 <= len(titles) <= 4, titles  # two or three articles and どれでもない
    chosen = await customer.say("２番目")
    answer = await customer.answered(chosen)
    assert answer["article_id"] == offer["choices"][1]["article_id"]

    rows = await assert_voc_equals_screen(product, customer)
    assert [row["outcome"] for row in rows] == ["clarified", "answered"]


async def test_out_of_scope_is_declined_honestly(product: Product, customer: Customer) -> None:
    asked = await customer.say("明日の東京の天気を教えて")
    line = await customer.answered(asked)
    assert line["from"] == "bot" and "用意がありません" in line["text"]
    assert (await assert_voc_equals_screen(product, customer))[0]["outcome"] == "declined"


async def test_two_misses_in_a_row_fetch_a_person(product: Product, customer: Customer) -> None:
    first = await customer.say("ほげふが ぴよぴよ もげもげ")
    await customer.answered(first)
    second = await customer.say("ほげふが ぴよぴよ もげもげ ふが")
    await customer.answered(second)
    await customer.talking_to("queue")
    rows = await assert_voc_equals_screen(product, customer)
    assert rows[1]["outcome"] == "handed_off" and rows[1]["reason"] == "repeated_miss" and rows[1]["ticket"]


async def test_reload_in_mid_talk_loses_and_doubles_nothing(product: Product, customer: Customer) -> None:
    await customer.answered(await customer.say("ポイントの有効期限はいつまでですか"))
    await customer.shown("解決しましたか")
    before = customer.talk()
    await customer.reload()
    await customer.shown("解決しましたか")
    assert customer.talk() == before
    await customer.answered(await customer.say("クーポンは併用できますか"))
    await assert_voc_equals_screen(product, customer)


async def test_two_tabs_show_the_same_talk(product: Product, customer: Customer, http: aiohttp.ClientSession) -> None:
    tab = await Customer(http, product.door).arrive(resume=customer.token)
    assert tab.conversation_id == customer.conversation_id
    await customer.answered(await customer.say("ラッピングはできますか"))
    await tab.say("のしも付けられますか")
    last = await customer.shown("のしも付けられますか")
    await tab.shown("解決しましたか", after=last["seq"])
    await customer.shown("解決しましたか", after=last["seq"])
    assert tab.talk() == customer.talk()
    await assert_voc_equals_screen(product, customer)
    await tab.leave()


async def test_after_candidates_words_choose_and_a_correction_is_read(product: Product, customer: Customer) -> None:
    offer = await customer.answered(await customer.say("返品"))
    articles = [choice for choice in offer["choices"] if choice.get("article_id")]
    assert "return-period" in [choice["article_id"] for choice in articles]
    answer = await customer.answered(await customer.say("期限のほうでお願いします"))
    assert answer["article_id"] == "return-period"
    await customer.shown("解決しましたか", after=answer["seq"])
    corrected = await customer.answered(await customer.say("いや、期限じゃなくて送料です"))
    assert corrected["article_id"] == "return-shipping-fee"
    rows = await assert_voc_equals_screen(product, customer)
    assert [row["outcome"] for row in rows] == ["clarified", "answered", "answered"]


async def test_thanks_between_keep_the_topic_and_courtesy_changes_nothing(product: Product, customer: Customer) -> None:
    asked = await customer.say("お世話になっております。送料はいくらですか？よろしくお願いいたします。")
    assert (await customer.answered(asked))["article_id"] == "shipping-fee"
    await customer.answered(await customer.say("ありがとうございます"))
    assert (await customer.answered(await customer.say("沖縄だと？")))["article_id"] == "shipping-fee-islands"


async def test_a_card_number_brings_a_line_of_caution_and_the_answer(product: Product, customer: Customer) -> None:
    asked = await customer.say("カードは4111 1111 1111 1111です。送料はいくらですか？")
    caution = await customer.answered(asked)
    assert caution["from"] == "system" and "カード番号" in caution["text"]
    answer = await customer.shown("解決しましたか", after=caution["seq"])
    assert answer["exchange_id"] == asked
    rows = await assert_voc_equals_screen(product, customer)
    assert rows[0]["outcome"] == "answered" and "4111" not in rows[0]["question"]
    assert rows[0]["article_id"] == "shipping-fee"
