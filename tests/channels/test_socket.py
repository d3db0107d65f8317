"""The web chat's contract over the socket: who may listen, and what is shown to every tab."""

from __future__ import annotations

import json
import time

import pytest
from aiohttp import WSMsgType
from structlog.testing import capture_logs

from channels.tail import LISTENERS
from conversation import keys
from conversation.stream import ConversationStream
from conversation.words import Choice, Kind, Speaker, TalkingTo, Word
from stores import AsyncRedis
from tests.channels.staging import ORIGIN, Client, Connector, OpenDoor, Page, page, session


async def test_a_question_is_acked_shown_and_answered(door: Client, connector: Connector) -> None:
    tab = await page(door, page="https://shop.example/item/1")
    message_id = await tab.ask("送料はいくら？")
    ack = await tab.kind("ack")
    assert ack == {"type": "ack", "id": message_id, "seq": 1}
    answer = await tab.word("解決しましたか？")
    assert answer.keys() == {"type", "seq", "from", "text", "choices", "exchange_id", "article_id", "at"}
    assert [choice["title"] for choice in answer["choices"]] == ["はい", "いいえ", "担当者と話す"]
    assert answer["exchange_id"] == message_id
    assert connector.turns[0]["page"] == "https://shop.example/item/1"
    assert [seq for seq, _, _ in tab.messages] == [1, 2, 3]


async def test_the_word_is_in_the_stream_before_the_ack(door: Client, stream: ConversationStream) -> None:
    tab = await page(door)
    message_id = await tab.ask("送料は？")
    await tab.kind("ack")
    assert [word.message_id for word in await stream.since(tab.conversation_id, 0, 1)] == [message_id]


async def test_the_same_message_twice_is_one_message_with_one_number(door: Client, connector: Connector) -> None:
    tab = await page(door)
    message_id = await tab.ask("送料は？")
    first = await tab.kind("ack")
    await tab.send(type="message", id=message_id, text="送料は？")
    assert await tab.kind("ack") == first
    await tab.word("解決しましたか？")
    await tab.ask("次の質問")
    await tab.word("「次の質問」")
    assert [turn["text"] for turn in connector.turns] == ["送料は？", "次の質問"]


@pytest.mark.slow
async def test_a_reload_replays_what_came_after_since_and_nothing_twice(door: Client) -> None:
    tab = await page(door)
    await tab.ask("一つ目")
    await tab.word("解決しましたか？")
    await tab.ws.close()
    resumed = await session(door, resume=tab.token)
    assert resumed["conversation_id"] == tab.conversation_id
    assert resumed["resumed"] is True
    again = await Page(door, resumed["token"], tab.conversation_id).connect(since=1)
    await again.kind("state")
    assert again.messages == tab.messages[1:]


async def test_two_tabs_see_the_same(door: Client) -> None:
    one = await page(door)
    two = await Page(door, one.token, one.conversation_id).connect()
    await one.ask("片方で聞きます")
    for tab in (one, two):
        await tab.word("解決しましたか？")
    await two.ask("もう片方で聞きます")
    for tab in (one, two):
        await tab.word("「もう片方で聞きます」")
    assert one.messages == two.messages
    assert len({seq for seq, _, _ in one.messages}) == len(one.messages)


async def test_two_doors_share_one_conversation(open_door: OpenDoor) -> None:
    one = await page(await open_door())
    two = await Page(await open_door(), one.token, one.conversation_id).connect()
    await one.ask("片方の入口")
    await two.word("解決しましたか？")
    await two.ask("別の入口")
    await one.word("「別の入口」")
    assert (await one.until(lambda frame: "解決" in frame.get("text", "")))["from"] == "bot"


async def test_a_forged_or_missing_token_closes_the_socket(door: Client) -> None:
    for hello in (
        {"type": "hello", "v": 1, "token": "forged.token.here", "since": 0},
        {"type": "hello", "v": 1, "since": 0},
    ):
        ws = await door.ws_connect("/api/web/socket", headers=ORIGIN)
        await ws.send_json(hello)
        assert (await ws.receive_json())["code"] == "unauthorized"
        await ws.receive()
        assert ws.close_code == 4401


async def test_words_before_hello_are_not_taken(door: Client) -> None:
    ws = await door.ws_connect("/api/web/socket", headers=ORIGIN)
    await ws.send_json({"type": "message", "id": "message-0001", "text": "送料は？"})
    assert (await ws.receive_json())["code"] == "bad_request"
    assert (await ws.receive()).type in (WSMsgType.CLOSE, WSMsgType.CLOSED)


