"""Signing in, staying in, being thrown out."""

from __future__ import annotations

import asyncio
import time

import pytest

from desk import keys, limits, sessions, store
from desk.__main__ import first_admin_link
from desk.staff import Role
from settings import Settings
from tests.desk.room import PASSWORD, Floor


async def test_signing_in_opens_the_first_page_of_the_role(floor: Floor) -> None:
    floor.add("yamada", Role.AGENT)
    answer = await floor.sign_in("yamada")
    assert answer.status == 303 and answer.headers["Location"] == "/"
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
    async with floor.client.get("/", allow_redirects=False) as home:
        assert home.headers["Location"] == "/inbox"


@pytest.mark.parametrize(("name", "password"), [("yamada", "wrong password"), ("nobody", PASSWORD), ("", "")])
async def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(floor: Floor, name: str, password: str) -> None:
    floor.add("yamada", Role.AGENT)
    answer = await floor.sign_in(name, password)
    assert answer.status == 401 and "利用者IDまたはパスワードが違います" in await answer.text()
    assert sessions.COOKIE not in floor.cookies()


async def test_a_sign_in_that_failed_is_in_the_log_without_what_is_secret(floor: Floor) -> None:
    floor.add("yamada", Role.AGENT)
    await floor.sign_in("Yamada", "wrong password")
    await floor.sign_in("My Pass Word 1!", "yamada")
    second, first = store.entries(floor.desk.engine)
    assert (first.action, first.user_name, first.object) == ("sign_in.failed", "-", "yamada")
    assert first.address == "127.0.0.*" and "pass" not in str(vars(second)).lower()


async def test_who_guesses_in_bulk_does_not_fill_the_log(floor: Floor) -> None:
    for number in range(limits.OF_THE_LOG["lines"] + 2):
        await floor.sign_in(f"guess{number}", "wrong password")
    failed = [entry for entry in store.entries(floor.desk.engine) if entry.action == "sign_in.failed"]
    assert len(failed) == limits.OF_THE_LOG["lines"]


async def test_failing_often_is_stopped_even_with_the_right_password(floor: Floor) -> None:
    floor.add("yamada", Role.AGENT)
    await asyncio.gather(*[floor.desk.attempts.failed("yamada", "192.0.2.1") for _ in range(limits.OF_A_NAME)])
    answer = await floor.sign_in("YAMADA ")
    assert answer.status == 429 and "15分" in await answer.text()
    await floor.desk.redis.delete(*[key async for key in floor.desk.redis.scan_iter("desk:attempts:*")])
    assert (await floor.sign_in("yamada")).status == 303


async def test_an_address_that_tries_many_names_is_stopped(floor: Floor) -> None:
    floor.add("yamada", Role.AGENT)
    for number in range(limits.OF_AN_ADDRESS):
        await floor.desk.attempts.failed(f"guess{number}", "127.0.0.1")
    assert (await floor.sign_in("yamada")).status == 429


async def test_one_returns_to_the_page_one_wanted_but_never_to_another_site(floor: Floor) -> None:
    floor.add("yamada", Role.AGENT)
    async with floor.client.get("/inbox", headers={"Accept": "text/html"}, allow_redirects=False) as asked:
        assert asked.headers["Location"] == "/login?next=/inbox"
    for wanted, given in (("/inbox", "/inbox"), ("//evil.example", "/"), ("/\\evil.example", "/"), ("http://e", "/")):
        fields = {"name": "yamada", "password": PASSWORD, "next": wanted}
        headers = {"Origin": floor.origin}
        async with floor.client.post("/login", data=fields, headers=headers, allow_redirects=False) as answer:
            assert answer.headers["Location"] == given


async def test_redis_knows_no_session_token(floor: Floor) -> None:
    floor.add("yamada", Role.AGENT)
    await floor.sign_in("yamada")
    token = floor.cookies()[sessions.COOKIE]
    found = [key async for key in floor.desk.redis.scan_iter("desk:session:*")]
    assert len(found) == 1 and token not in found[0] and token not in await floor.desk.redis.get(found[0])
    assert 0 < await floor.desk.redis.ttl(found[0]) <= sessions.IDLE_SECONDS


async def test_signing_out_ends_the_session_itself(floor: Floor) -> None:
    floor.add("yamada", Role.AGENT)
    await floor.sign_in("yamada")
    kept = floor.cookies()
    await floor.post("/logout")
    async with floor.client.get("/inbox", cookies=kept, allow_redirects=False) as answer:
        assert answer.status == 401


