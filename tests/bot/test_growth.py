"""A long conversation through the connector: the tracker stays short, the counts are not forgotten."""

from __future__ import annotations

import pytest

from bot import keys
from bot.tracker_store import LONGEST
from tests.bot.conftest import Shop
from tests.bot.language_server import answer, rephrase

pytestmark = pytest.mark.model


async def test_after_many_turns_the_tracker_is_as_short_and_still_knows_the_misses(shop: Shop) -> None:
    await shop.say("むにゃ", rephrase("むにゃ"))
    for _ in range(25):
        said = await shop.say("送料は？", answer("送料は？", "shipping-fee"))
        assert [word.meta["utter"] for word in said] == ["utter_article", "utter_ask_solved"]
        assert await shop.stream.redis.llen(keys.events(shop.conversation_id)) <= LONGEST
    tracker = await shop.agent.tracker_store.retrieve(shop.conversation_id)
    assert (tracker.get_slot("misses_in_row"), tracker.get_slot("misses_total")) == (0, 1)
