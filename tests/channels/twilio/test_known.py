"""A caller who asked on the web before: by the code of the screen, or by a number that proves nothing."""

from __future__ import annotations

import time
from typing import Any

import jwt
import pytest

from channels.before import said_before
from channels.simulate.call import Call
from channels.simulate.twilio import Twilio
from conversation.stream import ConversationStream
from conversation.words import Choice, Kind, Speaker, Word
from handoff.contact import Contact
from handoff.keys import contact as contact_key
from handoff.persons import Persons
from handoff.queue import Queue
from handoff.ticket import Reason
from tests.channels.staging import ORIGIN, SOLVED, Connector, Page, door_in, page, session
from tests.channels.twilio.conftest import OpenLine

pytestmark = pytest.mark.usefixtures("release")
MOBILE, OTHER = "+819012345678", "+818099998888"
TITLE = "送料はいくらですか"
SECRET = "k" * 40


async def fee(connector: Connector, turn: dict[str, Any]) -> None:
    about = {"exchange_id": turn["message_id"], "meta": {"decision": "answer"}}
    cid, name = turn["conversation_id"], turn["message_id"]
    text = "送料は全国一律550円です。"
    await connector.stream.append(Word(cid, Speaker.BOT, text, f"{name}:1", article_id="shipping-fee", **about))
    await connector.stream.append(Word(cid, Speaker.BOT, "解決しましたか？", f"{name}:2", choices=SOLVED, **about))


@pytest.fixture(autouse=True)
def answers(connector: Connector) -> None:
    connector.play = fee


async def asked_on_the_web(twilio: Twilio, verdict: str = "", **body: Any) -> Page:
    """A tab in which the fee was asked for and, perhaps, judged."""
    tab = await page(twilio.door, **body)  # type: ignore[attr-defined]
    await tab.ask("送料は？")
    exchange = (await tab.word("550円"))["exchange_id"]
    await tab.word("解決しましたか")
    if verdict:
        await tab.send(type="feedback", id="verdict-0001", exchange_id=exchange, value=verdict)
        await tab.until(lambda frame: frame["type"] == "ack" and frame["id"] == "verdict-0001")
    return tab


async def code_of(tab: Page) -> str:
    headers = ORIGIN | {"Authorization": f"Bearer {tab.token}"}
    async with tab.client.post("/api/web/code", headers=headers) as answer:
        return str((await answer.json())["code"])


def heard(lines: list[str]) -> str:
    return "".join(lines)


async def by_code(twilio: Twilio, tab: Page, sender: str = OTHER) -> tuple[Call, str]:
    code = await code_of(tab)
    call = await twilio.call(sender)
    assert "6桁の番号を、押すか" in heard(await call.press("8"))
    return call, heard(await call.press(code))


async def test_the_code_is_told_of_only_while_a_screen_may_show_one(twilio: Twilio) -> None:
    assert "6桁" not in heard((await twilio.call()).heard)
    await code_of(await page(twilio.door))  # type: ignore[attr-defined]
    assert "6桁の番号が出ている方は" in heard((await twilio.call()).heard)


async def test_the_call_goes_on_with_the_matter_and_the_page_is_told(twilio: Twilio) -> None:
    tab = await asked_on_the_web(twilio)
    call, told = await by_code(twilio, tab)
    assert TITLE in told and "の件ですね" in told and "550" not in told
    await tab.word("お電話でご案内を続けています")
    assert "送料は全国一律" in heard(await call.press("1"))


@pytest.mark.parametrize("proven", [True, False])
async def test_what_is_asked_next_may_lean_on_the_article(
    twilio: Twilio, stream: ConversationStream, connector: Connector, proven: bool
) -> None:
    if proven:
        call, _ = await by_code(twilio, await asked_on_the_web(twilio))
    else:
        await asked_on_the_web(twilio, identity=identity("090-1234-5678"))
        call = await twilio.call(MOBILE)
        await call.say("はい")
    cid = f"voice-{call.sid}"
    await call.say("ありがとう")
    asked = connector.turns[-1]["seq"]
    leaning = await said_before(stream, cid, asked)
    assert leaning == {"article": "shipping-fee", "question": f"{TITLE}？", "offered": []}
    assert not [word for word in await stream.since(cid, 0, asked - 1) if word.shown]  # nobody's words, no exchange
    told = Word(cid, Speaker.BOT, "1日から3日です。", "t:1", article_id="delivery-days", meta={"decision": "answer"})
    await stream.append(told)
    assert (await said_before(stream, cid, 10**6))["article"] == "delivery-days"


async def test_who_begins_anew_leans_on_nothing(twilio: Twilio, stream: ConversationStream) -> None:
    call, _ = await by_code(twilio, await asked_on_the_web(twilio))
    await call.say("最初から")
    assert (await said_before(stream, f"voice-{call.sid}", 10**6))["article"] == ""


