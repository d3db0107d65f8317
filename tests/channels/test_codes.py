"""Codes of six digits: never two alike at once, one use, five tries a call, counted under concurrency."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as law
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule, run_state_machine_as_test

from channels import keys
from channels.codes import SECONDS, TRIES, Codes, Spent
from channels.errors import Refusal
from channels.limits import Limits
from stores import AsyncRedis, open_redis
from tests.channels.staging import ORIGIN, Client, OpenDoor, session

TWILIO = {
    "twilio_account_sid": "AC" + "0123456789abcdef" * 2,
    "twilio_auth_token": "token-of-the-tests-0001",
    "twilio_sender": "+815012345678",
    "twilio_api_base_url": "http://127.0.0.1:9",
}


def codes_on(redis: AsyncRedis) -> Codes:
    """Its minute never ends before its limit is of interest: each has its own clock."""
    minutes = iter(range(0, 10**9, 60))
    return Codes(redis, Limits(redis, lambda: float(next(minutes))), "secret of tests")


@pytest.fixture
def codes(redis_client: AsyncRedis) -> Codes:
    return codes_on(redis_client)


async def test_a_code_opens_its_conversation_once(codes: Codes) -> None:
    code = await codes.issue("web-1")
    assert len(code) == 6 and code.isdecimal()
    assert await codes.redeem(code, "voice-1") == "web-1"
    assert await codes.redeem(code, "voice-2") is None


async def test_a_newer_code_voids_the_one_before(codes: Codes) -> None:
    first, second = await codes.issue("web-1"), await codes.issue("web-1")
    assert first == second or await codes.redeem(first, "voice-1") is None
    assert await codes.redeem(second, "voice-1") == "web-1"


async def test_of_two_calls_at_once_one_gets_it(codes: Codes) -> None:
    code = await codes.issue("web-1")
    found = await asyncio.gather(*(codes.redeem(code, f"voice-{n}") for n in range(20)))
    assert sorted(filter(None, found)) == ["web-1"]


async def test_it_lives_ten_minutes_and_is_nowhere_in_plain(codes: Codes, redis_client: AsyncRedis) -> None:
    code = await codes.issue("web-1")
    found = [key async for key in redis_client.scan_iter("code:*")]
    assert len(found) == 1 and code not in found[0]
    assert SECONDS - 5 <= await redis_client.ttl(found[0]) <= SECONDS
    assert not [key async for key in redis_client.scan_iter("*") if code in key]
    assert code not in str(await redis_client.get(keys.code_of("web-1")))
    await redis_client.expire(found[0], 0)
    assert await codes.redeem(code, "voice-1") is None


async def test_after_five_tries_the_right_code_is_refused_too(codes: Codes) -> None:
    code = await codes.issue("web-1")
    wrong = "000000" if code != "000000" else "111111"
    assert [await codes.redeem(wrong, "voice-1") for _ in range(TRIES)] == [None] * TRIES
    with pytest.raises(Spent):
        await codes.redeem(code, "voice-1")
    assert await codes.redeem(code, "voice-2") == "web-1"


async def test_tries_at_once_are_counted_one_by_one(codes: Codes) -> None:
    tried = await asyncio.gather(*(codes.redeem(f"{n}", "voice-1") for n in range(40)), return_exceptions=True)
    assert len([one for one in tried if one is None]) == TRIES
    assert len([one for one in tried if isinstance(one, Spent)]) == 40 - TRIES


async def test_many_calls_together_find_no_code(redis_client: AsyncRedis) -> None:
    codes = Codes(redis_client, Limits(redis_client, lambda: 0.0), "secret of tests")
    code = await codes.issue("web-1")
    tried = await asyncio.gather(*(codes.redeem("x", f"voice-{n}") for n in range(50)), return_exceptions=True)
    assert len([one for one in tried if isinstance(one, Spent)]) == 20
    with pytest.raises(Spent):
        await codes.redeem(code, "voice-last")


async def test_where_every_number_is_taken_none_is_issued_twice(codes: Codes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channels.codes._DIGITS", 1)
    issued: list[Any] = await asyncio.gather(*(codes.issue(f"web-{n}") for n in range(30)), return_exceptions=True)
    given = [one for one in issued if isinstance(one, str)]
    assert len(given) == len(set(given)) <= 10
    assert all(isinstance(one, (str, Refusal)) for one in issued)


async def test_a_replaced_code_that_is_another_s_by_now_stays(
    codes: Codes, redis_client: AsyncRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels.codes.secrets.randbelow", lambda _: 7)
    code = await codes.issue("web-1")
    for key in [key async for key in redis_client.scan_iter("code:*")]:
        await redis_client.expire(key, 0)  # ran out
    assert await codes.issue("web-2") == code
    monkeypatch.setattr("channels.codes.secrets.randbelow", lambda _: 8)
    await codes.issue("web-1")
    assert await codes.redeem(code, "voice-1") == "web-2"


class Shop(RuleBasedStateMachine):
    """Ten numbers only, so that they meet all the time; the model is a dictionary."""

    issued = Bundle("issued")
    url = ""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.redis = open_redis(self.url)
        self.loop.run_until_complete(self.redis.flushdb())
        self.codes, self.active, self.calls = codes_on(self.redis), {}, 0

    def run(self, work: Any) -> Any:
        return self.loop.run_until_complete(work)

    @rule(target=issued, who=st.integers(0, 12))
    def issue(self, who: int) -> str:
        mine = next((code for code, owner in self.active.items() if owner == f"web-{who}"), None)
        try:
            code: str = self.run(self.codes.issue(f"web-{who}"))
        except Refusal:
            assert len(self.active) >= 5  # fifty draws of ten numbers find a free one
            return "x"
        assert code not in self.active
        if mine:
            del self.active[mine]
        self.active[code] = f"web-{who}"
        return code

    @rule(code=consumes(issued))
    def redeem(self, code: str) -> None:
        self.calls += 1
        assert self.run(self.codes.redeem(code, f"voice-{self.calls}")) == self.active.pop(code, None)

    @invariant()
    def one_owner_each(self) -> None:
        assert len(set(self.active.values())) == len(self.active)

    def teardown(self) -> None:
        self.run(self.redis.aclose())
        self.loop.close()


def test_no_two_conversations_have_the_same_code(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channels.codes._DIGITS", 1)
    monkeypatch.setattr(Shop, "url", redis_url)
    checks = [HealthCheck.too_slow]
    run_state_machine_as_test(
        Shop, settings=law(max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=checks)
    )


async def ask(door: Client, token: str) -> tuple[int, dict[str, Any]]:
    headers = ORIGIN | {"Authorization": f"Bearer {token}"}
    async with door.post("/api/web/code", headers=headers) as answer:
        return answer.status, await answer.json()


async def test_the_page_is_given_a_code_for_its_own_talk(open_door: OpenDoor) -> None:
    door = await open_door(**TWILIO)
    opened = await session(door)
    status, shown = await ask(door, opened["token"])
    assert status == 201 and shown.keys() == {"code", "seconds", "phone"}
    assert (len(shown["code"]), shown["seconds"]) == (6, 600)
    async with door.get("/api/web/start") as answer:
        assert (await answer.json())["phone_code"] is True


async def test_who_asks_too_often_or_has_no_talk_gets_none(open_door: OpenDoor) -> None:
    now = time.time() // 60 * 60
    door = await open_door(clock=lambda: now, **TWILIO)
    opened = await session(door)
    asked = [(await ask(door, opened["token"]))[0] for _ in range(4)]
    assert asked == [201, 201, 201, 429]
    assert (await ask(door, "nonsense"))[0] == 401


async def test_without_a_telephone_there_is_no_code(door: Client) -> None:
    assert (await ask(door, (await session(door))["token"]))[0] == 404
    async with door.get("/api/web/start") as answer:
        assert (await answer.json())["phone_code"] is False
