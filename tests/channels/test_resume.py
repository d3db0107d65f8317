"""A link that was sent by SMS opens the web chat at its article: once, for two hours, and nothing of anybody's."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.links import Links, TalkLinks
from channels.resume import SECONDS, Resume
from conversation.words import Kind
from tests.channels.staging import Client, Connector, OpenDoor, Page, door_in, session

pytestmark = pytest.mark.usefixtures("release", "connector")


def link(door: Client, article: str = "shipping-fee") -> str:
    return f"{article}.{door_in(door).resume.issue(article)}"


async def test_the_article_is_the_first_of_a_new_talk_that_goes_on(door: Client, connector: Connector) -> None:
    opened = await session(door, link=link(door))
    tab = await Page(door, opened["token"], opened["conversation_id"]).connect()
    await tab.word("「送料はいくらですか？」へのお答えです。")
    assert connector.turns[0]["command"] == '/choose_article{"article_id": "shipping-fee"}'
    await tab.ask("それっていくら？")
    await tab.word("「それっていくら？」へのお答えです。")
    stream, cid = door_in(door).stream, tab.conversation_id
    first = (await stream.since(cid))[0]
    assert (first.kind, first.article_id, first.meta["came_by"]) == (Kind.CHOICE, "shipping-fee", "sms_link")


async def test_the_same_link_shows_its_article_once_a_talk(door: Client, connector: Connector) -> None:
    sent = link(door)
    opened = await session(door, link=sent)
    again = await session(door, link=sent, resume=opened["token"])
    assert again["conversation_id"] == opened["conversation_id"]
    tab = await Page(door, again["token"], again["conversation_id"]).connect()
    await tab.word("解決しましたか？")
    assert len(connector.turns) == 1


async def test_two_who_open_the_same_link_share_no_talk(door: Client) -> None:
    sent = link(door)
    first, second = await session(door, link=sent), await session(door, link=sent)
    assert first["conversation_id"] != second["conversation_id"]


@pytest.mark.parametrize(
    "sent", ["", "shipping-fee", "shipping-fee.x-y", "staff-refund.{token}", "delivery-days.{token}"]
)
async def test_another_link_opens_an_empty_talk(door: Client, sent: str) -> None:
    token = door_in(door).resume.issue("shipping-fee")
    opened = await session(door, link=sent.format(token=token))
    assert await door_in(door).stream.since(opened["conversation_id"]) == []


async def test_an_old_link_opens_an_empty_talk(open_door: OpenDoor) -> None:
    now = [time.time()]
    door = await open_door(clock=lambda: now[0])
    sent = link(door)
    now[0] += SECONDS + 1
    opened = await session(door, link=sent)
    assert await door_in(door).stream.since(opened["conversation_id"]) == []


async def test_while_people_have_the_talk_the_link_says_nothing(door: Client) -> None:
    opened = await session(door)
    stream = door_in(door).stream
    await stream.set_state(opened["conversation_id"], talking_to="agent")
    await session(door, link=link(door), resume=opened["token"])
    assert await stream.since(opened["conversation_id"]) == []


async def test_the_page_opens_the_chat_for_its_own_token_only(door: Client) -> None:
    token = door_in(door).resume.issue("shipping-fee")
    for address, opens in (
        (f"/faq/shipping-fee?r={token}", True),
        (f"/faq/delivery-days?r={token}", False),
        ("/faq/shipping-fee", False),
        ("/faq/shipping-fee?r=%22%3E%3Cscript%3E", False),
    ):
        async with door.get(address) as answer:
            tag = re.search(r'<script src="/widget.js".*>', await answer.text())
        assert tag and (f'data-link="shipping-fee.{token}"' in tag[0]) is opens
        assert ("data-open" in tag[0]) is opens


def test_links_that_were_sent_by_an_earlier_version_still_open() -> None:
    def clock() -> float:
        return 1_800_000_000.0

    assert Resume("key", clock).issue("shipping-fee") == "6b49ee20-z33LzBItgI6fDS7p"
    assert TalkLinks("key", clock).conversation("ASNFZ4mrze8BI0VnUWh_YR71oAepHZif") == "sms-0123456789abcdef01234567"
    assert Links("key", "sms-stop-link", 180, clock).name("ASNFZ4mrze8BI0VnUhWCvVIGMNUbf03E")


@given(
    article=st.from_regex(r"[a-z0-9]{1,9}(-[a-z0-9]{1,9})?", fullmatch=True),
    noise=st.text(max_size=40),
    late=st.integers(0, SECONDS * 2),
)
def test_only_what_was_issued_opens_and_only_in_its_time(article: str, noise: str, late: int) -> None:
    now = [1_800_000_000.0]
    resume = Resume("secret", lambda: now[0])
    token = resume.issue(article)
    assert not resume.opens(article, noise) and not resume.opens(f"{article}x", token)
    assert not Resume("another", lambda: now[0]).opens(article, token)
    now[0] += late
    assert resume.opens(article, token) is (late < SECONDS)
