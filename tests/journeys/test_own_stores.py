"""The product on a Redis and a PostgreSQL of the operator's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from run.product import Product
from tests.journeys.conftest import var_dir
from tests.journeys.people import Customer
from tests.journeys.rows import assert_voc_equals_screen


@pytest.fixture
def grown_up(redis_url: str, postgres_url: str, tmp_path: Path, learned: Path) -> Iterator[Product]:
    product = Product(var_dir(tmp_path / "var", learned), REDIS_URL=redis_url, DATABASE_URL=postgres_url)
    yield product.start()
    product.stop()


async def test_a_talk_is_answered_and_logged(grown_up: Product, http: aiohttp.ClientSession) -> None:
    assert not grown_up.settings.embedded_redis
    assert not (grown_up.settings.var_dir / "madoguchi.db").exists()
    customer = await Customer(http, grown_up.door).arrive()
    answer = await customer.answered(await customer.say("送料はいくらですか？"))
    assert answer["article_id"] == "shipping-fee"
    found = await assert_voc_equals_screen(grown_up, customer)
    assert found[0]["outcome"] == "answered"
    await customer.leave()
