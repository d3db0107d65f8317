"""Opening and resuming conversations, tokens, identity, limits by address."""

from __future__ import annotations

import time
from typing import Any

import jwt
import pytest

from address import caller, networks
from channels.tokens import TOKEN_SECONDS
from conversation.stream import ConversationStream
from handoff.queue import Queue
from handoff.ticket import Reason
from stores import AsyncRedis
from tests.channels.staging import ORIGIN, Client, OpenDoor, Page, page, session

SHOP_KEY = "i" * 40


def identity(sub: str = "member-7", key: str = SHOP_KEY, **claims: Any) -> str:
    return jwt.encode({"sub": sub, "exp": time.time() + 600} | claims, key, algorithm="HS256")


async def test_a_new_session_keeps_where_the_customer_came_from(door: Client, stream: ConversationStream) -> None:
    opened = await session(door, page="https://shop.example/a", referrer="https://search.example/", color="red")
    assert opened.keys() == {"conversation_id", "token", "expires_at", "resumed", "identified"}
    state = await stream.state(opened["conversation_id"])
    assert (state["channel"], state["page"], state["referrer"]) == (
        "web",
        "https://shop.example/a",
        "https://search.example/",
    )


async def test_a_resumed_talk_keeps_its_referrer_and_knows_the_new_page(
    door: Client, stream: ConversationStream
) -> None:
    first = await session(door, page="https://shop.example/a", referrer="https://search.example/")
    await session(door, resume=first["token"], page="https://shop.example/b", referrer="https://shop.example/a")
    state = await stream.state(first["conversation_id"])
    assert (state["page"], state["referrer"]) == ("https://shop.example/b", "https://search.example/")


async def test_an_expired_token_renews_its_conversation_but_opens_no_socket(open_door: OpenDoor) -> None:
    now = [time.time()]
    door = await open_door(clock=lambda: now[0])
    opened = await session(door)
    now[0] += TOKEN_SECONDS + 1
    tab = await Page(door, opened["token"], opened["conversation_id"]).connect()
    assert (await tab.kind("error"))["code"] == "unauthorized"
    renewed = await session(door, resume=opened["token"])
    assert (renewed["conversation_id"], renewed["resumed"]) == (opened["conversation_id"], True)
    tab = await Page(door, renewed["token"], renewed["conversation_id"]).connect()
    await tab.kind("state")


@pytest.mark.parametrize("resume", ["nonsense", "", 7, {"a": 1}, "a.b.c"])
async def test_a_token_that_is_not_ours_opens_a_new_conversation(door: Client, resume: Any) -> None:
    assert (await session(door, resume=resume))["resumed"] is False


async def test_tokens_signed_otherwise_are_worthless(door: Client) -> None:
    cid = (await session(door))["conversation_id"]
    claims = {"sub": cid, "aud": "madoguchi:web", "exp": time.time() + 600}
    for token in (
        jwt.encode(claims, "x" * 40, algorithm="HS256"),
        jwt.encode(claims, None, algorithm="none"),
        jwt.encode(claims | {"aud": "staff"}, "k" * 40, algorithm="HS256"),
        jwt.encode({"sub": cid, "aud": "madoguchi:web"}, "k" * 40, algorithm="HS256"),
    ):
        header = ORIGIN | {"Authorization": f"Bearer {token}"}
        assert (await door.get("/api/web/messages", headers=header)).status == 401
        assert (await session(door, resume=token))["conversation_id"] != cid


async def test_the_shop_names_its_customer(door: Client, stream: ConversationStream) -> None:
    opened = await session(door, identity=identity(name="山田 花子"))
    assert opened["identified"] is True
    state = await stream.state(opened["conversation_id"])
    assert (state["contact"], state["contact_name"]) == ("shop:member-7", "山田 花子")


@pytest.mark.parametrize(
    "forged",
    [
        identity(key="x" * 40),
        identity(exp=time.time() - 1),
        jwt.encode({"sub": "member-7"}, SHOP_KEY, algorithm="HS256"),
        jwt.encode({"sub": "member-7", "exp": time.time() + 600}, None, algorithm="none"),
        "no token",
        7,
    ],
    ids=["another key", "too old", "no end", "unsigned", "no token", "a number"],
)
async def test_a_name_that_does_not_verify_is_left_out(door: Client, stream: ConversationStream, forged: Any) -> None:
    opened = await session(door, identity=forged)
    assert opened["identified"] is False
    assert "contact" not in await stream.state(opened["conversation_id"])


async def test_one_members_talk_is_not_shown_to_another(door: Client) -> None:
    first = await session(door, identity=identity("member-1"))
    assert (await session(door, identity=identity("member-1"), resume=first["token"]))["resumed"] is True
    other = await session(door, identity=identity("member-2"), resume=first["token"])
    assert other["resumed"] is False
    assert other["conversation_id"] != first["conversation_id"]


async def test_who_signs_in_during_the_talk_is_named_from_then_on(door: Client, stream: ConversationStream) -> None:
    first = await session(door)
    again = await session(door, identity=identity(), resume=first["token"])
    assert again["resumed"] is True
    assert (await stream.state(first["conversation_id"]))["contact"] == "shop:member-7"


@pytest.mark.parametrize("after_hours", [False, True], ids=["waits", "left a message over the weekend"])
async def test_a_conversation_with_an_open_ticket_is_not_over(
    open_door: OpenDoor, stream: ConversationStream, redis_client: AsyncRedis, after_hours: bool
) -> None:
    now = [time.time()]
    door = await open_door(clock=lambda: now[0])
    tab = await page(door)
    queue, about = Queue(redis_client, stream), {"channel": "web", "exchange_id": "e"}
    await queue.open(tab.conversation_id, **about, reason=Reason.CUSTOMER_REQUEST, after_hours=after_hours)
    now[0] += 3 * 86_400
    assert (await session(door, resume=tab.token))["resumed"] is True


async def test_one_address_opens_only_so_many_conversations(open_door: OpenDoor) -> None:
    door = await open_door(address_sessions_per_minute=2, clock=lambda: 1_900_000_000.0, trusted_proxies="127.0.0.1/32")
    for _ in range(2):
        await session(door)
    refused = await door.post("/api/web/sessions", json={}, headers=ORIGIN)
    assert refused.status == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    elsewhere = ORIGIN | {"X-Forwarded-For": "203.0.113.9"}
    assert (await door.post("/api/web/sessions", json={}, headers=elsewhere)).status == 201


@pytest.mark.parametrize(
    ("remote", "forwarded", "trusted", "expected"),
    [
        ("198.51.100.1", "", "", "198.51.100.1"),
        ("198.51.100.1", "203.0.113.9", "", "198.51.100.1"),  # nobody told us to believe it
        ("10.0.0.1", "203.0.113.9", "10.0.0.0/8", "203.0.113.9"),
        ("10.0.0.1", "1.1.1.1, 203.0.113.9", "10.0.0.0/8", "203.0.113.9"),  # the first was written by the caller
        ("10.0.0.1", "203.0.113.9, 10.0.0.2", "10.0.0.0/8", "203.0.113.9"),
        ("10.0.0.1", "", "10.0.0.0/8", "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "", "", "2001:db8:1:2::/64"),
        (None, "", "", "unknown"),
    ],
)
def test_the_callers_address(remote: str | None, forwarded: str, trusted: str, expected: str) -> None:
    assert caller(remote, forwarded, networks(trusted)) == expected
