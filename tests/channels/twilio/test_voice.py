"""The telephone through the door."""

from __future__ import annotations

import pytest

from channels.simulate.twilio import Twilio
from tests.channels.staging import Connector

pytestmark = pytest.mark.usefixtures("release", "connector")


async def test_a_question_is_answered(twilio: Twilio, connector: Connector) -> None:
    call = await twilio.call()
    assert call.state == "gathering"
    assert call.heard[0].startswith("お電話ありがとうございます。ツバメ生活堂")
    await call.say("送料はいくらですか")
    assert "送料はいくらですかへのお答えです。" in "".join(call.heard)
    await call.press("1")
    assert connector.turns[1]["command"] == "/solved"
    await call.hang_up()
