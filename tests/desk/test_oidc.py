"""Signing in with the company's account: who comes in, as whom and with which roles."""

from __future__ import annotations

import asyncio
import re

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from yarl import URL

from desk import oidc_people, passwords, sessions, store
from desk.oidc import COOKIE
from desk.staff import Role
from desk.tables import IDENTITIES
from tests.desk.oidc_room import Company, Issuer, account, recorded, refused
from tests.desk.room import PASSWORD, Floor

pytestmark = pytest.mark.slow  # of all in a minute: left to `make test`

BY_CLAIM = {"oidc_roles_claim": "groups", "oidc_roles": "desk-agents=agent;CN=lead,O=x=supervisor,editor"}


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
