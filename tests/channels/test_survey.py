"""After a talk with a person, through the door: answers never reach Rasa, other questions do."""

from __future__ import annotations

from conversation.stream import ConversationStream
from handoff.queue import Queue
from handoff.ticket import Reason
from tests.channels.staging import Client, Connector, Page, page, press


async def talked(tab: Page, queue: Queue) -> str:
    """A talk that its agent has just ended."""
    ticket = await queue.open(tab.conversation_id, channel="web", exchange_id="e", reason=Reason.CUSTOMER_REQUEST)
    await queue.claim(ticket.number, "agent-1", "佐藤")
    await queue.return_to_bot(ticket.number, "agent-1")
    return ticket.number


async def test_buttons_and_typed_answers_are_dealt_with_at_the_door(
    door: Client, connector: Connector, queue: Queue
) -> None:
    tab = await page(door)
    number = await talked(tab, queue)
    asked = await tab.word("解決しましたか")
    assert [choice["title"] for choice in asked["choices"]] == ["はい", "いいえ"]
    await press(tab, asked["choices"], "いいえ")
    effort = await tab.word("お手間を")
    assert len(effort["choices"]) == 5
    await tab.ask("３")
    thanks = await tab.word("解決に至らず")
    assert [choice["title"] for choice in thanks["choices"]] == ["担当者と話す"]
    survey = await queue.surveys.get(tab.conversation_id, number)
    assert survey and (survey.solved, survey.ces) == (False, 3)
    assert connector.turns == []


async def test_another_question_goes_to_the_bot_and_the_asking_is_over(
    door: Client, connector: Connector, queue: Queue, stream: ConversationStream
) -> None:
    tab = await page(door)
    number = await talked(tab, queue)
    await tab.word("解決しましたか")
    await tab.ask("送料は？")
    await tab.word("「送料は？」")
    await tab.ask("はい")  # to the bot's own question, which came after
    await tab.word("「はい」")
    assert [turn["command"] for turn in connector.turns] == [None, "/solved"]
    survey = await queue.surveys.get(tab.conversation_id, number)
    assert survey and (survey.solved, survey.ces) == (None, None)
    assert "survey" not in await stream.state(tab.conversation_id)
