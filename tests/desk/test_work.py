"""Agents' own state, and what supervisors and agents do with a ticket."""

from __future__ import annotations

import pytest

from desk import store
from desk.staff import Role, User
from handoff import store as records
from handoff.agents import Agent, Work
from handoff.ticket import Reason, State
from tests.desk.room import Floor
from tests.desk.test_inbox import page

pytestmark = pytest.mark.slow  # of all in a minute: left to `make test`


@pytest.fixture
async def yamada(floor: Floor) -> User:
    user = floor.add("yamada", Role.AGENT, display_name="山田")
    await floor.sign_in("yamada")
    return user


async def test_a_state_is_kept_with_what_the_agent_serves(floor: Floor, yamada: User) -> None:
    store.set_serving(floor.desk.engine, yamada.id, ["general", "repair"], 2)
    await floor.post("/work", work="ready")
    agent = await floor.desk.agents.get(yamada.id)
    assert agent and (agent.work, agent.queues, agent.chats) == (Work.READY, ("general", "repair"), 2)
    await floor.post("/work", work="break:lunch")
    await floor.post("/work", work="break:lunch")
    assert [(row["work"], row["code"]) for row in records.works(floor.desk.engine, 0)] == [
        ("ready", ""),
        ("break", "lunch"),
    ]


@pytest.mark.parametrize("work", ["", "missed", "break", "break:nap", "ready; drop"])
async def test_other_states_are_refused(floor: Floor, yamada: User, work: str) -> None:
    async with await floor.post("/work", work=work) as answer:
        assert answer.status == 400


async def test_whoever_opens_the_page_can_be_handed_a_talk(floor: Floor, yamada: User) -> None:
    ws = await floor.client.ws_connect("/inbox/socket", headers={"Origin": floor.origin})
    await ws.receive()
    (agent,) = await floor.desk.agents.all()
    assert (agent.id, agent.name, agent.work, agent.here) == (yamada.id, "山田", Work.OFF, True)
    await ws.close()
    await floor.post("/work", work="ready")
    ws = await floor.client.ws_connect("/inbox/socket", headers={"Origin": floor.origin})
    await ws.receive()
    (agent,) = await floor.desk.agents.all()
    assert agent.work is Work.READY  # who had chosen keeps it
    await ws.close()


async def test_who_signs_out_takes_no_more(floor: Floor, yamada: User) -> None:
    await floor.post("/work", work="ready")
    await floor.post("/logout")
    agent = await floor.desk.agents.get(yamada.id)
    assert agent and agent.work is Work.OFF


async def test_an_offer_is_for_one_agent_and_the_others_see_who_is_asked(floor: Floor, yamada: User) -> None:
    ticket = await floor.ticket()
    await floor.desk.queue.offer(ticket.number, "99")
    async with await floor.post(f"/inbox/{ticket.number}/claim") as answer:
        assert answer.headers["Location"].endswith("?lost=1")
    await floor.desk.queue.decline(ticket.number, "99")
    await floor.desk.queue.offer(ticket.number, yamada.id)
    await floor.post(f"/inbox/{ticket.number}/decline")
    found = await floor.desk.queue.get(ticket.number)
    assert found and found.state is State.WAITING and set(found.passed) == {"99", yamada.id}


async def test_a_transfer_goes_where_there_is_something(floor: Floor, yamada: User) -> None:
    ticket = await floor.ticket()
    await floor.post(f"/inbox/{ticket.number}/claim")
    for to in ("", "queue:nowhere", "agent:77", f"agent:{yamada.id}"):
        async with await floor.post(f"/inbox/{ticket.number}/transfer", to=to) as answer:
            assert answer.status == 400
    await floor.post(f"/inbox/{ticket.number}/transfer", to="queue:general", note="至急です")
    found = await floor.desk.queue.get(ticket.number)
    assert found and (found.state, found.notes[0]["text"]) == (State.WAITING, "至急です")


WHOLE = {"category": "配送/送料/金額の確認", "disposition": "resolved", "resolved": "yes", "note": "ご案内済み"}


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"category": "うそ/うそ/うそ"}, "応対区分を選んで"),
        ({"category": ""}, "応対区分を選んで"),
        ({"disposition": ""}, "結果を選んで"),
        ({"resolved": ""}, "解決したかどうかを選んで"),
        ({"resolved": "no"}, "どちらかを直して"),
    ],
)
async def test_a_record_is_whole_and_agrees(floor: Floor, yamada: User, wrong: dict[str, str], told: str) -> None:
    ticket = await floor.ticket()
    await floor.post(f"/inbox/{ticket.number}/claim")
    await floor.post(f"/inbox/{ticket.number}/end")
    async with await floor.post(f"/inbox/{ticket.number}/close", **WHOLE | wrong) as answer:
        shown = await answer.text()
        assert answer.status == 422 and told in shown and ">ご案内済み</textarea>" in shown
        assert ('value="resolved" selected' in shown) is ("disposition" not in wrong)
    await floor.post(f"/inbox/{ticket.number}/close", **WHOLE)
    found = await floor.desk.queue.get(ticket.number)
    assert found and (found.state, found.category, found.resolved) == (State.CLOSED, WHOLE["category"], True)


