"""A caller who leaves what they are asked, or begins anew: nothing of it is taken for an answer."""

from __future__ import annotations

from typing import Any

import pytest

from channels.before import said_before
from channels.simulate.call import Call
from channels.simulate.twilio import Twilio
from channels.twilio.heard import Heard
from channels.twilio.leaving import anew, leaves
from conversation.stream import ConversationStream
from conversation.words import Choice
from handoff.queue import Queue
from tests.channels.staging import Connector, page
from tests.channels.twilio.conftest import ROADS
from tests.channels.twilio.test_known import OTHER, asked_on_the_web, code_of, fee, heard, identity

pytestmark = pytest.mark.usefixtures("release", "connector")
ASK, HINT = "ご用件をお話しください", "8を押してください"


async def at_the_code(twilio: Twilio) -> Call:
    await code_of(await page(twilio.door))  # type: ignore[attr-defined]
    call = await twilio.call(OTHER)
    await call.press("8")
    return call


@ROADS
@pytest.mark.parametrize("how", ["戻る", "やめます", "番号がありません", "いいえ、結構です", "*", "12*"])
async def test_the_code_is_left_to_what_was_asked_before(twilio: Twilio, connector: Connector, how: str) -> None:
    call = await at_the_code(twilio)
    await call.press("000000")
    told = heard(await (call.press(how) if "*" in how else call.say(how)))
    assert ASK in told and HINT in told and "お電話ありがとう" not in told and "もう一度押して" not in told
    assert connector.turns == []
    assert "6桁の番号を、押すか" in heard(await call.press("8"))


async def test_the_question_about_the_web_is_asked_again(twilio: Twilio, connector: Connector) -> None:
    connector.play = fee
    await asked_on_the_web(twilio, identity=identity("090-1234-5678"))
    call = await twilio.call("+819012345678")
    await call.press("8")
    assert "についてお調べでしたでしょうか" in heard(await call.say("戻る"))
    assert "の件ですね" in heard(await call.say("はい"))


async def test_leaving_costs_no_try(twilio: Twilio) -> None:
    call = await at_the_code(twilio)
    for _ in range(6):
        await call.say("戻る")
        await call.press("8")
    assert "もう一度押して" in heard(await call.press("000000"))


@ROADS
async def test_a_stray_end_key_is_no_answer(twilio: Twilio, connector: Connector) -> None:
    call = await at_the_code(twilio)
    for _ in range(3):
        told = heard(await call.press("#"))
        assert "6桁の番号を、押すか" in told and "聞こえません" not in told
    assert connector.turns == []


@pytest.mark.parametrize("road", ["relay"])
async def test_an_end_key_behind_six_digits_does_not_repeat_the_answer(twilio: Twilio, connector: Connector) -> None:
    connector.play = fee
    tab = await asked_on_the_web(twilio)
    code, call = await code_of(tab), await twilio.call(OTHER)
    await call.press("8")
    await call.press(f"{code}#")
    await call.say("送料は")
    await call.until_heard("全国一律")
    assert "".join(call.heard).count("の件ですね") == 1


@ROADS
@pytest.mark.parametrize("said", ["最初から", "最初に戻る", "メインメニュー", "メニューに戻ってください"])
async def test_the_greeting_asks_again_wherever_it_is_said(
    twilio: Twilio, connector: Connector, stream: ConversationStream, said: str
) -> None:
    connector.play = fee
    call = await twilio.call()
    await call.say("送料は")
    told = heard(await call.say(said))
    assert ASK in told and "全国一律" not in told and len(connector.turns) == 1
    cid = f"voice-{call.sid}"
    before = await said_before(stream, cid, 10**6)
    assert before == {"article": "", "question": "", "offered": []}
    await call.say("1番")  # no choice of before
    assert connector.turns[-1]["command"] is None


@pytest.mark.parametrize("said", ["はい", "いいえ", "いいえ、違います"])
async def test_yes_and_no_are_no_answer_to_what_was_before(twilio: Twilio, connector: Connector, said: str) -> None:
    connector.play = fee  # which asks whether that solved it
    call = await twilio.call()
    await call.say("送料は")
    await call.say("最初から")
    assert "ご用件をどうぞ" in heard(await call.say(said))
    assert len(connector.turns) == 1


async def only_asks(connector: Connector, turn: dict[str, Any]) -> None:
    await connector.say(
        turn, "どちらでしょうか。", choices=(Choice("はい", "/solved"), Choice("いいえ", "/not_solved"))
    )


async def test_who_was_about_to_book_waits_for_nobody(twilio: Twilio, connector: Connector, queue: Queue) -> None:
    connector.play = only_asks
    call = await twilio.call()
    await call.say("折り返し電話をください")
    assert await queue.of_conversation(f"voice-{call.sid}")
    told = heard(await call.say("最初に戻る"))
    assert ASK in told and call.state == "gathering"
    assert await queue.of_conversation(f"voice-{call.sid}") is None
    await call.say("送料は")
    assert connector.turns[-1]["text"] == "送料は"


@pytest.mark.parametrize("back", ["戻る", "*"])
async def test_back_in_a_booking_is_the_bookings_own(twilio: Twilio, back: str) -> None:
    call = await twilio.call()
    await call.say("折り返し電話をください")
    await call.say("いつでもいいです")
    await call.say("ヤマダです")
    assert "お名前" in heard(await (call.press(back) if back == "*" else call.say(back)))
    assert "この番号、末尾" in heard(await call.say("サトウです"))


@pytest.mark.parametrize(
    "said", ["最初から壊れていました", "前のメニューに戻して", "最初からお願いします", "メニュー表はありますか"]
)
def test_what_does_not_begin_anew(said: str) -> None:
    assert not anew(Heard(said)) and not anew(Heard(said, confidence=0.1))


@pytest.mark.parametrize("said", ["123456", "担当者", "送料はいくらですか", "もう一度", "はい"])
def test_what_does_not_leave(said: str) -> None:
    assert not leaves(Heard(said)) and not leaves(Heard(keys="123456"))


@pytest.mark.parametrize("named", ["1", "名前です", "お名前のほう"])
async def test_what_was_read_back_wrongly_is_asked_alone(twilio: Twilio, named: str) -> None:
    call = await twilio.call()
    for said in ("折り返し電話をください", "いつでもいいです", "ヤマダです", "はい"):
        await call.say(said)
    asked = heard(await call.say("ちがいます"))
    assert "1番、お名前。2番、お電話番号。3番、日時。" in asked
    assert "お名前をお話しください" in heard(await (call.press(named) if named == "1" else call.say(named)))
    back = heard(await call.say("サトウです"))
    assert "サトウ様、この番号" in back and "よろしいでしょうか" in back


async def test_a_number_that_was_read_back_wrongly_is_said_anew(twilio: Twilio) -> None:
    call = await twilio.call()
    for said in ("折り返し電話をください", "いつでもいいです", "ヤマダです", "080-1111-2222", "ちがいます"):
        await call.say(said)
    assert "ほかの番号をご希望のときは" in heard(await call.press("2"))
    assert "ヤマダ様、ゼロハチゼロ イチイチイチイチ サンサンサンサンへ" in heard(await call.say("08011113333"))
