"""A caller with a place in the queue: each key that was announced does what it says, and nothing else is announced."""

from __future__ import annotations

import re

import pytest

from channels.simulate.call import Call
from channels.simulate.twilio import Twilio
from handoff.ticket import State
from tests.channels.staging import Connector
from tests.channels.twilio.conftest import HEARS, ROADS
from tests.channels.twilio.phone_room import PhoneRoom
from tests.channels.twilio.test_voice import never

pytestmark = pytest.mark.usefixtures("release", "connector")
WAIT, MESSAGE, BOT, CALLBACK = "このまま待つ", "ご伝言を残す", "自動応答に戻る", "折り返し"


@pytest.fixture(autouse=True)
def admitted_by_the_door(connector: Connector) -> None:
    connector.play = never


async def waits(twilio: Twilio) -> Call:
    call = await twilio.call()
    await call.press("0")
    await call.until_heard("折り返しのお電話をご希望の方は1を")
    return call


async def asked_which_way(twilio: Twilio) -> tuple[Call, dict[str, str]]:
    """Somebody who does not want the callback after all; title → key, as announced."""
    call = await waits(twilio)
    await call.press("1")
    await call.until_heard("ご希望の日時をお話しください")
    before = len(call.heard)
    await call.say("やめます")
    await call.until_heard(BOT)
    heard = "".join(call.heard[before:])
    return call, {title: key for key, title in re.findall("([0-9])番、([^。]*)。", heard)}


@ROADS
async def test_nothing_is_announced_that_the_queue_does_not_do(twilio: Twilio) -> None:
    """The choices of the chat's notice are not read out; the place is told once."""
    call = await waits(twilio)
    heard = "".join(call.heard[1:])
    assert call.state == "queued" and "1番、" not in heard and "番号を押すか" not in heard, heard
    assert "次のご案内" in heard and "番目です" not in heard
    assert "折り返しのお電話をご希望の方は1を" in heard
    assert "順番は、1番目です" in "".join(await call.wait())
    assert "順番は、1番目です" in "".join(await call.wait())
    await call.hang_up()


@ROADS
async def test_all_ways_are_announced(twilio: Twilio) -> None:
    call, keys = await asked_which_way(twilio)
    assert set(keys) == {WAIT, MESSAGE, BOT} and call.state in HEARS, call.transcript()
    assert "".join(call.heard).count("番号を押すか、お話しください") == 1  # the time's question says so itself
    await call.hang_up()


@ROADS
@pytest.mark.parametrize("how", ["pressed", "by number", "by name"])
@pytest.mark.parametrize("way", [WAIT, MESSAGE, BOT])
async def test_each_way_does_what_it_says(phones: PhoneRoom, way: str, how: str) -> None:
    call, keys = await asked_which_way(phones.twilio)
    said = {"by number": f"{keys[way]}番です", "by name": way}
    heard = "".join(await (call.press(keys[way]) if how == "pressed" else call.say(said[how])))
    ticket = await phones.ticket(call)
    if way == WAIT:
        assert call.state == "queued" and ticket.state is State.WAITING, call.transcript()
        assert heard.count("番目") == 1, heard
    elif way == MESSAGE:
        assert call.state == "recording" and ticket.message_wanted, call.transcript()
    else:
        assert call.state in HEARS and ticket.state is State.ABANDONED, call.transcript()
    await call.hang_up()


@ROADS
async def test_a_key_that_was_not_announced_asks_again_and_loses_no_place(phones: PhoneRoom) -> None:
    call, keys = await asked_which_way(phones.twilio)
    assert "このまま待つ" in "".join(await call.press("7")) and call.state in HEARS
    await call.press("9")
    assert call.state == "queued" and (await phones.ticket(call)).state is State.WAITING
    await call.hang_up()


async def test_silence_waits_on(phones: PhoneRoom) -> None:
    call, _ = await asked_which_way(phones.twilio)
    heard = "".join(await call.silence())
    assert call.state == "queued" and "順番は、1番目です" in heard, heard
    assert (await phones.ticket(call)).state is State.WAITING
    await call.hang_up()
