"""The streamed road (ConversationRelay) through the door, over real sockets: the same talk as by Gather."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from channels.simulate.call import Call
from channels.simulate.signing import Forgery, WebhookError
from channels.simulate.twilio import Twilio
from channels.twilio.session import Session
from conversation.stream import ConversationStream
from conversation.words import Kind, Speaker, Word
from handoff import calendar_store
from handoff.queue import Queue
from handoff.schedule import ANY, HOLIDAY, WEEKDAYS, Schedule
from settings import Settings
from stores import open_sql
from tests.channels.staging import ORIGIN, SOLVED, Connector, answer, page
from tests.channels.twilio.conftest import OpenLine

pytestmark = pytest.mark.usefixtures("release", "connector")
ANSWER = "送料はいくらですかへのお答えです。解決しましたか?"


@pytest.fixture
def road() -> str:
    return "relay"


def conversation(call: Call) -> str:
    return f"voice-{call.sid}"


async def test_a_question_is_answered_and_solved(twilio: Twilio, connector: Connector) -> None:
    call = await twilio.call()
    assert call.state == "relay" and call.heard[0].startswith("お電話ありがとうございます。")
    await call.say("送料はいくらですか", partial=("送料は",))
    await call.until_heard(ANSWER)
    assert [turn["text"] for turn in connector.turns] == ["送料はいくらですか"]
    await call.press("1")
    assert connector.turns[1]["command"] == "/solved"


async def test_words_are_said_as_they_come(twilio: Twilio, connector: Connector) -> None:
    more = asyncio.Event()

    async def in_two(connector: Connector, turn: dict[str, Any]) -> None:
        await connector.say(turn, "はじめの一文です。次の一文です。")
        await more.wait()
        word = turn | {"message_id": turn["message_id"]}
        await connector.say(word, "はじめの一文です。次の一文です。", "解決しましたか？", choices=SOLVED)

    connector.play = in_two
    call = await twilio.call()
    saying = asyncio.create_task(call.say("送料はいくらですか"))
    assert call.relay
    relay = call.relay
    await call.until(lambda _: "次の一文です。" in [token for token, _ in relay.tokens])
    assert [token for token, _ in relay.tokens][-2:] == ["はじめの一文です。", "次の一文です。"]
    more.set()
    await saying
    await call.until_heard("はじめの一文です。次の一文です。解決しましたか?")


@pytest.mark.parametrize("forgery", [Forgery(unsigned=True), Forgery(token="another-token-0001")], ids=str)
async def test_a_forged_handshake_is_refused(twilio: Twilio, forgery: Forgery) -> None:
    url = f"{twilio.webhooks.public_url.replace('http', 'ws', 1)}/twilio/voice/relay"
    with pytest.raises(WebhookError, match="403"):
        await twilio.webhooks.handshake(url, forgery)


@pytest.mark.parametrize("how", ["tampered", "unsigned", "scheme_swap"])
async def test_a_forged_end_is_refused(twilio: Twilio, how: str) -> None:
    fields = {"CallSid": "CA" + "0" * 32, "AccountSid": twilio.account_sid, "HandoffData": ""}
    assert (await twilio.post("/twilio/voice/relay/done", fields, Forgery(**{how: True}))).status == 403


async def test_only_what_was_heard_is_kept(twilio: Twilio, stream: ConversationStream) -> None:
    call = await twilio.call()
    await call.say("送料はいくらですか")
    await call.interrupt("送料はいくら", 800)
    await call.say("何日で届きますか")
    await call.until_heard("何日で届きますか")
    words = await stream.since(conversation(call))
    noted = next(word for word in words if word.kind is Kind.STATE)
    answer = next(word for word in words if "送料はいくらですか」へのお答え" in word.text)
    assert noted.meta == {"heard": {"until": "送料はいくら", "ms": 800, "seq": answer.seq, "whole": False}}
    assert noted.exchange_id == answer.exchange_id


async def test_a_backchannel_into_an_answer_is_no_yes(twilio: Twilio, connector: Connector) -> None:
    call = await twilio.call()
    await call.say("送料はいくらですか")
    await call.interrupt("送料はいくら", 800)
    assert (await call.say("はい"))[0].startswith("ですかへのお答えです。解決しましたか?")
    assert len(connector.turns) == 1
    await call.say("はい")
    assert connector.turns[1]["command"] == "/solved"


async def test_the_tree_is_walked_by_keys_alone(twilio: Twilio, connector: Connector) -> None:
    call = await twilio.call()
    assert (await call.press("9"))[0].startswith("ご用件の分類をお選びください。1番、配送。")
    assert (await call.press("1"))[0].startswith("配送のご案内です。1番、送料はいくらですか?2番、何日で届きますか?")
    await call.press("2")
    assert connector.turns[0]["command"] == '/choose_article{"article_id": "delivery-days"}'


async def slowly(connector: Connector, turn: dict[str, Any]) -> None:
    await asyncio.sleep(1.2)
    await answer(connector, turn)


async def test_there_is_no_dead_air(line: OpenLine, connector: Connector) -> None:
    connector.play = slowly
    twilio = await line(turn_seconds=8.0)
    call = await twilio.call()
    assert await call.say("送料はいくらですか") == ["お調べしております。"]
    await call.until_heard(ANSWER)


async def never(_connector: Connector, _turn: dict[str, Any]) -> None:
    await asyncio.Event().wait()


async def test_rasa_that_hangs_costs_nobody_the_call(twilio: Twilio, connector: Connector) -> None:
    connector.play = never
    call = await twilio.call()
    await call.say("送料はいくらですか")
    await call.until_heard("ただいまうまくお答えできませんでした")
    assert call.state == "relay"


async def test_to_the_queue_and_back(twilio: Twilio, connector: Connector) -> None:
    connector.play = never
    call = await twilio.call()
    await call.press("0")
    await call.until(lambda _: call.state == "queued" and call.gathering is not None)
    assert "担当者におつなぎします。次のご案内となりますので、このまま少々お待ちください。" in call.heard
    await call.press("2")
    assert call.state == "relay" and call.heard[-1].startswith("担当者へのお取り次ぎを取り消しました")
    connector.play = answer
    await call.say("送料はいくらですか")
    await call.until_heard(ANSWER)


async def test_a_number_is_keyed_in(twilio: Twilio, connector: Connector, stream: ConversationStream) -> None:
    connector.play = never
    call = await twilio.call("anonymous")
    await call.press("0")
    await call.until(lambda _: call.state == "queued" and call.gathering is not None)
    await call.press("1")
    for said, asked in (("いつでもいいです", "お名前をお話しください"), ("ヤマダ", "お電話番号を、市外局番から")):
        await call.say(said)
        await call.until_heard(asked)
    await call.press("09012345678#")
    await call.until_heard("ゼロキューゼロ、イチニーサンヨン、ゴーロクナナハチ")
    words = [word for word in await stream.since(conversation(call)) if word.speaker is Speaker.CUSTOMER]
    assert [word.text for word in words if word.meta.get("private")] == ["いつでもいいです", "ヤマダ", "09012345678"]


async def test_silence_leads_on_and_never_round(line: OpenLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channels.twilio.session.SILENCE_SECONDS", 0.2)
    twilio = await line()
    call = await twilio.call()
    await call.until_state("ended")
    asked, menu, ways, bye = call.heard[1:]
    assert asked == "恐れ入ります、お声が聞こえませんでした。ご用件を短くお話しください。"
    assert "1番、送料はいくらですか?" in menu and "0番、担当者と話す。" in ways
    assert bye.startswith("お声が聞こえないようですので")


async def test_slowly_goes_by_gather_which_can(twilio: Twilio, connector: Connector) -> None:
    call = await twilio.call()
    await call.say("送料はいくらですか")
    await call.say("ゆっくりお願いします")
    await call.until_state("gathering")
    assert "ゆっくりお話しします。" in call.heard
    await call.say("もとの速さで")
    await call.say("ゆっくりお願いします")
    assert call.state == "relay" and call.heard[-1].startswith("もとの速さに戻します。")


async def test_a_notice_is_not_talked_over(line: OpenLine) -> None:
    twilio = await line(voice_recording=True)
    call = await twilio.call()
    assert call.relay and call.relay.element.get("welcomeGreetingInterruptible") == "none"
    assert call.relay.element.get("ttsProvider") == "Amazon" and call.relay.element.get("voice") == "Kazuha-Neural"
    await call.press("#")
    assert call.heard[1] == call.heard[0]


async def test_a_socket_that_breaks_is_opened_again(twilio: Twilio, connector: Connector) -> None:
    """In the middle of an answer: it is said on the next one."""
    more = asyncio.Event()

    async def later(connector: Connector, turn: dict[str, Any]) -> None:
        await more.wait()
        await answer(connector, turn)

    connector.play = later
    call = await twilio.call()
    saying = asyncio.create_task(call.say("送料はいくらですか"))
    await connector.called.wait()
    first = call.relay
    assert first and first._socket
    await first._socket.close()
    await call.until(lambda _: call.relay is not None and call.relay is not first)
    more.set()
    await saying
    await call.until_heard(ANSWER)
    assert len(connector.turns) == 1


async def test_streams_that_never_open_lead_to_gather(twilio: Twilio, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(self: Session) -> None:
        await self._ws.close()

    monkeypatch.setattr("channels.twilio.session.Session.run", broken)
    call = await twilio.call()
    await call.until_state("gathering")
    heard = await call.say("送料はいくらですか")
    assert "送料はいくらですかへのお答えです。" in heard and call.state == "gathering"


@pytest.mark.parametrize("data", ["", "{", "[]", '{"then":"queue","turn":1,"said":0}', '{"then":"listen","turn":"1"}'])
async def test_an_end_that_is_not_ours_leads_back(twilio: Twilio, data: str) -> None:
    call = await twilio.call()
    fields = call.fields() | {"HandoffData": data, "SessionStatus": "ended"}
    body = (await twilio.post("/twilio/voice/relay/done?n=1&r=0", fields)).body.decode()
    assert "<ConversationRelay" in body and "relay/done?n=1&amp;r=1" in body and "<Enqueue" not in body


async def test_redis_that_goes_away(twilio: Twilio, monkeypatch: pytest.MonkeyPatch) -> None:
    call = await twilio.call()

    async def away(*_: Any) -> None:
        raise ConnectionError("Redis is away")

    with monkeypatch.context() as broken:
        broken.setattr("channels.twilio.call.Calls.begin_turn", away)
        broken.setattr("channels.twilio.call.Calls.get", away)
        await call.say("送料はいくらですか")
        await call.until_state("ended")
    assert "ただいまうまくお答えできませんでした" in call.heard[1]
    assert call.heard[-1].startswith("申し訳ございません。ただいま電話の自動応答をご利用いただけません。")


async def test_twenty_calls_at_once(line: OpenLine) -> None:
    twilio = await line(turn_seconds=8.0)
    calls = await asyncio.gather(*(twilio.call(f"+8190123400{number:02}") for number in range(20)))
    await asyncio.gather(*(call.say(f"質問{number}") for number, call in enumerate(calls)))
    for number, call in enumerate(calls):
        await call.until_heard(f"質問{number}へのお答えです。解決しましたか?")


async def test_an_interrupted_answer_is_not_gone_on_with(twilio: Twilio, connector: Connector) -> None:
    more = asyncio.Event()

    async def in_two(connector: Connector, turn: dict[str, Any]) -> None:
        if turn["text"] == "送料はいくらですか":
            await connector.say(turn, "はじめの一文です。")
            await more.wait()
            word = turn | {"message_id": f"{turn['message_id']}b"}
            await connector.say(word, "遮られたあとの一文です。")
        else:
            await answer(connector, turn)

    connector.play = in_two
    call = await twilio.call()
    relay = call.relay
    assert relay
    saying = asyncio.create_task(call.say("送料はいくらですか"))
    await call.until(lambda _: "はじめの一文です。" in [token for token, _ in relay.tokens])
    await call.interrupt("はじめの", 300)
    asking = asyncio.create_task(call.say("何日で届きますか"))
    more.set()
    await asyncio.gather(saying, asking)
    await call.until_heard("何日で届きますかへのお答えです")
    assert "遮られたあと" not in "".join(token for token, _ in relay.tokens)


async def test_who_says_goodbye_hears_it_once(twilio: Twilio, connector: Connector) -> None:
    async def goodbye(connector: Connector, turn: dict[str, Any]) -> None:
        about = {"decision": "talk", "utter": "utter_goodbye"}
        name, exchange = f"{turn['message_id']}:1", turn["message_id"]
        word = Word(turn["conversation_id"], Speaker.BOT, "さようなら。", name, exchange_id=exchange, meta=about)
        await connector.stream.append(word)

    connector.play = goodbye
    call = await twilio.call()
    relay = call.relay
    await call.say("どうもね")
    await call.until_state("ended")
    assert relay and [token for token, _ in relay.tokens if token] == ["さようなら。"]
    assert call.heard[1:] == ["さようなら。"] and call.ended_by == "hangup"


async def test_a_message_after_the_tone(
    line: OpenLine, connector: Connector, settings: Settings, queue: Queue, stream: ConversationStream
) -> None:
    engine = open_sql(settings.database_url)
    calendar_store.save(engine, (ANY, ANY), Schedule(dict.fromkeys((*WEEKDAYS, HOLIDAY), ()), {}), 1)
    engine.dispose()
    connector.play = never
    call = await (await line()).call()
    await call.press("0")
    await call.until_heard("1番、ご伝言を残す。")
    await call.press("1")
    await call.until_state("recording")
    await call.record(seconds=7, digits="#")
    ticket = await queue.of_conversation(conversation(call))
    word = await stream.word(conversation(call), ticket.message_seq) if ticket and ticket.message_seq else None
    assert word and word.meta["recording"]["seconds"] == 7
    assert call.state == "relay"


async def test_what_did_not_help_on_the_web_is_not_said(twilio: Twilio, connector: Connector) -> None:
    """Six keys are a code without #; the article that failed is kept back while the answer comes."""
    tab = await page(twilio.door)  # type: ignore[attr-defined]
    await tab.ask("送料は？")
    exchange = (await tab.word("へのお答えです"))["exchange_id"]
    await tab.word("解決しましたか")
    await tab.send(type="feedback", id="verdict-0001", exchange_id=exchange, value="not_solved")
    await tab.kind("ack")
    headers = ORIGIN | {"Authorization": f"Bearer {tab.token}"}
    async with tab.client.post("/api/web/code", headers=headers) as answer:
        code = str((await answer.json())["code"])
    call = await twilio.call("+818099998888")
    await call.press("8")
    await call.until_heard("6桁の番号を、押すか")
    await call.press(code)
    await call.until_heard("送料はいくらですか")
    before = len(call.heard)
    await call.say("送料を教えて")
    await call.until(lambda _: any("送料はいくらですか" in text for text in call.heard[before:]))
    assert "へのお答えです" not in "".join(call.heard)
