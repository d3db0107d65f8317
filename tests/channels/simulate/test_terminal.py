"""The telephone and the texts of the terminal, played by lines."""

from __future__ import annotations

import io

import pytest

from channels.simulate import __main__ as program
from channels.simulate.terminal import Lines, e164, phone, words, write
from channels.simulate.twilio import Twilio
from tests.channels.simulate.door import ACCOUNT, PUBLIC, TOKEN, Door, gather, say

MENU = gather(say("ご用件をどうぞ。"), actionOnEmptyResult="true")


async def on_the_phone(twilio: Twilio, *typed: str) -> list[str]:
    lines, shown = Lines(), list[str]()
    lines.read(typed)
    await phone(twilio, "+819012345678", lines, shown.append)
    return shown[1:]  # without the explanation


async def test_words_keys_and_silence(twilio: Twilio, door: Door) -> None:
    door.says("voice", MENU)
    door.says("turn", MENU)
    shown = await on_the_phone(twilio, "返品したい\n", "＃１\n", "\n")
    assert shown[:6] == ["「ご用件をどうぞ。」", "話した：返品したい", *shown[:1], "（キー 1）", *shown[:1], "（無言）"]
    assert [(a.get("SpeechResult"), a.get("Digits")) for a in door.asked["turn"]] == [
        ("返品したい", None),
        (None, "1"),
        (None, ""),
    ]
    assert "caller" in shown[-2] and twilio.calls[0].ended_by == "caller"


async def test_the_call_ends_by_itself(twilio: Twilio, door: Door) -> None:
    door.says("voice", say("本日の営業は終了しました。") + "<Hangup/>")
    shown = await on_the_phone(twilio)
    assert shown[0] == "「本日の営業は終了しました。」" and "hangup" in shown[1]


async def test_a_person_plays_the_agent_too(twilio: Twilio, door: Door) -> None:
    door.says("voice", '<Dial><Number url="whisper">+819099990000</Number></Dial>' + say("以上です。"))
    door.says("whisper", gather(say("1でお受けします。"), action="accept", numDigits="1"))
    shown = await on_the_phone(twilio, "@", "@#1", "もしもし", "@!")
    agent = words("call.agent", number="+819099990000")
    assert f"{agent}「1でお受けします。」" in shown and f"{agent}（+815031234567 とつながりました）" in shown
    assert "「以上です。」" in shown


async def test_a_message_after_the_tone(twilio: Twilio, door: Door) -> None:
    door.says("voice", '<Record action="kept" transcribeCallback="written"/>')
    door.says("kept", say("承りました。"))
    await on_the_phone(twilio, "折り返しをお願いします")
    assert door.asked["written"][0]["TranscriptionText"] == "折り返しをお願いします"


async def test_wrong_twiml_is_shown(twilio: Twilio, door: Door) -> None:
    door.says("voice", "<Shout/>")
    assert any("<Shout> may not stand here" in line for line in await on_the_phone(twilio))


async def test_texts_that_arrive_are_shown_with_their_parts(twilio: Twilio, door: Door) -> None:
    door.says("sms", f"<Message>{'あ' * 71}</Message>")
    lines, shown = Lines(), list[str]()
    lines.read(["こんにちは", ""])
    await write(twilio, "+819012345678", lines, shown.append)
    assert shown[1:] == [f"[SMS +819012345678 へ・2通分・71字] {'あ' * 71}"]


async def test_a_text_that_the_door_refuses(twilio: Twilio, door: Door) -> None:
    twilio.webhooks.auth_token = "another"
    lines, shown = Lines(), list[str]()
    lines.read(["こんにちは"])
    await write(twilio, "+819012345678", lines, shown.append)
    assert "403" in shown[1]


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("090-1234-5678", "+819012345678"),
        ("０９０－１２３４－５６７８", "+819012345678"),
        ("+819012345678", "+819012345678"),
        ("非通知", "anonymous"),
    ],
)
def test_numbers_as_people_write_them(written: str, number: str) -> None:
    assert e164(written) == number


async def test_the_program(door: Door, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    door.says("voice", MENU)
    door.says("turn", say("承りました。") + "<Hangup/>")
    monkeypatch.setattr("sys.stdin", io.StringIO("返品したい\n"))
    asked = program.asked(["call", "--from", "080-1111-2222", "--pace", "0"], door.url, PUBLIC)
    await program.simulate(asked, program.Account(ACCOUNT, TOKEN, asked.url, asked.public_url), port=0)
    assert "「承りました。」" in capsys.readouterr().out and door.asked["voice"][0]["From"] == "+818011112222"


def test_the_help_says_how_the_product_is_started(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        program.asked(["--help"], "http://localhost:8080", "http://localhost:8080")
    assert f"TWILIO_API_BASE_URL=http://127.0.0.1:{program.PORT}" in capsys.readouterr().out
