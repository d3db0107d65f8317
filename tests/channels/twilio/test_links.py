"""A link by SMS during a call: offered, asked for, sent to the right number, and the chat that it opens."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest

from channels.simulate.call import Call
from channels.simulate.twilio import Twilio
from conversation.words import Speaker, Word
from tests.channels.staging import SOLVED, Connector, Page, door_in, session
from tests.channels.twilio.texting import OpenLine

pytestmark = pytest.mark.usefixtures("release")
MOBILE, LANDLINE = "+819012345678", "+81312345678"
ASKED, SENT, OFF = "SMSでお送りしましょうか", "SMSをお送りしました", "SMSはお送りしません"


async def delivery(connector: Connector, turn: dict[str, Any]) -> None:
    """Answers with the article that has a link; the question behind it belongs to none."""
    about = {"exchange_id": turn["message_id"], "meta": {"decision": "answer"}}
    told = f"「{turn['text']}」は、通常1日から3日で届きます。"
    cid, name = turn["conversation_id"], turn["message_id"]
    await connector.stream.append(Word(cid, Speaker.BOT, told, f"{name}:1", article_id="delivery-days", **about))
    await connector.stream.append(Word(cid, Speaker.BOT, "解決しましたか？", f"{name}:2", choices=SOLVED, **about))


@pytest.fixture(autouse=True)
def answers(connector: Connector) -> None:
    connector.play = delivery


async def asked(twilio: Twilio, sender: str = MOBILE) -> Call:
    call = await twilio.call(sender)
    heard = await call.say("いつ届きますか")
    assert ASKED in heard[-1], call.transcript()
    return call


def heard(lines: list[str]) -> str:
    return "".join(lines)


async def only_text(twilio: Twilio) -> Any:
    sent = await twilio.next_text()
    assert len(twilio.sent) == 1
    return sent


async def test_who_agrees_gets_the_link_and_is_asked_what_was_to_be_asked(twilio: Twilio) -> None:
    call = await asked(twilio)
    assert "解決しましたか" not in heard(call.heard)
    told = heard(await call.say("はい"))
    assert told.startswith(SENT) and "解決しましたか" in told
    sent = await only_text(twilio)
    assert sent.to == MOBILE
    base = re.escape(str(twilio.door.make_url("/")))  # type: ignore[attr-defined]
    assert re.search(rf"^【ツバメ生活堂】.*何日で届きますか？ {base}faq/delivery-days\?r=[0-9a-f]+-\S+$", sent.body)


async def test_a_text_that_nobody_can_reply_to_says_where_to_go_instead(line: OpenLine) -> None:
    twilio = await line(sms_mode="one_way")
    call = await asked(twilio, LANDLINE)
    for keys in ("1", f"0{MOBILE[3:]}#", "1"):
        await call.press(keys)
    body = (await only_text(twilio)).body
    assert "返信できません" in body and "0120" in body and body.index("?r=") < body.index("返信できません")
    found = re.search(r"/sms/stop\?t=([\w-]{32})$", body)
    assert found and (await twilio.door.post("/sms/stop", data={"t": found[1]})).status == 200  # type: ignore[attr-defined]
    call = await asked(twilio)  # it was the number that got the text which wants none now
    assert "この番号にはSMSをお送りできません" in heard(await call.press("1"))


async def test_the_question_behind_it_is_answered_by_its_key(twilio: Twilio, connector: Connector) -> None:
    call = await asked(twilio)
    await call.press("1")
    await call.press("1")
    assert [turn["command"] for turn in connector.turns] == [None, "/solved"]


async def test_the_link_opens_the_chat_with_the_article_and_nothing_of_the_call(
    twilio: Twilio, connector: Connector
) -> None:
    call = await asked(twilio)
    await call.press("1")
    found = re.search(r"/faq/([a-z-]+)\?r=(\S+)", (await only_text(twilio)).body)
    assert found
    opened = await session(twilio.door, link=f"{found[1]}.{found[2]}")  # type: ignore[attr-defined]
    tab = await Page(twilio.door, opened["token"], opened["conversation_id"]).connect()  # type: ignore[attr-defined]
    await tab.word("「何日で届きますか？」")
    assert not [text for _, _, text in tab.messages if "いつ届きますか" in text]
    await tab.ask("それっていくら？")
    await tab.word("「それっていくら？」")
    assert connector.turns[-1]["conversation_id"] == opened["conversation_id"]


async def test_who_declines_is_sent_nothing_and_not_asked_again(twilio: Twilio) -> None:
    call = await asked(twilio)
    told = heard(await call.press("2"))
    assert OFF in told and "解決しましたか" in told
    assert ASKED not in heard(await call.say("何日かかりますか"))
    assert twilio.sent == []


async def test_an_article_is_offered_once(twilio: Twilio) -> None:
    call = await asked(twilio)
    await call.press("1")
    assert ASKED not in heard(await call.say("何日かかりますか"))


async def test_another_question_is_no_answer_and_is_answered(twilio: Twilio, connector: Connector) -> None:
    call = await asked(twilio)
    assert "送料はいくら" in heard(await call.say("送料はいくらですか"))
    assert connector.turns[-1]["text"] == "送料はいくらですか"
    assert twilio.sent == []


async def test_once_more_and_slower_keep_the_question(twilio: Twilio) -> None:
    call = await asked(twilio)
    assert ASKED in heard(await call.press("#"))
    assert SENT in heard(await call.press("1"))
    await only_text(twilio)


async def test_what_was_hardly_recognised_is_no_consent(twilio: Twilio) -> None:
    call = await asked(twilio)
    await call.say("はい", confidence=0.1)
    assert twilio.sent == []
    assert SENT in heard(await call.say("はい"))


@pytest.mark.parametrize("sender", [LANDLINE, "anonymous"])
async def test_who_cannot_be_texted_names_a_mobile_number_that_is_read_back(twilio: Twilio, sender: str) -> None:
    call = await asked(twilio, sender)
    assert "携帯電話の番号" in heard(await call.press("1"))
    read = heard(await call.press("08011112222#"))
    assert "よろしいでしょうか" in read
    assert SENT in heard(await call.say("はい"))
    assert (await only_text(twilio)).to == "+818011112222"


async def test_a_number_may_be_said_and_put_right(twilio: Twilio, connector: Connector) -> None:
    call = await asked(twilio, LANDLINE)
    await call.press("1")
    assert "よろしいでしょうか" in heard(await call.say("080-1111-2222です"))
    assert "携帯電話の番号を押すか" in heard(await call.press("2"))
    await call.say("080 3333 4444")
    await call.press("1")
    assert (await only_text(twilio)).to == "+818033334444"
    words = await connector.stream.since(f"voice-{call.sid}")
    assert not [word for word in words if re.search("[0-9]{4}", word.text)]  # the number is nobody's to read


@pytest.mark.parametrize("wrong", ["0312345678#", "05012345678#", "12#"])
async def test_twice_wrong_goes_on_without(twilio: Twilio, wrong: str) -> None:
    call = await asked(twilio, LANDLINE)
    await call.press("1")
    assert "聞き取れませんでした" in heard(await call.press(wrong))
    told = heard(await call.press(wrong))
    assert OFF in told and "解決しましたか" in told
    assert twilio.sent == []


async def test_zero_leads_to_a_person_from_every_step(twilio: Twilio, connector: Connector) -> None:
    call = await asked(twilio, LANDLINE)
    await call.press("1")
    await call.press("0#")
    assert connector.turns[-1]["command"] == "/request_agent"


async def test_sms_may_be_asked_for(twilio: Twilio) -> None:
    call = await asked(twilio)
    await call.press("2")
    assert ASKED in heard(await call.say("SMSで送ってください"))
    await call.press("1")
    assert "faq/delivery-days?r=" in (await only_text(twilio)).body


async def test_before_any_answer_the_link_leads_to_all_questions(twilio: Twilio) -> None:
    call = await twilio.call()
    await call.say("リンクを送って")
    await call.press("1")
    assert (await only_text(twilio)).body.endswith("/faq")


async def test_who_wants_no_sms_gets_none(twilio: Twilio) -> None:
    await twilio.text("配信停止")
    call = await asked(twilio)
    assert "お送りできません" in heard(await call.press("1"))
    assert twilio.sent == [] or all("faq" not in sent.body for sent in twilio.sent)


async def test_nobody_is_pestered_through_us(twilio: Twilio) -> None:
    for _ in range(6):
        call = await asked(twilio)
        await call.press("1")
        await call.hang_up()
    await asyncio.wait_for(twilio.until(lambda: len(twilio.sent) >= 5), 20)
    assert "お送りできません" in heard(call.heard)
    assert len(twilio.sent) == 5


async def test_the_desk_reads_that_it_was_sent_and_the_bot_does_not(twilio: Twilio, connector: Connector) -> None:
    call = await asked(twilio)
    await call.press("1")
    await call.say("何日かかりますか")
    words = await connector.stream.since(f"voice-{call.sid}")
    assert [word.text for word in words if word.meta.get("notice") == "link"] == ["SMSをお送りしました。"]
    assert connector.turns[-1]["missed"] == []


async def test_a_long_answer_offers_its_link_behind_the_last_part(twilio: Twilio, connector: Connector) -> None:
    async def long(connector: Connector, turn: dict[str, Any]) -> None:
        await delivery(
            connector, turn | {"text": "".join(f"これは{n}番目の、とても長いご説明の文です。" for n in range(40))}
        )

    connector.play = long
    call = await twilio.call()
    told = heard(await call.say("いつ届きますか"))
    assert "続きをお聞きになりますか" in told and ASKED not in told
    for _ in range(10):
        if ASKED in told:
            break
        told = heard(await call.press("1"))
    assert told.endswith("はい、または1を押してください。") and ASKED in told
    assert SENT in heard(await call.press("1"))


async def test_the_ladders_last_step_sends_it(twilio: Twilio) -> None:
    call = await twilio.call()
    for _ in range(3):
        await call.silence()
    assert "SMSでお送りする" in heard(call.heard)
    assert ASKED in heard(await call.press("1"))
    assert SENT in heard(await call.press("1"))


async def test_the_article_is_known_from_the_words_alone(twilio: Twilio) -> None:
    """Another door goes on with the call."""
    call = await asked(twilio)
    door = door_in(twilio.door)  # type: ignore[attr-defined]
    await door.redis.delete(f"conv:{{voice-{call.sid}}}:call")
    assert ASKED in heard(await call.say("SMSでお願いします"))


@pytest.mark.parametrize("said", ["はい、お願いします", "ええ", "SMSで送ってください", "送ってください"])
async def test_consent_in_many_words(twilio: Twilio, said: str) -> None:
    call = await asked(twilio)
    assert SENT in heard(await call.say(said))


@pytest.mark.parametrize("said", ["いいえ", "結構です", "大丈夫です", "いりません", "SMSは結構です", "いえ、いいです"])
async def test_what_may_be_a_no_sends_nothing(twilio: Twilio, said: str) -> None:
    call = await asked(twilio)
    told = heard(await call.say(said))
    assert OFF in told and "解決しましたか" in told
    assert twilio.sent == []


async def test_a_number_said_in_words_is_read_back_in_groups(twilio: Twilio) -> None:
    call = await asked(twilio, LANDLINE)
    await call.press("1")
    read = heard(await call.say("ゼロハチゼロ、いちいちいちいち、ににににです"))
    assert "ゼロハチゼロ イチイチイチイチ ニーニーニーニー、でよろしいでしょうか" in read
    assert SENT in heard(await call.say("はい、そうです"))
    assert (await only_text(twilio)).to == "+818011112222"


async def test_once_more_and_slower_by_words_keep_the_step(twilio: Twilio) -> None:
    call = await asked(twilio, LANDLINE)
    await call.press("1")
    assert "携帯電話の番号" in heard(await call.say("もう一度お願いします"))
    await call.say("ゆっくりお願いします")
    assert "よろしいでしょうか" in heard(await call.press("08011112222#"))
