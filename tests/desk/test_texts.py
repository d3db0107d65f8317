"""SMS at the desk: what became of each word, why one did not arrive, and what a reply costs."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from aiohttp import ClientWebSocketResponse
from playwright.async_api import Browser, expect

from channels.twilio.words import say
from conversation.texts import State, Text, Texts
from conversation.words import Kind, Speaker, Word
from desk.showing import shown_word
from desk.staff import Role
from desk.texts import delivery, prefix
from handoff.ticket import Ticket
from nihongo.sms import segments
from tests.desk.room import Floor
from tests.desk.seat import sit_down

OPEN = (State.QUEUED, State.SENDING, State.SENT)
NOW = time.time()


def text(key: str, state: State = State.SENT, error: int = 0, **fields: Any) -> Text:
    return Text(key, "+819012345678", "+815012345678", "本文", int(key.split(".")[0]), state, error=error, **fields)


@pytest.mark.parametrize(
    ("one", "told", "mark"),
    [
        (text("2.0", State.QUEUED), "送信中…", ""),
        (text("2.0", State.SENDING), "送信中…", ""),
        (text("2.0", State.QUEUED, not_before=NOW + 60), "朝8時にお送りします（夜間のため）", ""),
        (text("2.0", State.QUEUED, not_before=NOW + 60, tries=1), "送信中…", ""),
        (text("2.0", State.SENT), "送信済", ""),
        (text("2.0", State.DELIVERED), "配信済", "good"),
        (text("2.0", State.FAILED, 21610), "配信不可（お客様がSMSの配信を停止しています）", "lost"),
        (text("2.0", State.STOPPED), "配信不可（お客様がSMSの配信を停止しています）", "lost"),
        (text("2.0", State.FAILED, 21614), "配信不可（固定電話など、SMSを受け取れない番号です）", "lost"),
        (text("2.0", State.UNDELIVERED, 30003), "配信不可（圏外か、電源が入っていません）", "lost"),
        (text("2.0", State.UNDELIVERED, 30004), "配信不可（着信拒否）", "lost"),
        (text("2.0", State.UNDELIVERED, 12345), "配信不可（エラー12345）", "lost"),
        (text("2.0", State.FAILED), "配信不可（送信の仕組みにつながりませんでした）", "lost"),
    ],
)
def test_each_state_is_told_in_words(one: Text, told: str, mark: str) -> None:
    assert delivery([one], NOW) == [{"upto": 2, "told": told, "mark": mark}]


def test_of_several_parts_the_worst_is_told_and_links_are_no_part_of_the_talk() -> None:
    texts = [text("00000010.0"), text("00000002.1", State.FAILED, 30005), text("00000002.0", State.DELIVERED)]
    told = delivery([*texts, Text("link", "+8190", "+8150", "リンク")], NOW)
    assert [(one["upto"], one["mark"]) for one in told] == [(2, "lost"), (10, "")]


def test_what_was_lost_stands_in_the_talk() -> None:
    lost = {"seq": 3, "state": "undelivered", "error": 30003}
    word = Word("c1", Speaker.SYSTEM, "", "text:1:lost", Kind.STATE, meta={"undelivered": lost})
    line = shown_word(word, None)
    assert line and line["text"] == "SMSが届きませんでした（圏外か、電源が入っていません）。"


def test_the_prefix_is_the_one_that_is_sent() -> None:
    assert prefix("ツバメ生活堂", "山田 花子") == say("sms.from", shop_name="ツバメ生活堂") + say(
        "sms.agent", name="山田"
    )


async def until_told(ws: ClientWebSocketResponse[Any], told: list[str]) -> None:
    while True:
        frame = await asyncio.wait_for(ws.receive_json(), 15)
        if frame["type"] == "texts" and [one["told"] for one in frame["told"]] == told:
            return


async def by_sms(floor: Floor) -> Ticket:
    await floor.desk.stream.set_state("c1", channel="sms")
    return await floor.ticket("c1", channel="sms")


async def test_the_page_is_told_whenever_a_text_moves(floor: Floor) -> None:
    floor.add("yamada", Role.AGENT, display_name="山田")
    await floor.sign_in("yamada")
    ticket, texts = await by_sms(floor), Texts(floor.desk.stream)
    address = f"/inbox/socket?ticket={ticket.number}"
    ws = await floor.client.ws_connect(address, headers={"Origin": floor.origin})
    await until_told(ws, [])
    await texts.add("c1", text("00000005.0", State.QUEUED))
    for state, told in ((State.SENT, "送信済"), (State.DELIVERED, "配信済")):
        await texts.move("c1", "00000005.0", OPEN, state=state.value)
        await floor.desk.stream.announce("c1")
        await until_told(ws, [told])
    await ws.close()


@pytest.mark.browser
async def test_an_agent_sees_the_cost_and_the_fate_of_a_reply(browser: Browser, floor: Floor) -> None:
    ticket = await by_sms(floor)
    seat = await sit_down(browser, floor, "yamada", "山田")
    await seat.claim(ticket)
    cost, head = seat.page.locator("[data-sms-cost]"), prefix(floor.desk.settings.shop_name, "山田")
    for written in ("はい。", "あ" * (70 - len(head)), "あ" * (71 - len(head)), "𠮷" * 100, "a" * 300):
        await seat.field.fill(written)
        await expect(cost).to_have_text(f"SMS {segments(head + written)}通分")
    await expect(seat.page.locator("[data-away]")).to_be_hidden()
    await seat.field.fill("承知しました。")
    await seat.field.press("Enter")
    mark = seat.transcript.locator(".word.from-agent .sent")
    await expect(mark).to_have_text("送信中…")
    await expect(cost).to_have_text("")
    texts = Texts(floor.desk.stream)
    (said,) = [one for one in await floor.desk.stream.since("c1") if one.speaker is Speaker.AGENT]
    await texts.add("c1", text(f"{said.seq + 3:08}.0"))
    for state, error, told in (
        (State.SENT, 0, "送信済"), (State.UNDELIVERED, 30003, "配信不可（圏外か、電源が入っていません）"),
    ):  # fmt: skip
        await texts.move("c1", f"{said.seq + 3:08}.0", OPEN, state=state.value, error=error)
        await floor.desk.stream.announce("c1")
        await expect(mark).to_have_text(told)
    assert seat.complaints == []


@pytest.mark.browser
async def test_a_talk_of_the_web_chat_has_no_cost(browser: Browser, floor: Floor) -> None:
    seat = await sit_down(browser, floor, "yamada", "山田")
    await seat.claim(await floor.ticket())
    await expect(seat.page.locator("[data-sms-cost]")).to_have_count(0)