async def test_a_session_is_over_after_a_shift_however_busy(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    user = floor.add("yamada", Role.AGENT)
    token = await floor.desk.sessions.begin(user)
    assert await floor.desk.sessions.find(token)
    later = time.time() + sessions.LONGEST_SECONDS + 1
    monkeypatch.setattr(floor.desk.sessions, "_clock", lambda: later)
    assert await floor.desk.sessions.find(token) is None


async def test_a_new_sign_in_ends_the_session_before(floor: Floor) -> None:
    floor.add("yamada", Role.AGENT)
    await floor.sign_in("yamada")
    first = floor.cookies()[sessions.COOKIE]
    await floor.sign_in("yamada")
    assert floor.cookies()[sessions.COOKIE] != first
    assert await floor.desk.sessions.find(first) is None


async def test_the_first_admin_comes_in_by_a_link_that_works_once(floor: Floor, desk_settings: Settings) -> None:
    older, link = first_admin_link(desk_settings), first_admin_link(desk_settings)
    assert older and link
    async with floor.client.get(older.split(str(desk_settings.desk_port))[1]) as answer:
        assert answer.status == 410
    path = link.split(str(desk_settings.desk_port))[1]
    async with floor.client.get(path) as page:
        assert page.status == 200 and "システム管理者" in await page.text()
    token = path.split("token=")[1]
    fields = {"token": token, "name": "kanri", "display_name": "管理者", "password": PASSWORD, "again": PASSWORD}
    headers = {"Origin": floor.origin}
    async with floor.client.post("/welcome", data=fields | {"again": "x"}, headers=headers) as answer:
        assert answer.status == 422 and "一致しません" in await answer.text()
    async with floor.client.post("/welcome", data=fields | {"name": "山"}, headers=headers) as answer:
        assert answer.status == 422
    async with floor.client.post("/welcome", data=fields, headers=headers, allow_redirects=False) as answer:
        assert answer.status == 303
    async with floor.client.get("/users") as page:
        assert page.status == 200 and "kanri" in await page.text()
    async with floor.client.post("/welcome", data=fields | {"name": "second"}, headers=headers) as answer:
        assert answer.status == 410
    assert first_admin_link(desk_settings) is None


async def test_an_invitation_is_too_old_after_a_day(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    token = store.invite(floor.desk.engine, [Role.AGENT], "kanri")
    assert store.invited_roles(floor.desk.engine, token) == frozenset({Role.AGENT})
    later = time.time() + store.INVITATION_SECONDS + 1
    monkeypatch.setattr("desk.store.now", lambda: later)
    assert store.invited_roles(floor.desk.engine, token) is None


async def test_an_admin_invites_changes_and_stops(floor: Floor) -> None:
    floor.add("kanri", Role.ADMIN)
    agent = floor.add("yamada", Role.AGENT)
    agents_token = await floor.desk.sessions.begin(agent)
    await floor.sign_in("kanri")
    async with await floor.post("/users/invite", role="editor") as answer:
        page = await answer.text()
    assert "/welcome?token=" in page
    async with await floor.post("/users/invite") as answer:
        assert answer.status == 422
    async with await floor.post(f"/users/{agent.id}", role="agent") as answer:
        assert answer.status == 303
    assert await floor.desk.sessions.find(agents_token) is None
    assert store.sign_in(floor.desk.engine, "yamada", PASSWORD) is None
    admin = next(each for each in store.accounts(floor.desk.engine) if each.user.name == "kanri")
    async with await floor.post(f"/users/{admin.user.id}", role="agent", active="on") as answer:
        assert answer.status == 422 and "最後のシステム管理者" in await answer.text()
    assert [entry.action for entry in store.entries(floor.desk.engine)] == [
        "user.changed",
        "user.invited",
        "signed_in",
    ]
    async with floor.client.get("/audit") as answer:
        assert "利用者の変更" in await answer.text()


async def test_sessions_of_a_user_end_together(floor: Floor) -> None:
    user = floor.add("yamada", Role.AGENT)
    tokens = [await floor.desk.sessions.begin(user) for _ in range(3)]
    assert await floor.desk.sessions.end_all(user.id) == 3
    assert [await floor.desk.sessions.find(token) for token in tokens] == [None] * 3
    assert not await floor.desk.redis.exists(keys.sessions_of(user.id))
