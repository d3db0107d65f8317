"""SMS that nobody can reply to: where to go instead, and stopping them by a link."""

from __future__ import annotations

import re
import time

import pytest

from channels.links import Links
from channels.simulate.twilio import Twilio
from conversation.stream import ConversationStream
from conversation.texts import State
from conversation.words import Speaker, Word
from tests.channels.staging import Client, session
from tests.channels.twilio.texting import CUSTOMER, NAME, MovedClock, OpenLine, got, states, talks, until

pytestmark = pytest.mark.usefixtures("release", "connector")
_LINK = re.compile(r"/sms/stop\?t=([\w-]+)")


@pytest.fixture
async def one_way(line: OpenLine) -> Twilio:
    return await line(sms_mode="one_way")


def door_of(twilio: Twilio) -> Client:
    return twilio.door  # type: ignore[attr-defined,no-any-return]


async def token(twilio: Twilio) -> str:
    """The one in the link of the first text."""
    await twilio.text("送料はいくら")
    found = _LINK.search((await got(twilio, 1))[0])
    assert found
    return found[1]


async def test_no_choices_but_ways_to_go(one_way: Twilio, stream: ConversationStream) -> None:
    await one_way.text("送料はいくら")
    (said,) = await got(one_way, 1)
    assert said.startswith(NAME) and "1 はい" not in said
    assert "返信できません" in said and "ご質問はこちら http" in said and "0120" in said and _LINK.search(said)
    (name,) = await talks(stream)
    await stream.append(Word(name, Speaker.AGENT, "お調べしました。", "agent:1", meta={"agent": "山田 花子"}))
    said = (await got(one_way, 2))[1]
    assert said.startswith(f"{NAME}山田：お調べしました。\n") and "ご質問はこちら http" in said


async def test_the_link_asks_and_stops_only_when_it_is_confirmed(one_way: Twilio, stream: ConversationStream) -> None:
    link, door = await token(one_way), door_of(one_way)
    answer = await door.get("/sms/stop", params={"t": link})
    html = await answer.text()
    assert answer.status == 200 and "SMSの配信を停止しますか" in html and f'value="{link}"' in html
    assert answer.headers["Cache-Control"] == "no-store"
    await one_way.text("いつ届く")
    await until(stream, states(State.DELIVERED, State.DELIVERED))
    answer = await door.post("/sms/stop", data={"t": link})
    assert answer.status == 200 and "停止しました" in await answer.text()
    await one_way.text("返品したい")
    await until(stream, states(State.DELIVERED, State.DELIVERED, State.STOPPED))
    assert (await door.post("/sms/stop", data={"t": link})).status == 200  # twice is once


async def test_the_link_tells_nobody_the_number(one_way: Twilio) -> None:
    link = await token(one_way)
    assert len(link) == 32 and CUSTOMER[-8:] not in link
    html = await (await door_of(one_way).get("/sms/stop", params={"t": link})).text()
    assert "5678" not in html


@pytest.mark.parametrize("change", ["", "x", "A" * 32, "あ", "<script>"])
async def test_a_wrong_link_stops_nobody(one_way: Twilio, stream: ConversationStream, change: str) -> None:
    for answer in (
        await door_of(one_way).get("/sms/stop", params={"t": change}),
        await door_of(one_way).post("/sms/stop", data={"t": change}),
    ):
        html = await answer.text()
        assert answer.status == 400 and "お手続きいただけません" in html and "<script>" not in html
    await one_way.text("送料はいくら")
    await until(stream, states(State.DELIVERED))


async def test_an_agents_words_lead_into_the_same_talk_on_the_web(one_way: Twilio, stream: ConversationStream) -> None:
    await one_way.text("送料はいくら")
    (name,) = await talks(stream)
    assert "#talk=" not in (await got(one_way, 1))[0]
    await stream.append(Word(name, Speaker.AGENT, "お調べしました。", "agent:1", meta={"agent": "山田 花子"}))
    found = re.search(r"/#talk=([\w-]{32}) ", (await got(one_way, 2))[1])
    assert found
    opened = await session(door_of(one_way), resume=found[1])
    assert opened["conversation_id"] == name and opened["resumed"]
    other = await session(door_of(one_way), resume=token_of(one_way))
    assert other["conversation_id"] != name  # a link that stops opens nothing


def token_of(twilio: Twilio) -> str:
    found = _LINK.search(twilio.sent[0].body)
    assert found
    return found[1]


NUMBER = "0123456789abcdef01234567"


def test_every_changed_letter_of_a_link_is_noticed() -> None:
    links = Links("k" * 40, "a", 180)
    right = links.token(NUMBER)
    assert links.name(right) == NUMBER and len(right) == 32
    assert Links("z" * 40, "a", 180).name(right) is None and Links("k" * 40, "b", 180).name(right) is None
    for at, letter in enumerate(right):
        assert links.name(right[:at] + ("A" if letter != "A" else "B") + right[at + 1 :]) is None


def test_a_link_runs_out() -> None:
    clock = MovedClock(time.time())
    links = Links("k" * 40, "a", 180, clock)
    link = links.token(NUMBER)
    clock.now += 179 * 86400
    assert links.name(link)
    clock.now += 3 * 86400
    assert links.name(link) is None


async def test_without_sms_there_is_no_such_page(door: Client) -> None:
    assert (await door.get("/sms/stop?t=x")).status == 404
