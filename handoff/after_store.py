"""SQL of what comes after a talk: surveys and tasks. Blocking: call it through `asyncio.to_thread`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from handoff.survey import Survey
from handoff.tables import SURVEYS, TASKS, TICKETS
from handoff.ticket import URGENT, Reason
from nihongo.mask import mask_patterns

OPEN, DONE = "open", "done"
RECOVERY, FOLLOW_UP, WATCH = "recovery", "follow_up", "watch"
# A service that failed is made good, whatever the agent noted.
_RECOVERED = (Reason.COMPLAINT_RECOVERY.value, Reason.NEGATIVE_EMOTION.value)
_FOLLOW_UP = "follow_up"  # the disposition


@dataclass(frozen=True)
class Ended:
    """A ticket after which something is to be done."""

    number: str
    conversation_id: str
    queue: str
    channel: str
    kind: str
    ended_at: float


@dataclass(frozen=True)
class Task:
    """`owner`: the agent who had the talk."""

    id: int
    number: str
    conversation_id: str
    kind: str
    due_at: float
    state: str
    note: str
    done_by: str | None
    done_at: float | None
    created_at: float
    owner: str | None
    reason: str | None
    channel: str | None


def record_surveys(engine: Engine, surveys: Sequence[Survey]) -> None:
    """The newest state of each; one without the answers that are known already changes nothing."""
    with engine.begin() as connection:
        for survey in surveys:
            here = SURVEYS.c.number == survey.number
            known = connection.execute(sa.select(SURVEYS.c.answered_at).where(here)).first()
            if known is None:
                connection.execute(SURVEYS.insert().values(**survey.row()))
            elif (survey.answered_at or 0) >= (known.answered_at or 0):
                connection.execute(SURVEYS.update().where(here).values(**survey.row()))


def without_task(engine: Engine, numbers: Sequence[str]) -> list[Ended]:
    """What is to be done after these ended tickets, and nobody has noted; a ticket may leave more than one kind."""
    query = sa.select(TICKETS).where(TICKETS.c.number.in_(numbers))
    noted = sa.select(TASKS.c.number, TASKS.c.kind).where(TASKS.c.number.in_(numbers))
    with engine.connect() as connection:
        known = {(row.number, row.kind) for row in connection.execute(noted)}
        rows = list(connection.execute(query))
    return [_ended(row, kind) for row in rows for kind in _kinds(row) if (row.number, kind) not in known]


def add_task(engine: Engine, ended: Ended, due_at: float) -> None:
    """Once a ticket and kind."""
    row = {"number": ended.number, "conversation_id": ended.conversation_id, "kind": ended.kind, "due_at": due_at}
    row |= {"state": OPEN, "note": "", "created_at": ended.ended_at}
    with engine.begin() as connection:
        same = (TASKS.c.number == ended.number) & (TASKS.c.kind == ended.kind)
        if connection.execute(sa.select(TASKS.c.id).where(same)).first() is None:
            connection.execute(TASKS.insert().values(**row))


def open_tasks(engine: Engine, owner: str | None = None) -> list[Task]:
    """What is to be done, the most urgent first; `owner`: only follow-ups of this agent's talks."""
    return _tasks(engine, [TASKS.c.state == OPEN, *_of(owner)], TASKS.c.due_at, limit=1000)


def done_tasks(engine: Engine, owner: str | None = None, limit: int = 50) -> list[Task]:
    """What was done lately, the newest first."""
    return _tasks(engine, [TASKS.c.state == DONE, *_of(owner)], TASKS.c.done_at.desc(), limit)


def task(engine: Engine, task_id: int) -> Task | None:
    return next(iter(_tasks(engine, [TASKS.c.id == task_id], TASKS.c.id, 1)), None)


def finish(engine: Engine, task_id: int, done_by: str, note: str, at: float) -> bool:
    """Marks it done; False when somebody has already."""
    mine = (TASKS.c.id == task_id) & (TASKS.c.state == OPEN)
    done = {"state": DONE, "done_by": done_by, "done_at": at, "note": mask_patterns(note)}
    with engine.begin() as connection:
        return bool(connection.execute(TASKS.update().where(mine).values(**done)).rowcount)


def forget(engine: Engine, conversation_id: str) -> int:
    """Erases a conversation's surveys and tasks; how many rows."""
    with engine.begin() as connection:
        return sum(_delete(connection, table, conversation_id) for table in (SURVEYS, TASKS))


def _delete(connection: Connection, table: sa.Table, conversation_id: str) -> int:
    return int(connection.execute(table.delete().where(table.c.conversation_id == conversation_id)).rowcount)


def _of(owner: str | None) -> list[sa.sql.ColumnElement[bool]]:
    return [] if owner is None else [TASKS.c.kind == FOLLOW_UP, TICKETS.c.owner == owner]


def _tasks(engine: Engine, where: list[sa.sql.ColumnElement[bool]], order: object, limit: int) -> list[Task]:
    joined = TASKS.outerjoin(TICKETS, TICKETS.c.number == TASKS.c.number)
    columns = [*TASKS.c, TICKETS.c.owner, TICKETS.c.reason, TICKETS.c.channel]
    query = sa.select(*columns).select_from(joined).where(*where).order_by(order, TASKS.c.id).limit(limit)
    with engine.connect() as connection:
        return [Task(**row) for row in connection.execute(query).mappings()]


def _ended(row: sa.engine.Row, kind: str) -> Ended:
    return Ended(row.number, row.conversation_id, row.queue, row.channel, kind, row.ended_at)


def _kinds(row: sa.engine.Row) -> list[str]:
    """Whose life may be at risk is watched over: there is nothing to apologise for. What the agent promised stands
    beside it."""
    recovered = [WATCH if row.priority >= URGENT else RECOVERY] if row.reason in _RECOVERED else []
    return recovered + ([FOLLOW_UP] if row.disposition == _FOLLOW_UP else [])
