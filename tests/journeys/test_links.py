"""A link that was sent by SMS during a call, through the real processes: the article first, and the talk goes on."""

from __future__ import annotations

import time

import aiohttp

from channels.resume import Resume
from run.product import Product
from tests.journeys.people import Customer
from tests.journeys.rows import assert_voc_equals_screen

_MONTH = 30 * 86400  # the product's clock may have been moved


async def test_the_chat_begins_with_the_article_and_knows_it(product: Product, http: aiohttp.ClientSession) -> None:
    token = Resume(product.settings.secret_key, lambda: time.time() + _MONTH).issue("shipping-fee")
    customer = await Customer(http, product.door).arrive(link=f"shipping-fee.{token}")
    await customer.shown("解決しましたか")
    first = [line["article_id"] for line in customer.of("bot") if line["article_id"]]
    assert first[0] == "shipping-fee"
    more = await customer.answered(await customer.say("それっていくら？"))
    assert more["article_id"] == "shipping-fee" and "550" in more["text"]
    rows = await assert_voc_equals_screen(product, customer)
    assert rows[0]["outcome"] == "answered" and rows[0]["article_id"] == "shipping-fee"
    await customer.leave()
