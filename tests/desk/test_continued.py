"""A call that goes on with a web talk by the code of its page, beside the transcript."""

from __future__ import annotations

import pytest

from conversation.stream import ConversationStream
from conversation.words import Kind, Speaker, Word
from desk.continued import continued
from desk.staff import Role
from desk.words import word
from tests.channels.staging import ARTICLES, publish
from tests.desk.room import Floor


@pytest.fixture
async def agent(floor: Floor) -> Floor:
    floor.add("yamada", Role.AGENT, display_name="山田")
    await floor.sign_in("yamada")
    return floor


async def page(floor: Floor, number: str) -> str:
    async with floor.client.get(f"/inbox/{number}") as answer:
        assert answer.status == 200
        return await answer.text()


async def asked_on_the_web(stream: ConversationStream) -> None:
    asked = "送料は？番号は090-1234-5678です"
    await stream.append(Word("web-1", Speaker.CUSTOMER, asked, "m1"))
    await stream.append(Word("web-1", Speaker.BOT, "550円です。", "m1:1", exchange_id="m1", article_id="shipping-fee"))
    verdict = {"value": "not_solved"}
    await stream.append(Word("web-1", Speaker.CUSTOMER, "", "f1", Kind.FEEDBACK, "m1", meta=verdict))


async def test_the_agent_reads_what_was_asked(agent: Floor) -> None:
    await asked_on_the_web(agent.desk.stream)
    ticket = await agent.ticket("voice-1")
    assert word("continued.heading") not in await page(agent, ticket.number)
    await agent.desk.stream.set_state("voice-1", came_from="web-1")
    shown = await page(agent, ticket.number)
    assert word("continued.heading") in shown and word("continued.proven") in shown
    assert "送料は？" in shown and "090-1234-5678" not in shown


async def test_what_did_not_help_is_named(agent: Floor, redis_url: str) -> None:
    desk, ticket = agent.desk, await agent.ticket("voice-1")
    await asked_on_the_web(desk.stream)
    await desk.stream.set_state("voice-1", came_from="web-1")
    found = await continued(desk.persons, desk.stream, ticket, publish(redis_url, 1, ARTICLES))
    assert found and found.shown == (("送料はいくらですか？", True),)


async def test_what_was_written_for_a_callback_is_not_shown(agent: Floor) -> None:
    stream = agent.desk.stream
    await stream.append(Word("web-1", Speaker.CUSTOMER, "ヤマダ ハナコ", "m1", meta={"private": True}))
    ticket = await agent.ticket("voice-1")
    await stream.set_state("voice-1", came_from="web-1")
    shown = await page(agent, ticket.number)
    assert word("continued.heading") in shown and "ハナコ" not in shown
