"""Signing in with the company's account: who comes in, as whom, with which roles, and back to where."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import sqlalchemy as sa
from aiohttp import web
from sqlalchemy.engine import Engine
from yarl import URL

from desk import keys, limits, oidc_pending, oidc_people, passwords, sessions, store
from desk.oidc import COOKIE
from desk.staff import Role
from desk.tables import IDENTITIES
from desk.words import words
from tests.desk.oidc_room import Issuer, Way
from tests.desk.room import PASSWORD, Floor

Company = Callable[..., Awaitable[Way]]
BY_CLAIM = {"oidc_roles_claim": "groups", "oidc_roles": "desk-agents=agent;CN=lead,O=x=supervisor,editor"}


def account(floor: Floor, name: str) -> store.Account | None:
    return next((each for each in store.accounts(floor.desk.engine) if each.user.name == name), None)


def recorded(floor: Floor) -> list[tuple[str, str]]:
    return [(entry.action, entry.object) for entry in store.entries(floor.desk.engine)]


async def refused(answer: Any, kind: str, floor: Floor, status: int = 403) -> None:
    """A polite page that tells nothing of the issuer's, one line of the log, and no session."""
    page = await answer.text()
    assert answer.status == status and words("company").get(kind, words("company")["other"]) in page
    assert "サインインできませんでした" in page and "secret words" not in page
    assert recorded(floor)[0] == ("company.refused", kind) and sessions.COOKIE not in floor.cookies()


async def test_the_role_of_the_claim_lets_a_new_person_in(company: Company, issuer: Issuer) -> None:
    way = await company(**BY_CLAIM)
    issuer.person["groups"] = ["everybody", "desk-agents", 7]
    answer = await way.sign_in(next="/inbox?x=1")
    assert answer.status == 303 and answer.headers["Location"] == "/inbox?x=1"
    async with way.floor.client.get("/inbox") as inbox:
        assert inbox.status == 200 and "山田 花子" in await inbox.text()
    found = account(way.floor, "yamada")
    assert found and found.company and found.user.roles == {Role.AGENT}
    assert recorded(way.floor) == [("company.signed_in", "yamada"), ("company.account_made", "yamada: agent")]
    with way.floor.desk.engine.connect() as connection:
        row = connection.execute(sa.select(IDENTITIES)).mappings().one()
    assert (row["issuer"], row["subject"]) == (issuer.url, "248289761001")


async def test_the_login_page_leads_to_the_issuer(company: Company, floor: Floor) -> None:
    async with floor.client.get("/login") as answer:
        assert "会社のアカウント" not in await answer.text()
    for path in ("/login/company", "/login/company/back"):
        async with floor.client.get(path) as answer:
            assert answer.status == 404
    way = await company()
    async with way.floor.client.get("/login?next=/inbox%3Fa%3D1%26b") as answer:
        page = await answer.text()
    link = re.search(r'href="([^"]+)">会社のアカウントでサインイン', page)
    assert link and URL(link[1]) == URL(f"{way.floor.origin}/login/company").with_query(next="/inbox?a=1&b")
    assert 'name="password"' in page


async def test_roles_follow_the_claim_and_what_is_open_elsewhere_ends(company: Company, issuer: Issuer) -> None:
    way = await company(**BY_CLAIM)
    issuer.person["groups"] = ["desk-agents"]
    await way.sign_in()
    before = way.floor.cookies()[sessions.COOKIE]
    way.floor.forget_cookies()
    issuer.person["groups"] = "CN=lead,O=x"
    await way.sign_in()
    found = account(way.floor, "yamada")
    assert found and found.user.roles == {Role.SUPERVISOR, Role.EDITOR}
    assert await way.floor.desk.sessions.find(before) is None
    assert ("company.roles_changed", "yamada: editor,supervisor") in recorded(way.floor)
    async with way.floor.client.get("/voc") as page:
        assert page.status == 200


