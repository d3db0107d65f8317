"""Every acked word is answered or apologised for, whatever is down."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from conversation import keys
from conversation.stream import ConversationStream
from conversation.turns import Turns
from conversation.words import Choice, Kind, Speaker, Word
from handoff.queue import Queue
from handoff.ticket import URGENT, Packet, Reason
from stores import AsyncRedis
from tests.channels.staging import Client, Connector, OpenDoor, Page, page, press


@pytest.mark.slow
async def test_a_silent_rasa_ends_in_the_graceful_line_in_time(open_door: OpenDoor, connector: Connector) -> None:
    never = asyncio.Event()

    async def hang(connector: Connector, turn: dict[str, Any]) -> None:
        await never.wait()

    connector.play = hang
    tab = await page(await open_door(turn_seconds=0.6))
    asked = time.monotonic()
    question = await tab.ask("送料は？")
    line = await tab.word("お答えできませんでした")
    assert 0.5 < time.monotonic() - asked < 3
    assert (line["from"], line["exchange_id"]) == ("system", question)
    assert [choice["title"] for choice in line["choices"]] == ["担当者と話す"]
    kept = (await connector.stream.recent(tab.conversation_id))[0]
    assert kept.meta["outcome"] == "failed"
    never.set()


async def test_what_the_bot_says_after_the_apology_is_dropped(open_door: OpenDoor, connector: Connector) -> None:
    late: list[str | None] = []
    apologised, said = asyncio.Event(), asyncio.Event()

    async def be_late(connector: Connector, turn: dict[str, Any]) -> None:
        async def speak() -> None:  # the connector's turn is shielded from the door's hanging up
            await apologised.wait()
            late.extend(await connector.say(turn, "遅れてきた答え"))
            said.set()

        await asyncio.shield(asyncio.ensure_future(speak()))

    connector.play = be_late
    tab = await page(await open_door(turn_seconds=0.3))
    await tab.ask("送料は？")
    await tab.word("お答えできませんでした")
    apologised.set()
    await asyncio.wait_for(said.wait(), 5)
    assert late == ["gone"]
    assert all("遅れて" not in word.text for word in await connector.stream.since(tab.conversation_id))


async def test_a_turn_that_says_nothing_is_apologised_for(open_door: OpenDoor, connector: Connector) -> None:
    async def say_nothing(connector: Connector, turn: dict[str, Any]) -> None:
        return

    connector.play = say_nothing
    tab = await page(await open_door())
    await tab.ask("送料は？")
    await tab.word("お答えできませんでした")


@pytest.mark.slow
async def test_a_stumbling_rasa_is_asked_again(open_door: OpenDoor, connector: Connector) -> None:
    play, stumbles = connector.play, iter([True, True])

    async def stumble(connector: Connector, turn: dict[str, Any]) -> None:
        if next(stumbles, False):
            raise RuntimeError("restarting")
        await play(connector, turn)

    connector.play = stumble
    tab = await page(await open_door(turn_seconds=5))
    await tab.ask("送料は？")
    await tab.word("解決しましたか？")
    assert len(connector.turns) == 3


async def test_words_are_answered_one_after_the_other(door: Client, connector: Connector) -> None:
    tab = await page(door)
    for number in range(5):
        await tab.ask(f"質問{number}です")
    await tab.word("「質問4です」")
    assert [turn["text"] for turn in connector.turns] == [f"質問{number}です" for number in range(5)]


@pytest.mark.slow
async def test_without_rasa_the_articles_still_answer_and_say_so(
    open_door: OpenDoor, nobody: dict[str, Any], connector: Connector
) -> None:
    tab = await page(await open_door(**nobody))
    await tab.ask("送料はいくらですか")
    answer = await tab.word("全国一律")
    assert "簡易検索" in answer["text"]
    assert (answer["from"], answer["article_id"]) == ("bot", "shipping-fee")
    kept = (await connector.stream.recent(tab.conversation_id))[0]
    assert (kept.meta["reduced"], kept.meta["decision"], kept.meta["release"]) == (True, "answer", 1)


@pytest.mark.slow
async def test_without_rasa_who_speaks_of_dying_is_given_a_helpline_and_served_first(
    open_door: OpenDoor, nobody: dict[str, Any], queue: Queue
) -> None:
    tab = await page(await open_door(**nobody))
    await tab.ask("もう死にたいです")
    await tab.word("0120-279-338")
    await tab.word("受付番号は")
    ticket = await queue.of_conversation(tab.conversation_id)
    assert ticket is not None
    assert (ticket.reason.value, ticket.priority, ticket.packet.question) == ("negative_emotion", 9, "もう死にたいです")
    assert ticket.packet.signs[0]["matter"] == "life"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("オペレーターと話したい", "担当者におつなぎします", Reason.CUSTOMER_REQUEST),
        ("弁護士から連絡させます", "担当者におつなぎします", Reason.COMPLEX_TOPIC),
        ("ドライヤーから火が出ました", "まず119番へ", Reason.COMPLEX_TOPIC),
    ],
)
async def test_without_rasa_words_alone_bring_a_person(
    open_door: OpenDoor, nobody: dict[str, Any], queue: Queue, text: str, line: str, reason: Reason
) -> None:
    tab = await page(await open_door(**nobody))
    await tab.ask(text)
    await tab.word(line)
    await tab.word("受付番号は")
    ticket = await queue.of_conversation(tab.conversation_id)
    assert ticket is not None and ticket.reason is reason


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "line"),
    [("こんばんは", "ご質問をどうぞ"), ("ありがとう", "こちらこそ"), ("質問してもいいですか", "はい、どうぞ")],
)
async def test_without_rasa_talk_is_no_question(
    open_door: OpenDoor, nobody: dict[str, Any], queue: Queue, text: str, line: str
) -> None:
    tab = await page(await open_door(**nobody))
    await tab.ask(text)
    await tab.word(line)
    assert await queue.of_conversation(tab.conversation_id) is None


@pytest.mark.slow
async def test_without_rasa_an_unknown_question_is_offered_a_person(
    open_door: OpenDoor, nobody: dict[str, Any], queue: Queue
) -> None:
    tab = await page(await open_door(**nobody))
    await tab.ask("zzz")
    offered = (await tab.word("お答えできませんでした"))["choices"]
    await press(tab, offered, "担当者と話す")
    await tab.word("担当者におつなぎします")
    ticket = await queue.of_conversation(tab.conversation_id)
    assert ticket and ticket.reason is Reason.TOOL_FAILURE


async def test_while_waiting_for_a_person_rasa_is_not_asked(
    door: Client, connector: Connector, queue: Queue, stream: ConversationStream
) -> None:
    tab = await page(door)
    ticket = await queue.open(tab.conversation_id, channel="web", exchange_id="e", reason=Reason.CUSTOMER_REQUEST)
    await tab.until(lambda frame: frame["type"] == "state" and frame["talking_to"] == "queue")
    await tab.ask("まだでしょうか")
    await tab.kind("ack")
    pressed = Word(
        tab.conversation_id, Speaker.CUSTOMER, "待つ", "p1", kind=Kind.CHOICE, meta={"command": "/keep_waiting"}
    )
    await stream.append(pressed)
    await tab.word("このままお待ちください")
    await queue.claim(ticket.number, "agent-1", "佐藤")
    await tab.word("担当の佐藤")
    await tab.ask("お願いします")
    await tab.kind("ack")
    await queue.return_to_bot(ticket.number, "agent-1")
    await tab.word("自動応答に戻りました")
    await tab.ask("送料は？")
    await tab.word("「送料は？」")
    assert [turn["text"] for turn in connector.turns] == ["送料は？"]
    missed = [said["text"] for said in connector.turns[0]["missed"]]
    assert [text for text in missed if text in ("まだでしょうか", "お願いします")] == ["まだでしょうか", "お願いします"]
    assert "/keep_waiting" in missed and "待つ" not in missed  # a button's title is nobody's question


@pytest.mark.slow
async def test_who_tells_of_a_danger_while_waiting_hears_what_comes_first_and_is_first_in_line(
    open_door: OpenDoor, connector: Connector, queue: Queue
) -> None:
    door = await open_door()
    before = await queue.open("earlier", channel="web", exchange_id="e", reason=Reason.CUSTOMER_REQUEST)
    tab = await page(door)
    ticket = await queue.open(
        tab.conversation_id, channel="web", exchange_id="x", reason=Reason.CUSTOMER_REQUEST, packet=Packet()
    )
    assert (await queue.position(before.number), await queue.position(ticket.number)) == (1, 2)
    await tab.ask("コンセントから煙が出ています")
    await tab.word("まず119番へお電話ください")
    await tab.ask("煙が止まりません")
    await tab.ask("まだですか")
    assert connector.turns == []
    found = await queue.get(ticket.number)
    assert found and found.priority == URGENT and await queue.position(ticket.number) == 1
    (sign,) = found.packet.signs
    assert sign["said"] == ["コンセントから煙が出ています"]
    lines = [word.text for word in await connector.stream.since(tab.conversation_id) if "119番" in word.text]
    assert len(lines) == 1


async def test_the_customer_may_stop_waiting(open_door: OpenDoor, nobody: dict[str, Any], queue: Queue) -> None:
    tab = await page(await open_door(**nobody))
    await tab.ask("弁護士から連絡させます")
    offered = (await tab.until(lambda frame: bool(frame.get("choices"))))["choices"]
    await press(tab, offered, "待つのをやめる")
    await tab.word("取り消しました")
    assert await queue.of_conversation(tab.conversation_id) is None
    await press(tab, offered, "待つのをやめる")
    await tab.word("お待ちの受付はありませんでした")


@pytest.mark.slow
async def test_typed_words_stop_the_waiting_and_rasa_never_hears_them(
    open_door: OpenDoor, nobody: dict[str, Any], queue: Queue, connector: Connector
) -> None:
    tab = await page(await open_door(**nobody))
    await tab.ask("弁護士から連絡させます")
    await tab.until(lambda frame: bool(frame.get("choices")))
    await tab.ask("あと何分ですか")
    await tab.word("お客様は 1 番目です")
    await tab.ask("やっぱりキャンセルで")
    await tab.word("取り消しました")
    assert await queue.of_conversation(tab.conversation_id) is None
    assert connector.turns == []


async def test_a_button_of_a_wait_that_is_over_is_answered(door: Client, stream: ConversationStream) -> None:
    tab = await page(door)
    choices = (Choice("このまま待つ", "/keep_waiting"),)
    await stream.append(Word(tab.conversation_id, Speaker.SYSTEM, "いかがなさいますか。", "o1", choices=choices))
    offered = (await tab.word("いかがなさいますか"))["choices"]
    await press(tab, offered, "このまま待つ")
    await tab.word("お待ちの受付はありませんでした")


async def test_an_agent_who_claims_during_the_turn_silences_bot_and_apology(
    open_door: OpenDoor, connector: Connector, queue: Queue
) -> None:
    refused: list[str | None] = []

    async def be_overtaken(connector: Connector, turn: dict[str, Any]) -> None:
        cid = turn["conversation_id"]
        ticket = await queue.open(cid, channel="web", exchange_id="other", reason=Reason.CUSTOMER_REQUEST)
        await queue.claim(ticket.number, "agent-1", "佐藤")
        refused.extend(await connector.say(turn, "ボットの答え"))

    connector.play = be_overtaken
    tab = await page(await open_door())
    question = await tab.ask("送料は？")
    await tab.word("担当の佐藤")
    while await Turns(connector.stream).unanswered(tab.conversation_id):
        pass
    assert refused == ["agent"]
    words = await connector.stream.since(tab.conversation_id)
    assert [word.text for word in words if word.exchange_id == question and word.kind is Kind.MESSAGE][:1] == [
        "送料は？"
    ]
    assert all("申し訳" not in word.text and word.speaker is not Speaker.BOT for word in words)


@pytest.mark.slow
async def test_a_door_takes_up_what_another_left_when_it_was_killed(
    door: Client, connector: Connector, redis_client: AsyncRedis
) -> None:
    tab = await page(door)
    await tab.kind("state")
    # A door that was killed leaves exactly this: its lease, running out, and a word without an answer.
    await redis_client.set(keys.turn(tab.conversation_id), "a dead door", px=300)
    await connector.stream.append(Word(tab.conversation_id, Speaker.CUSTOMER, "送料は？", "left-behind"))
    assert (await tab.word("解決しましたか？"))["exchange_id"] == "left-behind"


@pytest.mark.slow
async def test_a_turn_that_ran_before_the_door_died_is_not_said_twice(
    door: Client, connector: Connector, redis_client: AsyncRedis
) -> None:
    tab = await page(door)
    await tab.kind("state")
    await redis_client.set(keys.turn(tab.conversation_id), "a dead door", px=300)
    await connector.stream.append(Word(tab.conversation_id, Speaker.CUSTOMER, "送料は？", "left-behind"))
    turn = {"conversation_id": tab.conversation_id, "message_id": "left-behind", "text": "送料は？"}
    await connector.play(connector, turn)
    connector.done.add("left-behind")
    await tab.word("解決しましたか？")
    await tab.ask("次の質問")
    await tab.word("「次の質問」")
    assert [text for _, who, text in tab.messages if who == "bot"].count("解決しましたか？") == 1
    assert all("申し訳" not in text for _, _, text in tab.messages)


@pytest.mark.slow
async def test_a_door_that_closes_leaves_its_turn_to_another(open_door: OpenDoor, connector: Connector) -> None:
    play, holding = connector.play, asyncio.Event()

    async def hang_once(connector: Connector, turn: dict[str, Any]) -> None:
        if not holding.is_set():
            holding.set()
            await asyncio.Event().wait()
        await play(connector, turn)

    connector.play = hang_once
    first = await open_door(turn_seconds=8)
    tab = await page(first)
    await tab.ask("送料は？")
    await holding.wait()
    second = await open_door(turn_seconds=8)
    other = await Page(second, tab.token, tab.conversation_id).connect()
    await first.close()
    await other.word("解決しましたか？")


@pytest.mark.slow
async def test_typing_is_shown_while_the_bot_thinks(open_door: OpenDoor, connector: Connector) -> None:
    play, seen = connector.play, asyncio.Event()

    async def think(connector: Connector, turn: dict[str, Any]) -> None:
        await seen.wait()
        await play(connector, turn)

    connector.play = think
    tab = await page(await open_door(turn_seconds=8))
    await tab.ask("送料は？")
    assert await tab.kind("typing") == {"type": "typing", "from": "bot"}
    seen.set()
    await tab.word("解決しましたか？")