async def test_what_did_not_help_is_not_read_again(twilio: Twilio, connector: Connector) -> None:
    call, told = await by_code(twilio, await asked_on_the_web(twilio, "not_solved"))
    assert "解決しなかった" in told and "1番、何日で届きますか?" in told
    assert told.count(TITLE) == 1
    again = heard(await call.say("送料を教えてください"))
    assert "同じご案内" in again and "全国一律" not in again
    assert connector.turns[-1]["text"] == "送料を教えてください"
    await call.press("0")
    assert connector.turns[-1]["command"] == "/request_agent"


async def test_who_chooses_it_by_key_hears_it(twilio: Twilio) -> None:
    call, _ = await by_code(twilio, await asked_on_the_web(twilio, "not_solved"))
    await call.press("9")
    await call.press("1")
    assert "全国一律" in heard(await call.press("1"))


async def test_a_verdict_that_was_changed_counts_as_it_is_now(twilio: Twilio, stream: ConversationStream) -> None:
    tab = await asked_on_the_web(twilio, "not_solved")
    words = await stream.since(tab.conversation_id)
    await tab.send(type="feedback", id="verdict-0002", exchange_id=words[0].exchange_id, value="solved")
    await tab.until(lambda frame: frame["type"] == "ack" and frame["id"] == "verdict-0002")
    _, told = await by_code(twilio, tab)
    assert "解決しなかった" not in told


async def test_the_button_of_the_web_counts_as_a_verdict(twilio: Twilio, stream: ConversationStream) -> None:
    tab = await asked_on_the_web(twilio)
    exchange = (await stream.since(tab.conversation_id))[0].exchange_id
    meta = {"command": "/not_solved", "offered_in": exchange, "title": "いいえ"}
    cid = tab.conversation_id
    await stream.append(Word(cid, Speaker.CUSTOMER, "いいえ", "pressed-0001", Kind.CHOICE, meta=meta))
    offers = (Choice("何日で届きますか？", "/choose_article", "delivery-days"),)
    await stream.append(Word(cid, Speaker.BOT, "この中にありますか", "pressed-0001:1", choices=offers))
    _, told = await by_code(twilio, tab)
    assert "解決しなかった" in told and "何日で届きますか" in told


async def test_the_digits_may_be_said(twilio: Twilio) -> None:
    tab = await asked_on_the_web(twilio)
    code, call = await code_of(tab), await twilio.call(OTHER)
    assert "の件ですね" in heard(await call.say(f"{code[:3]} {code[3:]}です"))


@pytest.mark.parametrize("said", ["{}です", "ええと、番号は{}です", "いち"])
async def test_the_digits_may_be_said_when_asked_for(twilio: Twilio, said: str) -> None:
    tab = await asked_on_the_web(twilio)
    code, call = await code_of(tab), await twilio.call(OTHER)
    await call.press("8")
    if said == "いち":
        names = dict(
            zip(
                "0123456789",
                ("ゼロ", "いち", "に", "さん", "よん", "ご", "ろく", "なな", "はち", "きゅう"),
                strict=True,
            )
        )
        said = "、".join(names[digit] for digit in code)
    assert "の件ですね" in heard(await call.say(said.format(code)))


async def test_six_digits_are_no_code_while_no_screen_shows_one(twilio: Twilio, connector: Connector) -> None:
    call = await twilio.call()
    await call.say("123456です")
    assert connector.turns[-1]["text"] == "123456です"


async def test_five_tries_a_call_then_the_talk_goes_on_without(twilio: Twilio, connector: Connector) -> None:
    tab = await asked_on_the_web(twilio)
    code = await code_of(tab)
    wrong = "000000" if code != "000000" else "111111"
    call = await twilio.call(OTHER)
    await call.press("8")
    for _ in range(5):
        assert "もう一度押して" in heard(await call.press(wrong))
    told = heard(await call.press(code))
    assert "このままご用件を" in told and "件ですね" not in told
    assert "全国一律" in heard(await call.say("送料は"))


async def test_a_code_is_used_once(twilio: Twilio) -> None:
    tab = await asked_on_the_web(twilio)
    code = await code_of(tab)
    for right in (True, False):
        call = await twilio.call(OTHER)
        await call.press("8")
        assert ("件ですね" in heard(await call.press(code))) is right
        await call.hang_up()


async def test_who_has_no_code_talks_on(twilio: Twilio, connector: Connector) -> None:
    call = await twilio.call()
    await call.press("8")
    assert "全国一律" in heard(await call.say("送料を教えてください"))
    again = await twilio.call()
    await again.press("8")
    await again.press("0#")
    assert connector.turns[-1]["command"] == "/request_agent"


async def test_the_desk_is_told_of_the_earlier_talk_as_proven(
    twilio: Twilio, queue: Queue, stream: ConversationStream
) -> None:
    tab = await asked_on_the_web(twilio)
    about = {"channel": "web", "exchange_id": "e", "reason": Reason.CUSTOMER_REQUEST}
    earlier = await queue.open(tab.conversation_id, **about)
    await queue.cancel(earlier.number)
    call, _ = await by_code(twilio, tab)
    ticket = await queue.open(f"voice-{call.sid}", **about | {"channel": "voice"})
    persons = Persons(queue, SECRET, 30)
    assert await persons.came_from(ticket) == tab.conversation_id
    assert [(one.ticket.number, one.proven) for one in await persons.earlier(ticket)] == [(earlier.number, True)]