async def test_a_frame_over_the_limit_closes_the_socket(door: Client) -> None:
    tab = await page(door)
    await tab.kind("state")
    await tab.ws.send_str(json.dumps({"type": "message", "id": "message-0001", "text": "x" * 20_000}))
    while (message := await tab.ws.receive()).type not in (WSMsgType.CLOSE, WSMsgType.CLOSED):
        assert message.type is not WSMsgType.TEXT
    assert tab.ws.close_code == 1009


async def test_an_ended_conversation_is_over_in_every_tab(door: Client) -> None:
    one = await page(door)
    two = await Page(door, one.token, one.conversation_id).connect()
    for tab in (one, two):
        await tab.kind("state")
    await one.send(type="end")
    for tab in (one, two):
        assert (await tab.kind("state"))["over"] is True
        goodbye = await tab.ws.receive()
        assert (goodbye.type, goodbye.data) == (WSMsgType.CLOSE, 1000)
    assert (await session(door, resume=one.token))["resumed"] is False


async def test_silence_ends_a_conversation(open_door: OpenDoor) -> None:
    now = [time.time()]
    door = await open_door(clock=lambda: now[0])
    tab = await page(door)
    await tab.kind("state")
    now[0] += 25 * 3600
    await tab.ask("まだいますか")
    assert (await tab.kind("error"))["code"] == "conversation_over"
    await tab.ws.receive()
    assert tab.ws.close_code == 4409


async def test_typing_goes_both_ways(door: Client, redis_client: AsyncRedis) -> None:
    tab = await page(door)
    await tab.kind("state")
    async with redis_client.pubsub() as notes:
        await notes.subscribe(keys.TYPING)
        await notes.get_message(timeout=5)  # the confirmation
        await tab.send(type="typing")
        note = await notes.get_message(timeout=5)
        assert json.loads(note["data"]) == {"conversation_id": tab.conversation_id, "from": "customer"}
    await redis_client.publish(keys.TYPING, json.dumps({"conversation_id": tab.conversation_id, "from": "agent"}))
    assert await tab.kind("typing") == {"type": "typing", "from": "agent"}


async def test_an_open_page_counts_as_present(door: Client, redis_client: AsyncRedis) -> None:
    tab = await page(door)
    await tab.kind("state")
    assert 0 < await redis_client.ttl(keys.presence(tab.conversation_id)) <= 30


async def test_an_agents_words_arrive_with_the_name_and_the_state_before(
    door: Client, stream: ConversationStream
) -> None:
    tab = await page(door)
    await tab.kind("state")
    meta = {"talking_to": TalkingTo.AGENT.value, "agent": "佐藤 花子"}
    await stream.append(Word(tab.conversation_id, Speaker.SYSTEM, "", "t:1", Kind.STATE, meta=meta))
    assert await tab.kind("state") == {"type": "state", "talking_to": "agent", "name": "佐藤"}
    choices = (Choice("はい", "/affirm"),)
    await stream.append(
        Word(tab.conversation_id, Speaker.AGENT, "承ります。", "a:1", choices=choices, meta={"agent": "佐藤 花子"})
    )
    assert (await tab.word("承ります。"))["name"] == "佐藤"


async def test_nobody_opens_tabs_without_end(door: Client) -> None:
    first = await page(door)
    await first.kind("state")
    for _ in range(LISTENERS - 1):
        tab = await Page(door, first.token, first.conversation_id).connect()
        await tab.kind("state")
    more = await Page(door, first.token, first.conversation_id).connect()
    assert (await more.kind("error"))["code"] == "too_fast"


async def test_a_turn_is_one_log_line_without_a_word_of_the_customer(door: Client) -> None:
    with capture_logs() as lines:
        tab = await page(door)
        question = await tab.ask("私の秘密の質問")
        await tab.word("解決しましたか？")
        await tab.ask("次です")
        await tab.word("「次です」")
    turn = next(line for line in lines if line["event"] == "turn" and line["id"] == question)
    assert turn.keys() == {"event", "log_level", "id", "conversation", "channel", "intent", "article", "ms", "outcome"}
    assert (turn["channel"], turn["intent"], turn["article"], turn["outcome"]) == (
        "web",
        "answer",
        "shipping-fee",
        "bot",
    )
    assert "秘密" not in str(lines)
