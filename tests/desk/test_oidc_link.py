"""A user with a password takes the company's account for themselves, and an admin takes it away again."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
import sqlalchemy as sa
from yarl import URL

from desk import limits, oidc_people, store
from desk.oidc_people import Person
from desk.staff import Role
from desk.tables import IDENTITIES
from desk.words import words
from tests.desk.oidc_room import Company, Issuer, Way, account, recorded
from tests.desk.room import PASSWORD

pytestmark = pytest.mark.slow  # of all in a minute: left to `make test`


@pytest.fixture
async def way(company: Company) -> Way:
    """佐藤 is signed in by password."""
    way = await company()
    way.floor.add("sato", Role.AGENT, display_name="佐藤")
    await way.floor.sign_in("sato")
    return way


async def begin(way: Way, password: str = PASSWORD) -> URL:
    """The password, and where the page then leads."""
    async with await way.floor.post("/me/company", password=password) as answer:
        page = await answer.text()
        assert answer.status == 200, page
    link = re.search(r'href="([^"]+)">会社のアカウントの画面へ進む', page)
    assert link
    return URL(link[1].replace("&amp;", "&"), encoded=True)


async def linked(way: Way) -> Any:
    return await way.back(await way.through(await begin(way)))


def identities(way: Way) -> list[tuple[str, int]]:
    with way.floor.desk.engine.connect() as connection:
        rows = connection.execute(sa.select(IDENTITIES.c.subject, IDENTITIES.c.user_id)).all()
        return [(row.subject, row.user_id) for row in rows]


async def told(way: Way, answer: Any, kind: str) -> None:
    """Nothing is changed, the page says why, and so does the log."""
    assert answer.status == 403 and words("company")[kind] in await answer.text()
    assert recorded(way.floor)[0] == ("company.link_refused", kind)


@pytest.mark.slow
async def test_both_ways_lead_to_the_same_user(way: Way) -> None:
    answer = await linked(way)
    assert answer.status == 303 and answer.headers["Location"] == "/me?done=linked"
    async with way.floor.client.get("/me?done=linked") as page:
        assert "会社のアカウントを登録しました" in await page.text()
    assert recorded(way.floor)[:2] == [("company.linked", "sato: yamada"), ("company.link_begun", "sato")]
    way.floor.forget_cookies()
    assert (await way.sign_in()).status == 303
    assert recorded(way.floor)[0] == ("company.signed_in", "sato")
    way.floor.forget_cookies()
    assert (await way.floor.sign_in("sato")).status == 303
    assert len(store.accounts(way.floor.desk.engine)) == 1


async def test_without_the_right_password_nobody_gets_to_the_issuer(way: Way) -> None:
    for _ in range(limits.OF_A_NAME):
        async with await way.floor.post("/me/company", password="wrong password") as answer:
            assert answer.status == 401 and "画面へ進む" not in await answer.text()
    assert recorded(way.floor)[0] == ("company.link_refused", "password")
    async with await way.floor.post("/me/company", password=PASSWORD) as answer:
        assert answer.status == 429
    assert way.cookie == "" and identities(way) == []


async def test_who_signed_out_or_is_somebody_else_on_the_way_links_nothing(way: Way) -> None:
    way.floor.add("suzuki", Role.AGENT)
    address = await way.through(await begin(way))
    cookie = way.cookie
    way.bring(cookie)
    answer = await way.back(address)
    assert answer.status == 403 and words("company")["state"] in await answer.text()
    await way.floor.sign_in("sato")
    address = await way.through(await begin(way))
    cookie = way.cookie
    await way.floor.sign_in("suzuki")  # in the same browser
    assert way.cookie == cookie
    await told(way, await way.back(address), "state")
    assert identities(way) == []


async def test_an_account_that_is_somebody_elses_stays_theirs(way: Way) -> None:
    way.floor.add("suzuki", Role.AGENT)
    await linked(way)
    before = identities(way)
    await way.floor.sign_in("suzuki")
    await told(way, await linked(way), "linked_elsewhere")
    assert identities(way) == before


async def test_a_user_has_one_account_of_the_issuer(way: Way, issuer: Issuer) -> None:
    await linked(way)
    issuer.person["sub"] = "another"
    async with await way.floor.post("/me/company", password=PASSWORD) as answer:
        page = await answer.text()
    assert "登録されています" in page  # the page offers no second one
    sato = account(way.floor, "sato")
    assert sato
    other = Person(issuer.url, "another", "yamada", "山田", None)
    assert oidc_people.link(way.floor.desk.engine, other, sato.user.id, "") == "linked_already"


async def test_who_would_lose_every_role_is_not_linked(company: Company, issuer: Issuer) -> None:
    way = await company(oidc_roles_claim="groups", oidc_roles="desk-agents=agent")
    way.floor.add("sato", Role.SUPERVISOR)
    await way.floor.sign_in("sato")
    issuer.person["groups"] = ["others"]
    await told(way, await linked(way), "no_role")
    issuer.person["groups"] = ["desk-agents"]
    assert (await linked(way)).status == 303
    await way.sign_in()
    found = account(way.floor, "sato")
    assert found and found.user.roles == {Role.AGENT}  # the claim is the truth


async def test_the_issuers_no_comes_back_to_ones_own_page(way: Way, issuer: Issuer) -> None:
    issuer.error = "access_denied"
    answer = await linked(way)
    await told(way, answer, "cancelled")
    assert "自分の設定" in await answer.text() and "secret words" not in await answer.text()


async def test_of_two_who_link_the_same_account_at_once_one_gets_it(way: Way, issuer: Issuer) -> None:
    engine = way.floor.desk.engine
    users = [way.floor.add(f"user{number}", Role.AGENT) for number in range(4)]
    person = Person(issuer.url, "shared", "x", "x", None)
    got = await asyncio.gather(*(asyncio.to_thread(oidc_people.link, engine, person, one.id, "") for one in users))
    assert sorted(got) == ["", *["linked_elsewhere"] * 3] and len(identities(way)) == 1


async def test_an_admin_unlinks_and_what_is_open_ends(way: Way) -> None:
    await linked(way)
    sato = account(way.floor, "sato")
    assert sato and sato.linked and not sato.company
    way.floor.add("kanri", Role.ADMIN)
    token = next(iter(way.floor.cookies().values()))
    await way.floor.sign_in("kanri")
    async with way.floor.client.get("/users") as page:
        assert "会社のアカウントの登録を外す</button>" in await page.text()
    async with await way.floor.post(f"/users/{sato.user.id}/unlink") as answer:
        assert answer.status == 303
    assert recorded(way.floor)[0] == ("company.unlinked", "sato") and identities(way) == []
    assert await way.floor.desk.sessions.find(token) is None
    way.floor.forget_cookies()
    assert (await way.sign_in()).status == 403  # nobody's any more, and no invitation
    assert (await way.floor.sign_in("sato")).status == 303


async def test_who_has_no_password_is_not_unlinked(company: Company) -> None:
    way = await company(oidc_default_roles="agent")
    await way.sign_in()
    found = account(way.floor, "yamada")
    assert found and found.company
    async with way.floor.client.get("/me") as page:
        assert "会社のアカウントでサインインする利用者です" in await page.text()
    way.floor.add("kanri", Role.ADMIN)
    await way.floor.sign_in("kanri")
    async with await way.floor.post(f"/users/{found.user.id}/unlink") as answer:
        assert answer.status == 422 and words("problems")["no_unlink"] in await answer.text()
    assert len(identities(way)) == 1


async def test_where_passwords_are_off_nothing_is_linked_or_unlinked(company: Company, issuer: Issuer) -> None:
    way = await company(password_sign_in=False, oidc_roles_claim="groups", oidc_roles="boss=admin")
    issuer.person["groups"] = ["boss"]
    sato = way.floor.add("sato", Role.AGENT)
    await way.sign_in()
    async with await way.floor.post("/me/company", password=PASSWORD) as answer:
        assert answer.status == 404
    async with await way.floor.post(f"/users/{sato.id}/unlink") as answer:
        assert answer.status == 422


async def test_without_an_issuer_the_page_speaks_of_no_company(floor: Any) -> None:
    floor.add("sato", Role.AGENT)
    await floor.sign_in("sato")
    async with floor.client.get("/me") as page:
        assert page.status == 200 and "会社のアカウント" not in await page.text()
