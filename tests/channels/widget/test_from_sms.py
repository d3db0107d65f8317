"""The link of an SMS that cannot be replied to: the same talk goes on in the web chat."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.channels.widget.conftest import Open
from tests.channels.widget.standin import Conversation, StandIn

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
LINK = "L1nk_of-an-SMS-with-32-letters-1"


async def test_the_link_opens_the_talk_and_leaves_no_trace_in_the_address(visit: Open, door: StandIn) -> None:
    talk = Conversation("sms-1")
    door.conversations["sms-1"], door.tokens[LINK] = talk, "sms-1"
    await talk.say("agent", "お調べしました。")
    shopper = await visit(f"#talk={LINK}")
    await expect(shopper.panel).to_be_visible()
    await expect(shopper.bubble("お調べしました。")).to_be_visible()
    assert LINK not in shopper.page.url
    await shopper.say("助かりました")
    await expect(shopper.bubble("「助かりました」")).to_be_visible()
    assert talk.customers() == ["助かりました"]


async def test_another_fragment_is_left_alone(visit: Open, door: StandIn) -> None:
    shopper = await visit("#talk=short")
    await expect(shopper.panel).to_be_hidden()
    assert shopper.page.url.endswith("#talk=short") and door.conversations == {}
