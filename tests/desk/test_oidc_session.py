"""Signed in with the company's account: the session, the way back, and an issuer that is away."""

from __future__ import annotations

import pytest
from aiohttp import web

from desk import keys, limits, oidc_pending, sessions, store
from desk.staff import Role
from desk.words import words
from tests.desk.oidc_room import Company, Issuer, account, refused
from tests.desk.room import PASSWORD

pytestmark = pytest.mark.slow  # of all in a minute: left to `make test`

BY_CLAIM = {"oidc_roles_claim": "groups", "oidc_roles": "desk-agents=agent;CN=lead,O=x=supervisor,editor"}


async def test_the_session_is_a_fresh_one_like_after_a_password(company: Company, issuer: Issuer) -> None:
    way = await company(oidc_default_roles="agent")
    answer = await way.sign_in()
    cookie = next(line for line in answer.headers.getall("Set-Cookie") if line.startswith(sessions.COOKIE))
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
    first = way.floor.cookies()[sessions.COOKIE]
    assert 0 < await way.floor.desk.redis.ttl(keys.session(sessions._hash(first))) <= sessions.IDLE_SECONDS
    await way.sign_in()
    assert way.floor.cookies()[sessions.COOKIE] != first
    assert await way.floor.desk.sessions.find(first) is None
    found = account(way.floor, "yamada")
    assert found and await way.floor.desk.sessions.end_all(found.user.id) >= 1
    async with way.floor.client.get("/inbox", allow_redirects=False) as inbox:
        assert inbox.status == 401


async def test_the_session_is_for_https_only_where_the_desk_is(company: Company) -> None:
    way = await company(desk_public_url="https://desk.example")
    way.floor.add("kanri", Role.ADMIN)
    fields = {"name": "kanri", "password": PASSWORD}
    secure = []
    for host in ("https://desk.example", way.floor.origin):
        headers = {"Host": host.partition("//")[2], "Origin": host}
        async with way.floor.client.post("/login", data=fields, headers=headers, allow_redirects=False) as answer:
            secure.append("Secure" in answer.headers["Set-Cookie"])
    assert secure == [True, False]


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil.example", "javascript:alert(1)"]
)
async def test_one_never_returns_to_another_site(company: Company, wanted: str) -> None:
    way = await company(oidc_default_roles="agent")
    answer = await way.sign_in(next=wanted)
    assert answer.status == 303 and answer.headers["Location"] == "/"


async def test_passwords_stay_unless_a_setting_says_no(company: Company) -> None:
    way = await company()
    way.floor.add("kanri", Role.ADMIN)
    assert (await way.floor.sign_in("kanri")).status == 303
    way = await company(password_sign_in=False)
    way.floor.forget_cookies()
    answer = await way.floor.sign_in("kanri")
    page = await answer.text()
    assert answer.status == 403 and "パスワードでのサインインは、ご利用いただけません" in page
    assert 'name="password"' not in page and "会社のアカウントでサインイン" in page
    token = store.invite(way.floor.desk.engine, [Role.ADMIN], "kanri")
    account_of = {"token": token, "name": "second", "display_name": "二", "password": PASSWORD, "again": PASSWORD}
    headers = {"Origin": way.floor.origin}
    async with way.floor.client.post("/welcome", data=account_of, headers=headers) as made:
        assert made.status == 403
    assert account(way.floor, "second") is None


async def test_the_admin_sees_whose_account_is_the_companys(company: Company, issuer: Issuer) -> None:
    way = await company(**BY_CLAIM)
    issuer.person["groups"] = ["desk-agents"]
    await way.sign_in()
    way.floor.add("kanri", Role.ADMIN)
    await way.floor.sign_in("kanri")
    async with way.floor.client.get("/users") as page:
        text = await page.text()
    assert text.count("<small>会社のアカウント</small>") == 1 and "会社側の設定で上書きされます" in text
    async with way.floor.client.get("/audit") as page:
        text = await page.text()
    assert "サインイン（会社のアカウント）" in text and "company." not in text


async def test_leaving_too_often_from_one_address_is_stopped(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.COMPANY, "begun", 2)
    way = await company()
    await way.leave()
    await way.leave()
    async with way.floor.client.get("/login/company") as answer:
        assert answer.status == 429 and words("company")["too_many"] in await answer.text()
    found = [key async for key in way.floor.desk.redis.scan_iter("desk:oidc:*")]
    assert len(found) == 2 and 0 < await way.floor.desk.redis.ttl(found[0]) <= oidc_pending.SECONDS


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/jwks"])
async def test_an_issuer_that_is_away_is_told_politely(company: Company, issuer: Issuer, path: str) -> None:
    way = await company(oidc_default_roles="agent")
    issuer.fails[path] = web.HTTPBadGateway
    if path.startswith("/."):
        answer = await way.floor.client.get("/login/company", allow_redirects=False)
    else:
        answer = await way.sign_in()
    await refused(answer, "away", way.floor, 503)
    issuer.fails.clear()
    assert (await way.sign_in()).status == 303


async def test_an_issuer_that_nobody_reaches_is_told_politely(company: Company, issuer: Issuer) -> None:
    way = await company()
    issuer_port = issuer.server.port
    await issuer.server.close()
    assert issuer_port
    async with way.floor.client.get("/login/company", allow_redirects=False) as answer:
        await refused(answer, "away", way.floor, 503)