async def test_only_supervisors_assign_and_move(floor: Floor, yamada: User) -> None:
    ticket = await floor.ticket()
    for deed in ("assign", "move"):
        async with await floor.post(f"/inbox/{ticket.number}/{deed}", to=yamada.id, by="up") as answer:
            assert answer.status == 403
    floor.forget_cookies()
    kato = floor.add("kato", Role.SUPERVISOR, display_name="加藤")
    await floor.sign_in("kato")
    await floor.post(f"/inbox/{ticket.number}/move", by="up")
    await floor.post(f"/inbox/{ticket.number}/assign", to=kato.id)
    found = await floor.desk.queue.get(ticket.number)
    assert found and (found.priority, found.owner, found.owner_name) == (1, kato.id, "加藤")
    async with await floor.post(f"/inbox/{ticket.number}/assign", to="77") as answer:
        assert answer.status == 400


async def test_what_was_not_transferred_is_told_and_the_note_stays_in_its_box(floor: Floor, yamada: User) -> None:
    ticket = await floor.ticket()
    await floor.post(f"/inbox/{ticket.number}/claim")
    await floor.post(f"/inbox/{ticket.number}/release")
    answer = await floor.post(f"/inbox/{ticket.number}/transfer", to="queue:general", note="至急です<b>")
    shown = await answer.text()
    assert answer.status == 409 and "転送できませんでした" in shown
    assert "至急です&lt;b&gt;</textarea>" in shown and "社内メモとして残す" in shown
    found = await floor.desk.queue.get(ticket.number)
    assert found and (found.state, found.notes) == (State.WAITING, ())
    await floor.desk.queue.claim(ticket.number, "9", "佐藤")  # now it is not theirs to read
    answer = await floor.post(f"/inbox/{ticket.number}/transfer", to="queue:general", note="至急です")
    shown = await answer.text()
    assert "至急です</textarea>" in shown and "社内メモとして残す" not in shown and "届いた鍋" not in shown


async def test_a_colleague_of_another_queue_may_be_chosen_by_name(floor: Floor, yamada: User) -> None:
    ticket = await floor.ticket()
    await floor.post(f"/inbox/{ticket.number}/claim")
    for name, queues in (("suzuki", ()), ("sato", ("repair",))):
        await floor.desk.agents.set(Agent(name, name, queues=queues), Work.READY)
        await floor.desk.agents.here(name)
    shown = await page(floor, f"/inbox/{ticket.number}/colleagues")
    assert "suzuki（受付可）" in shown and "sato（受付可・担当外の窓口）" in shown
    await floor.post(f"/inbox/{ticket.number}/transfer", to="agent:sato")
    found = await floor.desk.queue.get(ticket.number)
    assert found and (found.state, found.for_agent) == (State.WAITING, "sato")


async def test_a_matter_for_supervisors_goes_to_nobody_else(floor: Floor) -> None:
    boss = floor.add("kato", Role.SUPERVISOR, display_name="加藤")
    await floor.sign_in("kato")
    ticket = await floor.ticket(reason=Reason.ABUSE)
    await floor.desk.queue.claim(ticket.number, boss.id, boss.display_name)
    await floor.desk.agents.set(Agent("suzuki", "鈴木"), Work.READY)
    await floor.desk.agents.here("suzuki")
    assert 'value="agent:suzuki" disabled' in await page(floor, f"/inbox/{ticket.number}/colleagues")
    assert (await floor.post(f"/inbox/{ticket.number}/transfer", to="agent:suzuki")).status == 400
    other = await floor.ticket("c2", reason=Reason.ABUSE)
    assert 'value="suzuki" disabled' in await page(floor, f"/inbox/{other.number}/colleagues")
    assert (await floor.post(f"/inbox/{other.number}/assign", to="suzuki")).status == 400


async def test_a_caller_is_given_to_nobody_without_a_telephone(floor: Floor) -> None:
    boss = floor.add("kato", Role.SUPERVISOR, display_name="加藤")
    await floor.sign_in("kato")
    ticket = await floor.ticket(channel="voice")
    for agent in (Agent("suzuki", "鈴木"), Agent("sato", "佐藤", phone="+815011112222")):
        await floor.desk.agents.set(agent, Work.READY)
        await floor.desk.agents.here(agent.id)
    shown = await page(floor, f"/inbox/{ticket.number}/colleagues")
    assert "鈴木（受付可・応対中0件・電話番号が未登録のため選べません）" in shown
    assert (await floor.post(f"/inbox/{ticket.number}/assign", to="suzuki")).status == 400
    async with await floor.post(f"/inbox/{ticket.number}/assign", to=boss.id) as answer:
        assert answer.status == 409 and "番号の登録が必要です" in await answer.text()
    await floor.post(f"/inbox/{ticket.number}/assign", to="sato")
    found = await floor.desk.queue.get(ticket.number)
    assert found and (found.state, found.owner) == (State.ASSIGNED, "sato")


async def test_whose_talk_a_supervisor_took_over_is_told_so(floor: Floor, yamada: User) -> None:
    ticket = await floor.ticket()
    await floor.post(f"/inbox/{ticket.number}/claim")
    await floor.desk.queue.assign(ticket.number, "9", "9", "管理")
    async with floor.client.get(f"/inbox/{ticket.number}?lost=1") as answer:
        assert "<strong>管理</strong>さんが引き継ぎました" in await answer.text()
