"""SQL queries of this room but those of the calendar. Blocking: call them through `asyncio.to_thread`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml
from sqlalchemy.engine import Connection, Engine

from handoff.events import Event
from handoff.queue_settings import GENERAL, QueueSettings
from handoff.tables import AGENT_STATES, QUEUES, TICKET_EVENTS, TICKETS
from handoff.ticket import OPEN, State

QUEUES_SEED = Path(__file__).with_name("queues.yml")


def record(engine: Engine, events: list[Event]) -> None:
    """Adds events (each once, by number and version) and writes the row of every ticket that has ended."""
    with engine.begin() as connection:
        for event in events:
            here = (TICKET_EVENTS.c.number == event.number) & (TICKET_EVENTS.c.version == event.version)
            if connection.execute(sa.select(TICKET_EVENTS.c.version).where(here)).first() is None:
                connection.execute(TICKET_EVENTS.insert().values(**_event_row(connection, event)))
        for number in {event.number for event in events if State(event.to_state) not in OPEN}:
            connection.execute(TICKETS.delete().where(TICKETS.c.number == number))
            connection.execute(TICKETS.insert().values(**_ticket_row(connection, number)))


def _event_row(connection: Connection, event: Event) -> dict[str, Any]:
    row = {key: value for key, value in vars(event).items() if key != "changed"}
    changed = event.without_packet().changed
    conversation_id = changed.get("conversation_id")
    if conversation_id is None:
        first = sa.select(TICKET_EVENTS.c.conversation_id).where(TICKET_EVENTS.c.number == event.number).limit(1)
        conversation_id = connection.execute(first).scalar_one()
    return row | {"conversation_id": conversation_id, "changed": json.dumps(changed, ensure_ascii=False)}


def _ticket_row(connection: Connection, number: str) -> dict[str, Any]:
    query = sa.select(TICKET_EVENTS).where(TICKET_EVENTS.c.number == number).order_by(TICKET_EVENTS.c.version)
    fields: dict[str, Any] = {"claimed_at": None}
    for event in connection.execute(query).mappings():
        fields.update(json.loads(event["changed"]))
        fields["ended_at"] = event["at"]
        if event["event"] in ("claimed", "assigned") and fields["claimed_at"] is None:
            fields["claimed_at"] = event["at"]
    return {column.name: fields.get(column.name) for column in TICKETS.columns}


def seed_queues(path: Path = QUEUES_SEED) -> tuple[QueueSettings, ...]:
    """The queues of the seed file."""
    found = yaml.safe_load(path.read_text())["queues"]
    return tuple(QueueSettings(**one | {"reasons": tuple(one["reasons"])}) for one in found)


def load_queues(engine: Engine) -> tuple[QueueSettings, ...]:
    """In the order of their names, the general one first."""
    with engine.connect() as connection:
        rows = [dict(row) for row in connection.execute(sa.select(QUEUES)).mappings()]
    found = [QueueSettings(**row | {"reasons": tuple(filter(None, row["reasons"].split(",")))}) for row in rows]
    return tuple(sorted(found, key=lambda one: (one.name != GENERAL, one.name)))


def save_queue(engine: Engine, queue: QueueSettings) -> None:
    """A new one, or the one of this name anew."""
    with engine.begin() as connection:
        connection.execute(QUEUES.delete().where(QUEUES.c.name == queue.name))
        connection.execute(QUEUES.insert().values(**vars(queue) | {"reasons": ",".join(queue.reasons)}))


def remove_queue(engine: Engine, name: str) -> None:
    with engine.begin() as connection:
        connection.execute(QUEUES.delete().where(QUEUES.c.name == name))


def plant_queues(engine: Engine) -> int:
    """Writes those of the seed file that SQL does not have; how many."""
    known = {one.name for one in load_queues(engine)}
    fresh = [one for one in seed_queues() if one.name not in known]
    for one in fresh:
        save_queue(engine, one)
    return len(fresh)


def events_of_opened(engine: Engine, since: float, until: float) -> list[Event]:
    """All events of the tickets that were opened in this time, in order for each ticket."""
    opened = sa.select(TICKET_EVENTS.c.number).where(
        TICKET_EVENTS.c.event == "opened", TICKET_EVENTS.c.at >= since, TICKET_EVENTS.c.at < until
    )
    query = sa.select(TICKET_EVENTS).where(TICKET_EVENTS.c.number.in_(opened))
    with engine.connect() as connection:
        rows = connection.execute(query.order_by(TICKET_EVENTS.c.number, TICKET_EVENTS.c.version)).mappings().all()
    return [_event(row) for row in rows]


def _event(row: Mapping[str, Any]) -> Event:
    fields = {name: value for name, value in row.items() if name != "conversation_id"}
    return Event(**fields | {"changed": json.loads(row["changed"])})


def record_work(engine: Engine, agent_id: str, work: str, code: str, at: float) -> None:
    """An agent's new state."""
    with engine.begin() as connection:
        connection.execute(AGENT_STATES.insert().values(user_id=agent_id, work=work, code=code, at=at))


def works(engine: Engine, since: float) -> list[dict[str, Any]]:
    """Agents' states in order of time: `user_id`, `work`, `code`, `at`; the newest before `since` too."""
    table = AGENT_STATES.c
    before = sa.select(sa.func.max(table.id)).where(table.at < since).group_by(table.user_id)
    query = sa.select(AGENT_STATES).where((table.at >= since) | table.id.in_(before)).order_by(table.at, table.id)
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def forget(engine: Engine, conversation_id: str) -> int:
    """Erases a conversation's tickets and their events; how many rows."""
    with engine.begin() as connection:
        gone = [
            connection.execute(table.delete().where(table.c.conversation_id == conversation_id)).rowcount
            for table in (TICKETS, TICKET_EVENTS)
        ]
    return sum(gone)
