"""The agents' own telephones: set by themselves or an admin, known to the queue, needed to claim a caller."""

from __future__ import annotations

from html import unescape

import pytest

from desk import store
from desk.staff import Role, User
from handoff.agents import Work
from handoff.ticket import State
from tests.desk.room import Floor


@pytest.fixture
async def yamada(floor: Floor) -> User:
    user = floor.add("yamada", Role.AGENT, display_name="山田")
    await floor.sign_in("yamada")
    return user


async def save(floor: Floor, phone: str) -> tuple[int, str]:
    async with await floor.post("/me/phone", phone=phone) as answer:
        return answer.status, unescape(await answer.text())


async def shown(floor: Floor, path: str = "/me") -> str:
    async with floor.client.get(path) as answer:
        return unescape(await answer.text())


@pytest.mark.parametrize(
    ("given", "kept", "seen"),
    [
        ("09012345678", "+819012345678", "090-1234-5678"),
        ("０９０－１２３４－５６７８", "+819012345678", "090-1234-5678"),
        ("+81 90 1234 5678", "+819012345678", "090-1234-5678"),
        ("03-1234-5678", "+81312345678", "03-1234-5678"),
        ("050-3123-4567", "+815031234567", "050-3123-4567"),
    ],
)
async def test_a_number_is_kept_as_e164_and_shown_as_people_write_it(
    floor: Floor, yamada: User, given: str, kept: str, seen: str
) -> None:
    await floor.post("/work", work="ready")
    assert (await save(floor, given))[0] == 303
    account, agent = store.account(floor.desk.engine, yamada.id), await floor.desk.agents.get(yamada.id)
    assert account and agent and account.phone == agent.phone == kept
    assert f'value="{seen}"' in await shown(floor)
    assert [one.object for one in store.entries(floor.desk.engine) if one.action == "phone.changed"] == [
        f"yamada: {seen[:3].rstrip('-')}-****-{seen[-4:]}"
    ]


@pytest.mark.parametrize("given", ["090-1234", "+1 212 555 0100", "0120-123-456", "110", "0990-123-456", "秘密です"])
async def test_other_numbers_are_refused_and_what_was_typed_stays(floor: Floor, yamada: User, given: str) -> None:
    status, text = await save(floor, given)
    assert status == 422 and "番号を読み取れませんでした" in text and f'value="{given}"' in text
    account = store.account(floor.desk.engine, yamada.id)
    assert account and account.phone == ""


async def test_it_is_known_at_every_change_of_state_and_an_empty_field_clears_it(floor: Floor, yamada: User) -> None:
    await save(floor, "090-1234-5678")
    await floor.post("/work", work="ready")
    agent = await floor.desk.agents.get(yamada.id)
    assert agent and (agent.work, agent.phone) == (Work.READY, "+819012345678")
    assert (await save(floor, " "))[0] == 303
    agent = await floor.desk.agents.get(yamada.id)
    assert agent and (agent.work, agent.phone) == (Work.READY, "")


async def test_an_admin_sets_anybodys(floor: Floor) -> None:
    yamada = floor.add("yamada", Role.AGENT)
    floor.add("kanri", Role.ADMIN)
    await floor.sign_in("kanri")
    assert (await floor.post(f"/users/{yamada.id}/phone", phone="080-1234-5678")).status == 303
    assert 'value="080-1234-5678"' in await shown(floor, "/users")
    async with await floor.post(f"/users/{yamada.id}/phone", phone="12") as answer:
        assert answer.status == 422 and "番号を読み取れませんでした" in await answer.text()
    assert (await floor.post("/users/99/phone", phone="")).status == 404
    assert "お電話を受ける番号" not in await shown(floor)  # an admin takes no calls


async def test_a_caller_is_claimed_only_by_who_has_a_telephone(floor: Floor, yamada: User) -> None:
    ticket = await floor.ticket("voice-CA1", channel="voice")
    async with await floor.post(f"/inbox/{ticket.number}/claim") as answer:
        text = await answer.text()
        assert answer.status == 409 and "お電話を受ける番号の登録が必要です" in text and 'href="/me"' in text
    await save(floor, "090-1234-5678")
    await floor.post(f"/inbox/{ticket.number}/claim")
    found = await floor.desk.queue.get(ticket.number)
    assert found and (found.state, found.owner) == (State.ASSIGNED, yamada.id)


async def test_what_a_caller_left_is_anybodys_to_read(floor: Floor, yamada: User) -> None:
    ticket = await floor.ticket("voice-CA1", channel="voice")
    await floor.desk.queue.leave_message(ticket.number, 1)
    await floor.post(f"/inbox/{ticket.number}/claim")
    found = await floor.desk.queue.get(ticket.number)
    assert found and found.owner == yamada.id
