"""The telephone through the door: what a caller hears, says and presses, over a stand-in that plays TwiML strictly."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from channels.simulate.call import Call
from channels.simulate.signing import Forgery
from channels.simulate.twilio import Twilio
from conversation.stream import ConversationStream
from conversation.words import Choice, Speaker
from tests.channels.staging import Connector, answer
from tests.channels.twilio.conftest import OpenLine

pytestmark = pytest.mark.usefixtures("release", "connector")
FILLERS = ("お調べしております。", "お待たせしております。もう少々お待ちください。")
PATHS = ["", "/turn", "/wait", "/queue", "/left", "/message", "/status", "/agent", "/agent/key"]
GREETING = "お電話ありがとうございます。ツバメ生活堂、お客様窓口の自動応答です。"


def conversation(call: Call) -> str:
    return f"voice-{call.sid}"


def told(heard: list[str]) -> list[str]:
    """Without the filler that a busy machine may need."""
    return [
        line for line in heard if line not in ("お調べしております。", "お待たせしております。もう少々お待ちください。")
    ]


async def test_a_question_is_answered(twilio: Twilio, connector: Connector) -> None:
    call = await twilio.call()
    assert call.heard[0] == GREETING
    heard = told(await call.say("送料はいくらですか"))
    assert heard[:2] == ["送料はいくらですかへのお答えです。", "解決しましたか?"]
    await call.press("1")
    assert connector.turns[0]["channel"] == "voice" and connector.turns[1]["command"] == "/solved"
    assert call.state == "gathering"


async def test_words_keep_how_they_were_heard(twilio: Twilio, stream: ConversationStream) -> None:
    call = await twilio.call()
    await call.say("送料はいくらですか", confidence=0.87)
    word = (await stream.since(conversation(call)))[0]
    assert word.text == "送料はいくらですか"
    assert word.meta == {"call": call.sid, "recognition": 0.87}
    state = await stream.state(conversation(call))
    assert (state["channel"], state["customer_number"]) == ("voice", "+819012345678")


async def test_callers_who_show_no_number_share_nothing(twilio: Twilio, stream: ConversationStream) -> None:
    first, second = await twilio.call("anonymous"), await twilio.call("anonymous")
    await first.say("送料はいくらですか")
    assert await stream.since(conversation(second)) == []
    assert "customer_number" not in await stream.state(conversation(first))


async def test_the_tree_is_walked_by_keys_alone(twilio: Twilio, connector: Connector) -> None:
    call = await twilio.call()
    assert await call.press("9") == [
        "ご用件の分類をお選びください。",
        "1番、配送。",
        "担当者とお話しになる場合は、0を押してください。",
    ]
    heard = await call.press("1")
    assert heard[:3] == ["配送のご案内です。", "1番、送料はいくらですか?", "2番、何日で届きますか?"]
    await call.press("2")
    assert connector.turns[0]["command"] == '/choose_article{"article_id": "delivery-days"}'


async def test_again_and_slowly_and_back(twilio: Twilio) -> None:
    call = await twilio.call()
    answered = told(await call.say("送料はいくらですか"))
    assert await call.press("#") == answered
    slow = await call.say("ゆっくりお願いします")
    assert slow == ["ゆっくりお話しします。", *answered]
    menu = await call.press("9")
    assert (await call.press("*"))[-len(answered) :] == answered != menu


async def a_long_answer(connector: Connector, turn: dict[str, Any]) -> None:
    sentences = "".join(f"{number}つ目の手順をご案内いたしますので、よくお聞きください。" for number in range(1, 31))
    await connector.say(turn, sentences, "解決しましたか。はい、か、いいえ、でお答えください。", choices=YES_OR_NO)


YES_OR_NO = (Choice("はい", "/solved"), Choice("いいえ", "/not_solved"))


async def test_a_long_answer_comes_in_parts(twilio: Twilio, connector: Connector) -> None:
    connector.play = a_long_answer
    call = await twilio.call()
    heard = await call.say("使い方を教えて")
    assert heard[-1].startswith("続きをお聞きになりますか。")
    while heard[-1].startswith("続きをお聞きになりますか。"):
        heard = await call.say("はい")
    assert heard[-1] == "解決しましたか。はい、か、いいえ、でお答えください。"
    assert "30つ目の手順" in "".join(call.heard)
    assert len(connector.turns) == 1
    await call.press("2")
    assert connector.turns[1]["command"] == "/not_solved"


async def test_silence_leads_on_and_never_round(twilio: Twilio) -> None:
    call = await twilio.call()
    heard = [await call.silence() for _ in range(3)]
    assert [lines[0] for lines in heard] == ["恐れ入ります、お声が聞こえませんでした。ご用件を短くお話しください。"] * 3
    assert "1番、送料はいくらですか?" in heard[1] and "0番、担当者と話す。" in heard[2]
    assert (await call.silence())[-1].startswith("お声が聞こえないようですので")
    assert call.state == "ended"


async def test_what_was_hardly_recognised_is_asked_again(twilio: Twilio, connector: Connector) -> None:
    call = await twilio.call()
    assert (await call.say("そおおりょ", confidence=0.1))[0].startswith("恐れ入ります、うまく聞き取れません")
    assert connector.turns == []
    await call.say("送料", confidence=0.0)  # that is: not known
    assert len(connector.turns) == 1


async def slowly(connector: Connector, turn: dict[str, Any]) -> None:
    await asyncio.sleep(1.2)
    await answer(connector, turn)


async def test_there_is_no_dead_air(line: OpenLine, connector: Connector) -> None:
    connector.play = slowly
    twilio = await line(turn_seconds=8.0)
    call = await twilio.call()
    heard = await call.say("送料はいくらですか")
    assert heard[0] == "お調べしております。" and "送料はいくらですかへのお答えです。" in heard
    assert call.longest_silence < 2


async def never(_connector: Connector, _turn: dict[str, Any]) -> None:
    await asyncio.Event().wait()


async def test_rasa_that_hangs_costs_nobody_the_call(twilio: Twilio, connector: Connector) -> None:
    connector.play = never
    call = await twilio.call()
    heard = await call.say("送料はいくらですか")
    assert any("ただいまうまくお答えできませんでした" in line for line in heard)
    assert call.state == "gathering" and max(call.latencies) < 10


async def test_a_person_by_key(twilio: Twilio, connector: Connector) -> None:
    connector.play = never
    call = await twilio.call()
    heard = await call.press("0")
    assert "担当者におつなぎします。次のご案内となりますので、このまま少々お待ちください。" in heard
    assert call.state == "queued"
    assert any("1を、自動応答に戻る方は2を" in line for line in call.heard)
    heard = await call.press("2")
    assert any(line.startswith("担当者へのお取り次ぎを取り消しました") for line in heard)
    assert call.state == "gathering"


async def test_who_hangs_up_waits_no_more(twilio: Twilio, connector: Connector, stream: ConversationStream) -> None:
    connector.play = never
    call = await twilio.call()
    await call.press("0")
    await call.hang_up()
    state = await stream.state(conversation(call))
    assert state["ended_at"] and "ticket" not in state


async def test_a_webhook_that_comes_twice_is_answered_alike(twilio: Twilio, connector: Connector) -> None:
    call = await twilio.call()
    fields = call.fields() | {"SpeechResult": "送料はいくらですか", "Confidence": "0.9"}
    answers = await asyncio.gather(*(twilio.post("/twilio/voice/turn?n=1", fields) for _ in range(3)))
    assert len({one.body for one in answers}) == 1 and "お答えです" in answers[0].body.decode()
    assert len(connector.turns) == 1


@pytest.mark.parametrize("how", ["tampered", "unsigned", "scheme_swap"])
@pytest.mark.parametrize(
    "path", ["", "/turn", "/wait", "/queue", "/left", "/message", "/status", "/agent", "/agent/key"]
)
async def test_what_twilio_did_not_sign_is_refused(twilio: Twilio, how: str, path: str) -> None:
    fields = {"CallSid": "CA" + "0" * 32, "AccountSid": twilio.account_sid, "FromCity": ""}
    answer = await twilio.post(f"/twilio/voice{path}", fields, Forgery(**{how: True}))
    assert answer.status == 403


async def test_twenty_calls_at_once(line: OpenLine) -> None:
    twilio = await line(turn_seconds=8.0)
    calls = await asyncio.gather(*(twilio.call(f"+8190123400{number:02}") for number in range(20)))
    heard = await asyncio.gather(*(call.say(f"質問{number}") for number, call in enumerate(calls)))
    assert [told(lines)[0] for lines in heard] == [f"質問{number}へのお答えです。" for number in range(20)]


async def test_the_record_holds_what_was_heard(twilio: Twilio, stream: ConversationStream) -> None:
    call = await twilio.call()
    await call.say("送料はいくらですか")
    words = await stream.since(conversation(call))
    kept = [word.text for word in words if word.speaker is not Speaker.CUSTOMER]
    heard = told(call.heard)[2:4]
    assert [text.replace("「", "").replace("」", "").replace("？", "?") for text in kept] == heard


async def test_a_callback_offers_the_number_that_they_call_from(twilio: Twilio, connector: Connector) -> None:
    connector.play = never
    call = await twilio.call("+819012345678")
    await call.say("折り返し電話をください")
    await call.say("いつでもいいです")
    asked = "".join(told(await call.say("ヤマダです")))
    assert "この番号、末尾5678、におかけしてよろしいでしょうか。よろしければ、はい、と。" in asked
    back = "".join(told(await call.say("今かけてるこの番号で")))
    assert "ヤマダ様" in back and "末尾" in back
    assert "折り返しのお電話を予約しました" in "".join(told(await call.say("はい")))


async def only_a_person(connector: Connector, turn: dict[str, Any]) -> None:
    await connector.say(
        turn, "そのご質問へのお答えは用意がありません。", choices=(Choice("担当者と話す", "/request_agent"),)
    )


async def test_yes_to_the_one_choice_is_that_choice(twilio: Twilio, connector: Connector) -> None:
    connector.play = only_a_person
    call = await twilio.call()
    await call.say("床が水浸しなんです")
    await call.say("はい、お願いします")
    assert connector.turns[-1]["command"] == "/request_agent"


async def test_silence_after_a_question_asks_it_again(twilio: Twilio) -> None:
    call = await twilio.call()
    asked = told(await call.say("送料はいくらですか"))
    again = await call.silence()
    assert again == ["恐れ入ります、お声が聞こえませんでした。", *asked[1:]]
