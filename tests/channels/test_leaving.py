"""Leaving: who ends the talk, or goes while waiting or at night, keeps nobody busy and loses no message."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from conversation import keys
from conversation.words import Choice, Speaker, Word
from handoff.buttons import CANCEL
from handoff.queue import Queue
from handoff.reception import Reception
from handoff.ticket import Reason, State, Ticket
from stores import AsyncRedis
from tests.channels.staging import Client, Connector, OpenDoor, Page, door_in, page, press


async def test_ending_the_talk_leaves_the_queue(door: Client, queue: Queue) -> None:
    tab = await page(door)
    await queue.open(tab.conversation_id, channel="web", exchange_id="e", reason=Reason.CUSTOMER_REQUEST)
    await tab.until(lambda frame: frame["type"] == "state" and frame["talking_to"] == "queue")
    await tab.send(type="end")
    await tab.until(lambda frame: frame.get("over") is True)
    assert await queue.of_conversation(tab.conversation_id) is None


async def night_ticket(tab: Page, queue: Queue) -> Ticket:
    cid, opens_at = tab.conversation_id, time.time() + 9999
    ticket = await queue.open(
        cid, channel="web", exchange_id="e", reason=Reason.CUSTOMER_REQUEST, after_hours=True, opens_at=opens_at
    )
    shown = await tab.until(lambda frame: frame["type"] == "state" and "queue" in frame)
    assert (shown["talking_to"], shown["queue"]["message_left"]) == ("bot", False)
    return ticket


async def end(tab: Page) -> None:
    await tab.send(type="end")
    await tab.until(lambda frame: frame.get("over") is True)


async def test_ending_the_talk_at_night_cancels_the_request(door: Client, queue: Queue) -> None:
    tab = await page(door)
    ticket = await night_ticket(tab, queue)
    await end(tab)
    assert await queue.of_conversation(tab.conversation_id) is None
    ended = await queue.get(ticket.number)
    assert ended and ended.state is State.ABANDONED


async def test_a_message_that_was_left_outlives_the_talk(door: Client, queue: Queue, redis_client: AsyncRedis) -> None:
    tab = await page(door)
    ticket = await night_ticket(tab, queue)
    await queue.ask_message(ticket.number)
    await tab.word("ご用件を")
    await redis_client.set(keys.turn(tab.conversation_id), "a door that is busy", px=30_000)
    await tab.ask("届いた鍋が割れていました。折り返しください。")
    await end(tab)
    kept = await queue.get(ticket.number)
    assert kept and kept.state is State.WAITING and kept.message_left
    assert (await queue.cancel(ticket.number, unless_left=True)).state is State.WAITING


async def test_a_message_that_was_asked_for_and_never_came_keeps_nobody_waiting(door: Client, queue: Queue) -> None:
    tab = await page(door)
    ticket = await night_ticket(tab, queue)
    await queue.ask_message(ticket.number)
    await end(tab)
    ended = await queue.get(ticket.number)
    assert ended and ended.state is State.ABANDONED


async def test_a_request_that_is_still_being_answered_ends_with_the_talk(
    door: Client, connector: Connector, queue: Queue
) -> None:
    ended, opened = asyncio.Event(), asyncio.Event()

    async def fetch_a_person(connector: Connector, turn: dict[str, Any]) -> None:
        await ended.wait()
        desk = door_in(door)
        reception = Reception(desk.queue, desk.calendar, desk.stream)
        cid, asked = turn["conversation_id"], turn["message_id"]
        admission = await reception.admit(cid, "web", asked, Reason.CUSTOMER_REQUEST)
        assert admission.ticket.state is State.ABANDONED
        await connector.say(turn, *admission.sentences)
        opened.set()

    connector.play = fetch_a_person
    tab = await page(door)
    await tab.ask("担当者と話したいです")
    await connector.called.wait()
    await end(tab)
    ended.set()
    await asyncio.wait_for(opened.wait(), 10)
    assert await queue.of_conversation(tab.conversation_id) is None


async def test_who_wants_to_leave_is_never_too_fast(open_door: OpenDoor, queue: Queue) -> None:
    now = time.time()  # stands still, but is the bot's and the queue's, or the talk would be long over
    door = await open_door(session_messages_per_minute=1, clock=lambda: now)
    tab = await page(door)
    await night_ticket(tab, queue)
    offer = (Choice("残さずに自動応答に戻る", CANCEL), Choice("はい", "/affirm"))
    offered = Word(tab.conversation_id, Speaker.SYSTEM, "いかがなさいますか？", "o:1", choices=offer)
    await door_in(door).stream.append(offered)
    choices = (await tab.word("いかがなさいますか"))["choices"]
    for _ in range(2):
        await tab.ask("まだですか")
    assert (await tab.kind("error"))["code"] == "too_fast"
    await press(tab, choices, "はい")
    assert (await tab.kind("error"))["code"] == "too_fast"
    await press(tab, choices, "残さずに自動応答に戻る")
    await tab.word("取り消しました")
    await press(tab, choices, "残さずに自動応答に戻る")  # nothing is left to cancel
    assert (await tab.kind("error"))["code"] == "too_fast"
    await end(tab)
