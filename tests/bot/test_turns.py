"""A turn through the connector: language process → rules → words in the stream."""

from __future__ import annotations

import pytest

from tests.bot.conftest import Shop
from tests.bot.language_server import answer

pytestmark = pytest.mark.model


async def test_a_question_is_answered_with_the_live_article_and_asked_whether_it_helped(shop: Shop) -> None:
    said = await shop.say("送料は？", answer("送料は？", "shipping-fee", "free-shipping"))
    assert [word.text for word in said] == ["**shipping-fee** です。", "解決しましたか？"]
    assert said[0].article_id == "shipping-fee"
    assert said[0].meta["decision"] == "answer"
    assert said[0].meta["release"] == 1
    assert said[0].meta["runner_up"] == {"article_id": "free-shipping", "probability": 0.45}
    assert [choice.command for choice in said[1].choices] == ["/solved", "/not_solved", "/request_agent"]