@pytest.mark.parametrize("groups", [None, [], ["others"], {"desk-agents": 1}, "desk-agents "])
async def test_who_has_no_role_is_told_so(company: Company, issuer: Issuer, groups: object) -> None:
    way = await company(**BY_CLAIM)
    issuer.person["groups"] = groups
    await refused(await way.sign_in(), "no_role", way.floor)
    assert not store.accounts(way.floor.desk.engine)
    assert store.entries(way.floor.desk.engine)[0].user_name == "yamada"


async def test_who_lost_the_role_is_out_everywhere(company: Company, issuer: Issuer) -> None:
    way = await company(**BY_CLAIM)
    issuer.person["groups"] = ["desk-agents"]
    await way.sign_in()
    before = way.floor.cookies()[sessions.COOKIE]
    way.floor.forget_cookies()
    issuer.person["groups"] = []
    await refused(await way.sign_in(), "no_role", way.floor)
    assert await way.floor.desk.sessions.find(before) is None
    found = account(way.floor, "yamada")
    assert found and not found.user.roles
    assert recorded(way.floor)[1] == ("company.roles_changed", "yamada: -")
    way.floor.add("kanri", Role.ADMIN)
    await way.floor.sign_in("kanri")
    async with await way.floor.post(f"/users/{found.user.id}", active="on") as answer:
        assert answer.status == 422
    async with await way.floor.post(f"/users/{found.user.id}") as answer:
        assert answer.status == 303
    stopped = account(way.floor, "yamada")
    assert stopped and not stopped.active


async def test_an_admin_no_more_does_not_keep_the_place_of_the_last_one(company: Company, issuer: Issuer) -> None:
    way = await company(oidc_roles_claim="groups", oidc_roles="boss=admin")
    issuer.person["groups"] = ["boss"]
    await way.sign_in()
    assert store.invite_first_admin(way.floor.desk.engine) is None
    way.floor.forget_cookies()
    issuer.person["groups"] = []
    await refused(await way.sign_in(), "no_role", way.floor)
    assert store.invite_first_admin(way.floor.desk.engine)


async def test_nested_claims_and_claims_with_dots_are_found(company: Company, issuer: Issuer) -> None:
    roles = {"oidc_roles": "a=agent;e=editor"}
    way = await company(oidc_roles_claim="realm_access.roles", **roles)
    issuer.person["realm_access"] = {"roles": ["a"]}
    assert (await way.sign_in()).status == 303
    way = await company(oidc_roles_claim="https://x.example/roles", **roles)
    issuer.person["https://x.example/roles"] = ["e"]
    assert (await way.sign_in()).status == 303
    found = account(way.floor, "yamada")
    assert found and found.user.roles == {Role.EDITOR}


async def test_unknown_people_come_in_only_where_a_setting_says_so(company: Company) -> None:
    way = await company()
    await refused(await way.sign_in(), "no_role", way.floor)
    way = await company(oidc_default_roles="agent")
    assert (await way.sign_in()).status == 303
    found = account(way.floor, "yamada")
    assert found and found.user.roles == {Role.AGENT}


async def test_without_a_claim_an_invitation_gives_the_roles_once(company: Company, issuer: Issuer) -> None:
    way = await company()
    token = store.invite(way.floor.desk.engine, [Role.EDITOR], "kanri")
    async with way.floor.client.get(f"/welcome?token={token}") as page:
        assert f"{way.floor.origin}/login/company?token={token}" in await page.text()
    assert (await way.sign_in(token=token)).status == 303
    assert store.invited_roles(way.floor.desk.engine, token) is None
    found = account(way.floor, "yamada")
    assert found and found.user.roles == {Role.EDITOR}
    way.floor.add("kanri", Role.ADMIN)
    store.change_user(way.floor.desk.engine, found.user.id, [Role.SUPERVISOR], True)
    assert (await way.sign_in()).status == 303  # the admin's change stays
    again = account(way.floor, "yamada")
    assert again and again.user.roles == {Role.SUPERVISOR}
    way.floor.forget_cookies()
    issuer.person["sub"] = "another"
    await refused(await way.sign_in(token=token), "no_role", way.floor)


