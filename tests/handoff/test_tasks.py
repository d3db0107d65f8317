"""Service recovery: what is to be done after some tickets, until when, until somebody has done it."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.engine import Engine

from handoff import after_store, keys
from handoff.after_store import FOLLOW_UP, RECOVERY, WATCH, Task
from handoff.ledger import Ledger
from handoff.ticket import URGENT, Reason
from nihongo.japan_time import TOKYO
from tests.handoff.room import Room


async def ended(
    room: Room, engine: Engine, reason: Reason, disposition: str, again: bool = False, priority: int = 0
) -> list[Task]:
    ticket = await room.ask(reason=reason, priority=priority)
    await room.queue.claim(ticket.number, "a1", "山田")
    await room.queue.close(ticket.number, "a1", disposition)
    ledger = Ledger(room.redis, engine)
    await ledger.prepare()
    await ledger.write()
    if again:  # told again, as after a crash
        for _, fields in await room.redis.xrange(keys.EVENTS):
            await room.redis.xadd(keys.EVENTS, fields)
        await ledger.write()
    return after_store.open_tasks(engine)


def at(*when: int) -> float:
    return datetime(*when, tzinfo=TOKYO).timestamp()  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("reason", "disposition", "kind"),
    [
        (Reason.COMPLAINT_RECOVERY, "resolved", RECOVERY),
        (Reason.NEGATIVE_EMOTION, "resolved", RECOVERY),
        (Reason.CUSTOMER_REQUEST, "follow_up", FOLLOW_UP),
    ],
)
async def test_a_task_is_made_once_and_due_at_the_end_of_the_next_business_day(
    room: Room, sql: Engine, reason: Reason, disposition: str, kind: str
) -> None:
    room.time.move_to(2026, 11, 20, 15, 0)  # a Friday before three days without people
    (task,) = await ended(room, sql, reason, disposition, again=True)
    assert (task.kind, task.owner, task.reason) == (kind, "a1", reason.value)
    assert task.due_at == at(2026, 11, 24, 17, 30)
    assert task.created_at == room.time()


async def test_what_was_promised_after_a_complaint_is_the_agents_to_keep(room: Room, sql: Engine) -> None:
    tasks = await ended(room, sql, Reason.COMPLAINT_RECOVERY, "follow_up", again=True)
    assert sorted(task.kind for task in tasks) == [FOLLOW_UP, RECOVERY]
    assert [task.kind for task in after_store.open_tasks(sql, "a1")] == [FOLLOW_UP]


async def test_whose_life_may_be_at_risk_is_watched_over_not_apologised_to(room: Room, sql: Engine) -> None:
    (task,) = await ended(room, sql, Reason.NEGATIVE_EMOTION, "resolved", priority=URGENT)
    assert task.kind == WATCH


async def test_other_tickets_leave_nothing_to_do(room: Room, sql: Engine) -> None:
    assert await ended(room, sql, Reason.CUSTOMER_REQUEST, "resolved") == []


async def test_a_complaint_that_nobody_took_is_recovered_too(room: Room, sql: Engine) -> None:
    ticket = await room.ask(reason=Reason.COMPLAINT_RECOVERY)
    await room.queue.cancel(ticket.number)
    ledger = Ledger(room.redis, sql)
    await ledger.prepare()
    await ledger.write()
    (task,) = after_store.open_tasks(sql)
    assert (task.number, task.owner) == (ticket.number, None)


async def test_a_task_stays_until_it_is_done_once(room: Room, sql: Engine) -> None:
    (task,) = await ended(room, sql, Reason.CUSTOMER_REQUEST, "follow_up")
    assert after_store.open_tasks(sql, "a1") == [task] and after_store.open_tasks(sql, "a2") == []
    assert after_store.finish(sql, task.id, "a1", "090-1234-5678へお電話した", 5.0)
    assert not after_store.finish(sql, task.id, "a2", "もう一度", 6.0)
    (done,) = after_store.done_tasks(sql)
    assert (done.done_by, done.done_at) == ("a1", 5.0) and "090" not in done.note and "お電話した" in done.note
    assert after_store.open_tasks(sql) == []
    assert after_store.forget(sql, "c1") == 2  # with the survey
    assert after_store.done_tasks(sql) == []


async def test_recoveries_are_not_on_an_agents_list(room: Room, sql: Engine) -> None:
    await ended(room, sql, Reason.COMPLAINT_RECOVERY, "resolved")
    assert after_store.open_tasks(sql, "a1") == []
