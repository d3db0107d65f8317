"""A card number in a message: one line of caution before the answer, whoever answers, and nothing else changes."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from conversation.stream import ConversationStream
from handoff.queue import Queue
from handoff.ticket import Reason
from stores import AsyncRedis
from tests.channels.staging import Client, Connector, OpenDoor, page

CAUTION = "カード番号はチャットでお送りにならない"
CARDS = ["4111111111111111", "4111-1111-1111-1111", "４１１１　１１１１　１１１１　１１１１", "4111 1111 1111 1111"]


def told(tab: Any, piece: str) -> list[dict[str, Any]]:
    return [frame for frame in tab.seen if frame["type"] == "message" and piece in frame["text"]]


@pytest.mark.parametrize("card", CARDS)
async def test_the_caution_comes_once_before_the_answer(door: Client, connector: Connector, card: str) -> None:
    tab = await page(door)
    question = await tab.ask(f"番号は{card}です。送料は？")
    await tab.word("解決しましたか？")
    lines = [(frame["from"], frame["exchange_id"]) for frame in told(tab, "") if frame["from"] != "customer"]
    assert lines == [("system", question), ("bot", question), ("bot", question)]
    (line,) = told(tab, CAUTION)
    assert "1111" not in line["text"]
    assert len(connector.turns) == 1


@pytest.mark.parametrize(
    "text", ["送料は？", "電話は090-1234-5678です", "荷物番号は123456789012です", "4111-1111-1111-1112"]
)
async def test_other_numbers_bring_no_caution(door: Client, text: str) -> None:
    tab = await page(door)
    await tab.ask(text)
    await tab.word("解決しましたか？")
    assert told(tab, CAUTION) == []


async def test_rasa_is_told_of_no_gap(door: Client, connector: Connector) -> None:
    tab = await page(door)
    await tab.ask(f"{CARDS[0]} 送料は？")
    await tab.word("解決しましたか？")
    await tab.ask("いいえ")
    await tab.word("解決しましたか？")
    assert connector.turns[1]["command"] == "/not_solved"
    assert connector.turns[1]["missed"] == []


async def test_a_silent_rasa_is_still_apologised_for(open_door: OpenDoor, connector: Connector) -> None:
    never = asyncio.Event()

    async def hang(connector: Connector, turn: dict[str, Any]) -> None:
        await never.wait()

    connector.play = hang
    tab = await page(await open_door(turn_seconds=0.4))
    await tab.ask(CARDS[1])
    await tab.word(CAUTION)
    await tab.word("お答えできませんでした")
    never.set()


async def test_it_comes_while_a_person_has_the_talk(
    door: Client, connector: Connector, stream: ConversationStream, redis_client: AsyncRedis
) -> None:
    queue = Queue(redis_client, stream)
    tab = await page(door)
    ticket = await queue.open(tab.conversation_id, channel="web", exchange_id="e", reason=Reason.CUSTOMER_REQUEST)
    await queue.claim(ticket.number, "agent-1", "佐藤")
    await tab.word("担当の佐藤")
    await tab.ask(f"番号は{CARDS[0]}です")
    await tab.word(CAUTION)
    assert connector.turns == []


@pytest.mark.slow
async def test_without_rasa_it_comes_too_and_nothing_is_echoed(open_door: OpenDoor, nobody: dict[str, Any]) -> None:
    tab = await page(await open_door(**nobody))
    await tab.ask(f"{CARDS[1]}、090-1234-5678、山田太郎です。送料はいくらですか")
    await tab.word(CAUTION)
    await tab.word("システムの一部が止まっている")
    said = [frame["text"] for frame in told(tab, "") if frame["from"] != "customer"]
    assert not any(piece in text for text in said for piece in (CARDS[1], "090-1234-5678", "山田太郎"))
