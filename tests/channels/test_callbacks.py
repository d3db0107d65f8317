"""Booking a callback through the door: the bot is not asked meanwhile, and is told neither name nor number."""

from __future__ import annotations

import json
from typing import Any

from conversation.stream import ConversationStream
from conversation.words import Choice, Speaker, Word
from handoff.queue import Queue
from handoff.ticket import State
from tests.channels.staging import Client, Connector, Page, page, press


async def offered(tab: Page, stream: ConversationStream, title: str, command: str) -> list[dict[str, Any]]:
    """A button that stood somewhere in the talk, after a word that the bot answered."""
    word = Word(tab.conversation_id, Speaker.SYSTEM, f"{title}？", f"o:{title}", choices=(Choice(title, command),))
    await stream.append(word)
    choices: list[dict[str, Any]] = (await tab.word(f"{title}？"))["choices"]
    return choices


async def book(tab: Page, stream: ConversationStream) -> list[dict[str, Any]]:
    await press(tab, await offered(tab, stream, "折り返し", "/callback"), "折り返し")
    for told, text in (("ご希望の日時", "いつでもいいです"), ("フリガナ", "ヤマダ"), ("お電話番号", "090-1234-5678")):
        await tab.word(told)
        await tab.ask(text)
    read_back = await tab.word("ヤマダ様、090-1234-5678へ")
    await press(tab, read_back["choices"], "はい")
    choices: list[dict[str, Any]] = (await tab.word("予約しました"))["choices"]
    return choices


async def test_a_callback_is_booked_and_the_bot_hears_nothing_of_it(
    door: Client, connector: Connector, queue: Queue, stream: ConversationStream
) -> None:
    tab = await page(door)
    await book(tab, stream)
    assert connector.turns == []
    ticket = await queue.of_conversation(tab.conversation_id)
    assert ticket and ticket.booked
    await tab.ask("送料はいくらですか")
    await tab.word("へのお答えです")
    (turn,) = connector.turns
    assert "フリガナ" in json.dumps(turn, ensure_ascii=False)  # it knows that something was asked
    assert not [one for one in ("ヤマダ", "1234-5678") if one in json.dumps(turn, ensure_ascii=False)]
    private = {word.text for word in await stream.since(tab.conversation_id) if word.meta.get("private")}
    assert {"ヤマダ", "090-1234-5678"} <= private and "送料はいくらですか" not in private


async def test_it_outlives_the_talk(door: Client, queue: Queue, stream: ConversationStream) -> None:
    tab = await page(door)
    await book(tab, stream)
    await tab.send(type="end")
    await tab.until(lambda frame: frame.get("over") is True)
    ticket = await queue.of_conversation(tab.conversation_id)
    assert ticket and ticket.booked


async def test_it_is_cancelled_and_old_buttons_of_it_are_answered(
    door: Client, connector: Connector, queue: Queue, stream: ConversationStream
) -> None:
    tab = await page(door)
    choices = await book(tab, stream)
    ticket = await queue.of_conversation(tab.conversation_id)
    assert ticket
    await press(tab, choices, "予約を取り消す")
    await tab.word("ご予約を取り消しました")
    ended = await queue.get(ticket.number)
    assert ended and ended.state is State.ABANDONED
    await press(tab, choices, "日時を変える")
    await tab.word("ご予約はお取りしておりません")
    assert connector.turns == []


async def test_who_types_that_they_want_one_books_it(door: Client, connector: Connector) -> None:
    tab = await page(door)
    await tab.ask("折り返しを予約したい")
    await tab.word("ご希望の日時")
    assert connector.turns == []


async def test_a_change_is_typed_with_its_time_and_a_delivery_is_the_bot_s(
    door: Client, connector: Connector, stream: ConversationStream
) -> None:
    tab = await page(door)
    await book(tab, stream)
    await tab.ask("30分遅くしてほしい")
    await tab.word("ヤマダ様、090-1234-5678へ")
    await tab.ask("やめる")
    await tab.word("のまま承っております")
    await tab.ask("配達を木曜に変えたい")
    await tab.word("へのお答えです")
    assert [turn["text"] for turn in connector.turns] == ["配達を木曜に変えたい"]


async def test_yes_to_whether_it_is_cancelled_cancels_it(
    door: Client, connector: Connector, queue: Queue, stream: ConversationStream
) -> None:
    tab = await page(door)
    await book(tab, stream)
    await tab.ask("キャンセルで")
    await tab.word("取り消しますか")
    await tab.ask("はい")
    await tab.word("ご予約を取り消しました")
    assert connector.turns == []
