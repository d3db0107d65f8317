"""A number said in pieces over two or three turns, wherever a number is asked for."""

from __future__ import annotations

import json

import pytest

from channels.simulate.call import Call
from channels.simulate.twilio import Twilio
from channels.twilio.call import Call as State
from conversation.stream import ConversationStream
from tests.channels.staging import Connector
from tests.channels.twilio.conftest import ROADS
from tests.channels.twilio.test_known import OTHER, asked_on_the_web, code_of, fee, heard

pytestmark = pytest.mark.usefixtures("release", "connector")
ON, ANEW, KEYS = "続きをどうぞ", "はじめからどうぞ", "番号を押して、最後にシャープ"


async def at_the_number(twilio: Twilio) -> Call:
    """A booking that asks for the telephone number; the caller shows none."""
    call = await twilio.call("anonymous")
    await call.say("折り返し電話をください")
    await call.say("いつでもいいです")
    assert "お電話番号を、市外局番から" in heard(await call.say("ヤマダです"))
    return call


@ROADS
async def test_three_pieces_are_one_number(twilio: Twilio, stream: ConversationStream) -> None:
    call = await at_the_number(twilio)
    assert f"ゼロキューゼロ、はい。{ON}" in heard(await call.say("ゼロ九ゼロ"))
    assert f"イチニーサンヨン、はい。{ON}" in heard(await call.say("えっと、一二三四"))
    assert "よろしいでしょうか" in heard(await call.say("五六七八です"))
    said = [word.text for word in await stream.since(f"voice-{call.sid}")]
    assert "09012345678" in said and "ゼロ九ゼロ" not in said
    assert "予約しました" in heard(await call.say("はい"))


async def test_two_pieces_do_and_so_does_the_whole(twilio: Twilio) -> None:
    call = await at_the_number(twilio)
    await call.say("03の")
    assert "よろしいでしょうか" in heard(await call.say("3211 1234"))
    other = await at_the_number(twilio)
    await other.say("090")
    assert "ニーニーニーニーへ" in heard(await other.say("080-1111-2222です"))


async def test_the_last_piece_may_be_keyed(twilio: Twilio) -> None:
    call = await at_the_number(twilio)
    await call.say("090")
    assert "ゴーロクナナハチへ" in heard(await call.press("12345678#"))


async def test_yes_wait_and_silence_between_keep_the_pieces(twilio: Twilio) -> None:
    call = await twilio.call("+819012345678")
    for said in ("折り返し電話をください", "いつでもいいです", "ヤマダです"):
        await call.say(said)  # asked whether this number will do
    await call.say("080")
    assert "続きの番号を" in heard(await call.say("はい"))
    await call.say("ちょっと待って")
    assert ON in heard(await call.silence()) or "続きの番号を" in call.heard[-1]
    await call.say("1111")
    assert "ニーニーニーニーへ" in heard(await call.say("2222"))


@pytest.mark.parametrize("said", ["最初から", "ちがいます", "いや、違います"])
async def test_the_pieces_are_begun_anew(twilio: Twilio, said: str) -> None:
    call = await at_the_number(twilio)
    await call.say("090")
    assert ANEW in heard(await call.say(said))
    await call.say("080")
    await call.say("1111")
    assert "ニーニーニーニーへ" in heard(await call.say("2222"))


async def test_after_three_pieces_the_keys_are_offered(twilio: Twilio) -> None:
    call = await at_the_number(twilio)
    for said in ("090", "12", "34"):
        told = heard(await call.say(said))
    assert KEYS in told
    assert "ゴーロクナナハチへ" in heard(await call.press("09012345678#"))


async def test_something_else_gives_the_pieces_up(twilio: Twilio) -> None:
    call = await at_the_number(twilio)
    await call.say("090")
    assert "お名前" in heard(await call.say("戻る"))
    await call.say("ヤマダ")
    assert ON in heard(await call.say("0901234"))


def test_another_door_finds_the_pieces_in_the_call() -> None:
    kept = State("c", pieces=("090", "1234"))
    assert State.from_json(kept.to_json()) == kept
    older = json.loads(kept.to_json())
    del older["pieces"]  # begun before an update
    assert State.from_json(json.dumps(older)) == State("c")


@ROADS
async def test_a_code_in_pieces_costs_one_try(twilio: Twilio, connector: Connector) -> None:
    connector.play = fee
    tab = await asked_on_the_web(twilio)
    code, call = await code_of(tab), await twilio.call(OTHER)
    await call.press("8")
    assert ON in heard(await call.say(code[:3]))
    assert "の件ですね" in heard(await call.say(code[3:]))
