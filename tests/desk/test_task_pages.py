"""The board of what is to be done after talks, and the link to the ticket before."""

from __future__ import annotations

from desk import store
from desk.staff import Role, User
from handoff import after_store
from handoff.after_store import FOLLOW_UP, RECOVERY, Ended
from handoff.ledger import Ledger
from handoff.number import spoken
from handoff.ticket import Reason, Ticket
from tests.desk.room import Floor


async def ended(floor: Floor, user: User, cid: str = "c1", **more: object) -> Ticket:
    """A talk that this agent closed for later, in SQL."""
    desk = floor.desk
    ticket = await floor.ticket(cid, **more)
    await desk.queue.claim(ticket.number, user.id, user.display_name)
    await desk.queue.close(ticket.number, user.id, "follow_up", "折り返しの約束")
    ledger = Ledger(desk.redis, desk.engine)
    await ledger.prepare()
    await ledger.write()
    return ticket


async def body(floor: Floor, path: str = "/tasks") -> str:
    async with floor.client.get(path) as answer:
        assert answer.status == 200
        return await answer.text()


async def test_a_supervisor_sees_all_and_what_is_overdue(floor: Floor) -> None:
    agent = floor.add("yamada", Role.AGENT, display_name="山田")
    floor.add("boss", Role.SUPERVISOR)
    await floor.sign_in("boss")
    ticket = await ended(floor, agent)
    assert "未対応（1件）" in await body(floor) and "期限超過" not in await body(floor)
    late = Ended("12345675", "c9", "general", "web", RECOVERY, 1.0)
    after_store.add_task(floor.desk.engine, late, 2.0)
    text = await body(floor)
    assert "期限超過" in text and text.index("1234-5675") < text.index(spoken(ticket.number))
    assert f'href="/inbox/{ticket.number}"' in text and 'href="/voc/conversations/c9"' in text and "山田" in text


async def test_it_is_done_with_a_note_and_on_record(floor: Floor) -> None:
    agent = floor.add("yamada", Role.AGENT, display_name="山田")
    await floor.sign_in("yamada")
    ticket = await ended(floor, agent)
    (task,) = after_store.open_tasks(floor.desk.engine)
    refused = await floor.post(f"/tasks/{task.id}/done", note=" ")
    assert refused.status == 422 and "何をしたか" in await refused.text()
    assert after_store.open_tasks(floor.desk.engine) == [task]
    assert (await floor.post(f"/tasks/{task.id}/done", note="お電話しました")).status == 303
    text = await body(floor)
    assert "未対応（0件）" in text and "お電話しました" in text
    await floor.post(f"/tasks/{task.id}/done", note="もう一度")  # somebody was quicker
    (line,) = [entry for entry in store.entries(floor.desk.engine) if entry.action == "task.done"]
    assert (line.user_id, line.object) == (agent.id, f"{spoken(ticket.number)}: {FOLLOW_UP}")
    assert after_store.done_tasks(floor.desk.engine)[0].note == "お電話しました"


async def test_an_agent_neither_sees_nor_ends_what_is_not_theirs(floor: Floor) -> None:
    agent, other = floor.add("yamada", Role.AGENT), floor.add("suzuki", Role.AGENT)
    await floor.sign_in("suzuki")
    await ended(floor, agent)
    await ended(floor, other, "c2", reason=Reason.COMPLAINT_RECOVERY)
    assert "未対応（1件）" in await body(floor)  # what she promised after the complaint
    (own,) = after_store.open_tasks(floor.desk.engine, other.id)
    others = [task for task in after_store.open_tasks(floor.desk.engine) if task != own]
    assert sorted(task.kind for task in others) == [FOLLOW_UP, RECOVERY]
    for task in others:
        assert (await floor.post(f"/tasks/{task.id}/done", note="済み")).status == 403
    assert len(after_store.open_tasks(floor.desk.engine)) == 3
    assert (await floor.post(f"/tasks/{own.id}/done", note="お電話しました")).status == 303
    assert after_store.open_tasks(floor.desk.engine) == others
    assert (await floor.post("/tasks/99/done", note="済み")).status == 404


async def test_a_ticket_leads_to_the_one_before(floor: Floor) -> None:
    agent = floor.add("yamada", Role.AGENT)
    await floor.sign_in("yamada")
    first = await ended(floor, agent)
    await floor.customer("c1", "まだ直りません", "c1-9")
    again = await floor.desk.queue.open(
        "c1", channel="web", exchange_id="c1-9", reason=Reason.REPEAT_CONTACT, follows=first.number
    )
    text = await body(floor, f"/inbox/{again.number}")
    assert "前回の受付" in text and f'href="/inbox/{first.number}"' in text
    assert "折り返しの約束" in text and "後日あらためて対応" in text


async def test_what_was_a_supervisors_matter_is_not_told_to_an_agent(floor: Floor) -> None:
    boss = floor.add("boss", Role.SUPERVISOR)
    floor.add("yamada", Role.AGENT)
    await floor.sign_in("yamada")
    first = await ended(floor, boss, reason=Reason.ABUSE)
    await floor.customer("c1", "担当者を", "c1-9")
    again = await floor.desk.queue.open(
        "c1", channel="web", exchange_id="c1-9", reason=Reason.CUSTOMER_REQUEST, follows=first.number
    )
    text = await body(floor, f"/inbox/{again.number}")
    assert "前回の受付" in text and "折り返しの約束" not in text
