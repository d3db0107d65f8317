"""The editors' dictionary at the telephone: its words are said without a restart, and a broken one silences nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from channels.simulate.call import Call
from channels.twilio.call import Prompt
from channels.twilio.streaming import Streaming
from channels.twilio.twiml import Speech
from nihongo.aloud import Reader
from tests.channels.twilio.conftest import OpenLine


async def heard(call: Call) -> str:
    return "".join(await call.say("送料はいくらですか"))


@pytest.mark.usefixtures("release", "connector")
async def test_a_word_that_editors_add_is_said_without_a_restart(line: OpenLine, tmp_path: Path) -> None:
    file = tmp_path / "readings.yml"
    call = await (await line(kb_dir=tmp_path / "articles")).call()
    assert "送料はいくらですかへの" in await heard(call)
    file.write_text("words: {送料: そうりょう}\n", encoding="utf-8")
    assert "そうりょうはいくらですかへの" in await heard(call)
    await call.press("9")
    assert "1番、そうりょうはいくらですか?" in await call.press("1")
    file.write_text("words: {送料: はいそうりょう, 配: [}\n", encoding="utf-8")
    assert "送料はいくらですかへの" in await heard(call)
    assert call.state == "gathering"


def test_a_voice_that_takes_no_markup_says_them_too(tmp_path: Path) -> None:
    file = tmp_path / "readings.yml"
    file.write_text("digits: {'0': レイ}\n", encoding="utf-8")
    speech = Speech("https://shop.example", "Google.ja-JP-Standard-A", reader=Reader(file))
    assert 'welcomeGreeting="レイイチニーレイ、レイレイレイ、へ。"' in Streaming(speech).twiml(
        Prompt(("0120、000、へ。",)), 1
    )
