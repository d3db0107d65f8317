"""A customer who ends the chat or closes the page: the agent sees it at once, not at the next round."""

from __future__ import annotations

import json

import pytest
from playwright.async_api import Browser, expect

from conversation import ending
from conversation.keys import TYPING, presence
from desk import lines, live
from desk.staff import Role
from tests.desk.room import Floor
from tests.desk.seat import sit_down
from tests.desk.test_socket import connect, owned, rows, until

OVER = "お客様のチャットは終了しました。これより後のメッセージは届きません。"


@pytest.fixture
async def agent(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> Floor:
    """At a desk that looks at nothing unless it is told."""
    for room, name in ((lines, "_ALL_EVERY"), (live, "_QUEUE_ANYWAY")):
        monkeypatch.setattr(room, name, 3600.0)
    floor.add("yamada", Role.AGENT, display_name="山田")
    await floor.sign_in("yamada")
    return floor


async def test_the_end_of_the_chat_is_a_line_of_the_talk(agent: Floor) -> None:
    ws = await connect(agent, await owned(agent))
    await ending.close(agent.desk.stream, "c1", 1000.5)
    await ending.tell(agent.desk.stream, "c1")
    assert (await until(ws, "word", id="c1:end"))["text"] == OVER
    await ws.close()


async def test_a_page_that_closes_or_opens_is_told_to_the_list(agent: Floor) -> None:
    await owned(agent)
    ws = await connect(agent)
    (row,) = await rows(ws, 1)
    assert not row["present"]
    for there in (True, False):
        await agent.desk.redis.set(presence("c1"), "1") if there else await agent.desk.redis.delete(presence("c1"))
        note = {"conversation_id": "c1", "from": "customer", "presence": True}
        await agent.desk.redis.publish(TYPING, json.dumps(note))
        while row["present"] is not there:
            (row,) = (await until(ws, "queue"))["rows"]
    await ws.close()


@pytest.mark.browser
async def test_the_agent_reads_that_the_chat_is_over(browser: Browser, floor: Floor) -> None:
    ticket = await floor.ticket()
    seat = await sit_down(browser, floor, "yamada", "山田")
    await seat.claim(ticket)
    over, away = seat.page.locator("[data-over]"), seat.page.locator("[data-away]")
    await expect(away).to_be_visible()
    await expect(over).to_be_hidden()
    await ending.close(floor.desk.stream, "c1", 1000.5)
    await ending.tell(floor.desk.stream, "c1")
    await expect(over).to_be_visible()
    await expect(away).to_be_hidden()
    line = seat.page.locator("[data-list=mine]")
    await expect(line).to_contain_text("チャットは終了")
    await expect(line).not_to_contain_text("画面を閉じています")
    await expect(seat.transcript).to_contain_text(OVER)
    assert seat.complaints == []