async def test_a_stopped_user_stays_out_whatever_the_claim_says(company: Company, issuer: Issuer) -> None:
    way = await company(**BY_CLAIM)
    way.floor.add("kanri", Role.ADMIN)
    issuer.person["groups"] = ["desk-agents"]
    await way.sign_in()
    found = account(way.floor, "yamada")
    assert found
    store.change_user(way.floor.desk.engine, found.user.id, [Role.AGENT], False)
    way.floor.forget_cookies()
    await refused(await way.sign_in(), "stopped", way.floor)


async def test_nobody_becomes_another_by_name_or_e_mail(company: Company, issuer: Issuer) -> None:
    way = await company(oidc_default_roles="agent")
    boss = way.floor.add("yamada", Role.ADMIN)
    issuer.person |= {"email": "yamada@x.example", "email_verified": True}
    await way.sign_in()
    issuer.person["sub"] = "another yamada"
    await way.sign_in()
    names = {each.user.name: each.user for each in store.accounts(way.floor.desk.engine)}
    assert len(names) == 3 and names["yamada"] == boss
    assert all(re.fullmatch(r"yamada(-[0-9a-f]{8})?", name) for name in names)
    async with await way.floor.sign_in("yamada", "") as answer:
        assert answer.status == 401


async def test_an_account_of_the_company_has_no_password(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    way = await company(oidc_default_roles="agent")
    await way.sign_in()
    way.floor.forget_cookies()
    for password in ("", " ", PASSWORD):
        assert (await way.floor.sign_in("yamada", password)).status == 401
    asked: list[str | None] = []
    monkeypatch.setattr(passwords, "matches", lambda _, kept: bool(asked.append(kept)))
    await way.floor.sign_in("yamada")
    assert asked == [None]  # takes as long as for a name that nobody has


async def test_a_name_that_cannot_be_shown_becomes_one_that_can(company: Company, issuer: Issuer) -> None:
    way = await company(oidc_default_roles="agent")
    issuer.person = {"sub": "s", "name": "\u202e<i>山田\n" + "あ" * 99, "preferred_username": "山田@x.example"}
    await way.sign_in()
    found = account(way.floor, "staff")
    assert found and len(found.user.display_name) == 40 and found.user.display_name.startswith("<i>山田あ")
    async with way.floor.client.get("/inbox") as page:
        assert "<i>" not in await page.text()


async def test_customers_read_the_family_name_where_the_issuer_tells_it(company: Company, issuer: Issuer) -> None:
    way = await company(oidc_default_roles="agent")
    issuer.person["family_name"] = "山田"
    await way.sign_in()
    found = account(way.floor, "yamada")
    assert found and found.user.display_name == "山田"


@pytest.mark.slow
async def test_two_first_arrivals_at_once_make_one_user(company: Company) -> None:
    way = await company(oidc_default_roles="agent")
    coming = []
    for _ in range(2):
        address = await way.through(await way.leave())
        coming.append((address.path_qs, {COOKIE: way.cookie}))
        way.floor.forget_cookies()
    get = way.floor.client.get
    both = await asyncio.gather(*[get(path, cookies=own, allow_redirects=False) for path, own in coming])
    assert [answer.status for answer in both] == [303, 303] and account(way.floor, "yamada")
    assert len(store.accounts(way.floor.desk.engine)) == 1


def test_who_arrives_second_finds_the_user_of_the_first(sql: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    person = oidc_people.Person("https://x.example", "1", "yamada", "山田", frozenset({Role.AGENT}))
    found = []

    def overtaken(_connection: object, late: oidc_people.Person) -> str:
        monkeypatch.undo()
        found.append(oidc_people.arrive(sql, late, "", ""))
        return "yamada-san"

    monkeypatch.setattr(oidc_people, "_free_name", overtaken)
    second = oidc_people.arrive(sql, person, "", "")
    assert found[0].made and not second.made and second.user == found[0].user
    assert len(store.accounts(sql)) == 1


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
