"""What is printed for TwiML Bins: the stand-in plays it, so Twilio would."""

from __future__ import annotations

import os
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from channels.simulate.twilio import Twilio
from channels.twilio import fallback
from settings import Settings

pytestmark = pytest.mark.usefixtures("release", "connector")


async def test_a_caller_hears_it_when_the_door_is_down(twilio: Twilio, settings: Settings) -> None:
    await twilio.door.close()  # type: ignore[attr-defined]
    twilio.board.fallback = fallback.voice(settings)
    call = await twilio.call()
    assert call.state == "ended" and call.ended_by == "hangup"
    assert "ただいま電話の自動応答をご利用いただけません" in "".join(call.heard)


def test_the_text_names_us_and_our_telephone(settings: Settings) -> None:
    (body,) = [one.text or "" for one in ElementTree.fromstring(fallback.sms(settings)).iter("Message")]
    assert body.startswith("【ツバメ生活堂】") and settings.shop_phone in body


def test_the_command_prints_both() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "channels", "fallback"], env=os.environ, capture_output=True, text=True, check=True
    )
    assert run.stdout.count("<Response>") == 2 and "ja-JP" in run.stdout and "TwiML Bin" in run.stdout
