"""既読: how far a customer's page has shown what people wrote, for the desk."""

from __future__ import annotations

import pytest

from channels import intake
from conversation.stream import ConversationStream
from conversation.words import Speaker, Word
from tests.channels.staging import Client, Page, page


async def seen(tab: Page, stream: ConversationStream, *reported: object) -> str | None:
    """What is kept of these reports, read when a later frame was answered."""
    for seq in reported:
        await tab.send(type="seen", seq=seq)
    await tab.ask("はい")
    await tab.kind("ack")
    return (await stream.state(tab.conversation_id)).get("seen")


async def said(stream: ConversationStream, tab: Page) -> int:
    word = Word(tab.conversation_id, Speaker.AGENT, "佐藤です", f"agent:{tab.token[-8:]}", meta={"agent": "佐藤"})
    return (await stream.append(word)).seq


async def test_it_goes_forwards_only(door: Client, stream: ConversationStream) -> None:
    tab = await page(door)
    seq = await said(stream, tab)
    assert await seen(tab, stream, seq) == str(seq)
    assert await seen(tab, stream, 0) == str(seq)


async def test_what_was_never_said_was_not_seen(door: Client, stream: ConversationStream) -> None:
    tab = await page(door)
    assert await seen(tab, stream, await said(stream, tab) + 1000) is None


async def test_too_many_reports_are_dropped_and_the_customer_is_told_nothing(
    door: Client, stream: ConversationStream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "_SEEN_PER_MINUTE", 1)
    tab = await page(door)
    seq = await said(stream, tab)
    assert await seen(tab, stream, 0, seq, seq) is None
    assert [frame for frame in tab.seen if frame["type"] == "error"] == []