def identity(phone: str) -> str:
    claims = {"sub": "member-1", "name": "山田花子", "phone": phone, "exp": int(time.time()) + 600}
    return jwt.encode(claims, "i" * 40, algorithm="HS256")


async def test_the_number_the_shop_signed_brings_a_question_and_no_more(twilio: Twilio, queue: Queue) -> None:
    tab = await asked_on_the_web(twilio, identity=identity("090-1234-5678"))
    call = await twilio.call(MOBILE)
    told = heard(call.heard)
    assert f"{TITLE}" in told and "についてお調べでしたでしょうか" in told
    assert "山田" not in told and "550" not in told
    more = heard(await call.say("はい"))
    assert "の件ですね" in more and "山田" not in more
    assert "全国一律" in heard(await call.press("1"))
    ticket = await queue.open(f"voice-{call.sid}", channel="voice", exchange_id="e", reason=Reason.CUSTOMER_REQUEST)
    assert await Persons(queue, SECRET, 30).came_from(ticket) == ""
    assert "お電話でご案内を続けて" not in heard([text for _, _, text in tab.messages])


async def test_a_number_alone_is_not_told_of_a_verdict_but_spared_the_article(twilio: Twilio) -> None:
    await asked_on_the_web(twilio, "not_solved", identity=identity("+819012345678"))
    call = await twilio.call(MOBILE)
    told = heard(await call.press("1"))
    assert "解決" not in told and "1番、何日で届きますか" in told and told.count(TITLE) == 1


@pytest.mark.parametrize("sender", [OTHER, "anonymous"])
async def test_other_numbers_hear_nothing_of_it(twilio: Twilio, sender: str) -> None:
    await asked_on_the_web(twilio, identity=identity("090-1234-5678"))
    assert "お調べでした" not in heard((await twilio.call(sender)).heard)


async def test_after_half_an_hour_nothing_is_asked(line: OpenLine) -> None:
    now = [time.time()]
    twilio = await line(clock=lambda: now[0])
    await asked_on_the_web(twilio, identity=identity("+819012345678"))
    now[0] += 29 * 60
    first = await twilio.call(MOBILE)
    assert "お調べでした" in heard(first.heard)
    now[0] += 2 * 60
    assert "お調べでした" not in heard((await twilio.call(MOBILE)).heard)


@pytest.mark.parametrize("talking_to", ["queue", "agent"])
async def test_what_people_have_is_not_spoken_of(twilio: Twilio, stream: ConversationStream, talking_to: str) -> None:
    tab = await asked_on_the_web(twilio, identity=identity("+819012345678"))
    await stream.set_state(tab.conversation_id, talking_to=talking_to)
    assert "お調べでした" not in heard((await twilio.call(MOBILE)).heard)


async def test_what_is_no_public_article_is_not_spoken_of(twilio: Twilio, stream: ConversationStream) -> None:
    opened = await session(twilio.door, identity=identity("+819012345678"))  # type: ignore[attr-defined]
    cid = opened["conversation_id"]
    for number, article in enumerate(("staff-refund", "legal-matter", "withdrawn")):
        await stream.append(Word(cid, Speaker.BOT, "秘密です", f"w{number}:1", article_id=article))
        assert "お調べでした" not in heard((await twilio.call(MOBILE)).heard)


async def test_the_number_of_a_callback_brings_the_question_too(
    twilio: Twilio, queue: Queue, stream: ConversationStream
) -> None:
    tab = await asked_on_the_web(twilio)
    ticket = await queue.open(tab.conversation_id, channel="web", exchange_id="e", reason=Reason.CUSTOMER_REQUEST)
    kept = Contact("ヤマダ ハナコ", MOBILE).to_json()
    await stream.redis.set(contact_key(tab.conversation_id, ticket.number), kept)
    await Persons(queue, SECRET, 30).note([ticket])
    await stream.set_state(tab.conversation_id, talking_to="bot")  # booked
    told = heard((await twilio.call(MOBILE)).heard)
    assert "お調べでした" in told and "ヤマダ" not in told


async def test_no_is_an_answer_and_so_is_another_question(twilio: Twilio) -> None:
    await asked_on_the_web(twilio, identity=identity("+819012345678"))
    call = await twilio.call(MOBILE)
    assert "ご用件をどうぞ" in heard(await call.press("2"))
    other = await twilio.call(MOBILE)
    assert "全国一律" in heard(await other.say("送料を教えてください"))


async def test_no_number_stands_in_redis_in_plain(twilio: Twilio) -> None:
    await asked_on_the_web(twilio, identity=identity("+819012345678"))
    redis = door_in(twilio.door).redis  # type: ignore[attr-defined]
    found = [key async for key in redis.scan_iter("customer:*")]
    assert len(found) == 1 and "9012345678" not in found[0]
