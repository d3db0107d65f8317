"""A key that is said (8番です) does what pressing it does; where it does nothing, it is speech."""

from __future__ import annotations

import pytest

from channels.simulate.twilio import Twilio
from channels.twilio.call import Call, Prompt
from channels.twilio.heard import Heard
from channels.twilio.spoken_key import pressed
from tests.channels.staging import Connector, page
from tests.channels.twilio.conftest import ROADS
from tests.channels.twilio.test_known import OTHER, code_of, heard

pytestmark = pytest.mark.usefixtures("release", "connector")
TWO = Call("voice-1", now=Prompt(keys={"1": "go_on", "2": "link"}))
ASKED = Call("voice-1", now=Prompt(digits=True))
WAYS = ("{}番", "{}番です", "{}番でお願いします", "はい、{}番。", "{}ばん", "{}番を押します")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("key", ["2", "２", "二", "に"])
def test_a_key_that_acts(way: str, key: str) -> None:
    assert pressed(TWO, Heard(way.format(key), confidence=0.9)) == Heard(keys="2")


@pytest.mark.parametrize(
    ("said", "key"), [("0番", "0"), ("ゼロ番です", "0"), ("9番", "9"), ("米印", "*"), ("シャープのボタン", "#")]
)
def test_keys_that_always_act(said: str, key: str) -> None:
    for call in (TWO, ASKED, Call("voice-1")):
        assert pressed(call, Heard(said)) == Heard(keys=key)


@pytest.mark.parametrize(
    "said", ["3番", "8番", "2番目に安いのは", "一番安い送料は", "2番の商品はいつ届きますか", "2", "シャープ", ""]
)
def test_what_is_speech(said: str) -> None:
    assert pressed(TWO, Heard(said)) == Heard(said)


def test_what_the_recogniser_doubts_is_no_key() -> None:
    assert pressed(TWO, Heard("2番", confidence=0.1)).keys == ""


@pytest.mark.parametrize("said", ["8番", "1番", "09012345678", "090の1234の5678", "123456です"])
def test_where_a_number_is_asked_it_stays_what_was_said(said: str) -> None:
    assert pressed(ASKED, Heard(said)) == Heard(said)


@ROADS
@pytest.mark.parametrize("said", ["8番", "8番です", "はちばん"])
async def test_the_key_of_the_code_said(twilio: Twilio, connector: Connector, said: str) -> None:
    code = await code_of(await page(twilio.door))  # type: ignore[attr-defined]
    call = await twilio.call(OTHER)
    assert "画面の6桁の番号を" in heard(await call.say(said))
    told = heard(await call.say("8番"))  # once more: no code, and no try
    assert "うまく聞き取れませんでした" in told
    assert "先ほどのチャットの続き" in heard(await call.press(code))
    assert connector.turns == []


async def test_a_key_of_the_tree_said(twilio: Twilio, connector: Connector) -> None:
    call = await twilio.call()
    assert "ご用件の分類をお選びください" in heard(await call.say("9番です"))
    assert "のご案内です" in heard(await call.say("1番"))
    assert connector.turns == []
