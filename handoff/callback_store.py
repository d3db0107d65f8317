"""SQL of callbacks: who is called when, and what came of it. Blocking: call it through `asyncio.to_thread`.

One row a ticket. A slot has as many places as its queue allows; (queue, slot, place) is unique, so that of any number
who want the last place one gets it. A row that is over has no place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, Row

from handoff.tables import CALLBACK_ATTEMPTS, CALLBACKS

_TABLE = CALLBACKS.c


class CallbackState(str, Enum):
    BOOKED = "booked"
    DUE = "due"  # its time has come: an agent is looked for
    ATTEMPTED = "attempted"  # called in vain, to be called again
    DONE = "done"
    MISSED = "missed"  # nobody took it in time, or the customer was not reached
    CANCELLED = "cancelled"


class Result(str, Enum):
    """What came of one call."""

    CONNECTED = "connected"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    WRONG_NUMBER = "wrong_number"


LIVE = (CallbackState.BOOKED, CallbackState.DUE, CallbackState.ATTEMPTED)


@dataclass(frozen=True)
class Attempt:
    at: float
    by: str  # user id of the agent
    result: Result


@dataclass(frozen=True)
class Callback:
    """`slot_at`: the start of the half hour, epoch seconds."""

    number: str
    queue: str
    slot_at: int
    state: CallbackState
    attempts: tuple[Attempt, ...] = ()


def taken(engine: Engine, queue: str, since: int, until: int, besides: str = "") -> Counter[int]:
    """Places taken by slot; `besides`: the ticket whose own place does not count."""
    own = (_TABLE.queue == queue) & (_TABLE.number != besides) & _TABLE.place.is_not(None)
    query = sa.select(_TABLE.slot_at, sa.func.count()).where(own & _TABLE.slot_at.between(since, until))
    with engine.connect() as connection:
        return Counter(dict(tuple(row) for row in connection.execute(query.group_by(_TABLE.slot_at))))


def book(engine: Engine, number: str, conversation_id: str, queue: str, slot_at: int, places: int, now: float) -> bool:
    """Gives the ticket a place in the slot, and its old one back. False: all are taken. Again changes nothing."""
    row = {"queue": queue, "slot_at": slot_at, "state": CallbackState.BOOKED.value, "changed_at": now}
    while (place := _free_place(engine, number, queue, slot_at, places)) is not None:
        try:
            with engine.begin() as connection:
                _put(connection, number, row | {"place": place}, {"conversation_id": conversation_id})
            return True
        except sa.exc.IntegrityError:  # somebody was quicker
            continue
    return False


def _put(connection: Connection, number: str, row: dict[str, object], once: dict[str, object]) -> None:
    changed = connection.execute(CALLBACKS.update().where(_TABLE.number == number).values(**row))
    if not changed.rowcount:
        fresh = row | once | {"number": number, "created_at": row["changed_at"]}
        connection.execute(CALLBACKS.insert().values(**fresh))


def _free_place(engine: Engine, number: str, queue: str, slot_at: int, places: int) -> int | None:
    here = (_TABLE.queue == queue) & (_TABLE.slot_at == slot_at) & (_TABLE.number != number)
    with engine.connect() as connection:
        held = {row.place for row in connection.execute(sa.select(_TABLE.place).where(here))}
    return next((place for place in range(places) if place not in held), None)


def set_state(engine: Engine, number: str, state: CallbackState, now: float) -> None:
    """A state that ends it gives its place back."""
    row: dict[str, object] = {"state": state.value, "changed_at": now}
    if state not in LIVE:
        row["place"] = None
    with engine.begin() as connection:
        connection.execute(CALLBACKS.update().where(_TABLE.number == number).values(**row))


def attempt(engine: Engine, number: str, made: Attempt) -> int:
    """Keeps what came of a call; how many calls there were in vain until now."""
    row = {"number": number, "at": made.at, "by": made.by, "result": made.result.value}
    with engine.begin() as connection:
        connection.execute(CALLBACK_ATTEMPTS.insert().values(**row))
        query = sa.select(sa.func.count()).where(
            (CALLBACK_ATTEMPTS.c.number == number) & (CALLBACK_ATTEMPTS.c.result != Result.CONNECTED.value)
        )
        return int(connection.execute(query).scalar_one())


def of_ticket(engine: Engine, number: str) -> Callback | None:
    calls = sa.select(CALLBACK_ATTEMPTS).where(CALLBACK_ATTEMPTS.c.number == number).order_by(CALLBACK_ATTEMPTS.c.id)
    with engine.connect() as connection:
        row = connection.execute(sa.select(CALLBACKS).where(_TABLE.number == number)).first()
        made = connection.execute(calls).all() if row else []
    return _callback(row, (Attempt(one.at, one.by, Result(one.result)) for one in made)) if row else None


def _callback(row: Row, attempts: Iterable[Attempt]) -> Callback:
    return Callback(row.number, row.queue, row.slot_at, CallbackState(row.state), tuple(attempts))


def since(engine: Engine, at: float) -> list[Callback]:
    """Those of slots from this time on, in order, with their calls."""
    own = _TABLE.slot_at >= at
    later = sa.select(CALLBACKS).where(own).order_by(_TABLE.slot_at, _TABLE.number)
    calls = sa.select(CALLBACK_ATTEMPTS).where(CALLBACK_ATTEMPTS.c.number.in_(sa.select(_TABLE.number).where(own)))
    with engine.connect() as connection:
        rows = connection.execute(later).all()
        made: dict[str, list[Attempt]] = {row.number: [] for row in rows}
        for one in connection.execute(calls.order_by(CALLBACK_ATTEMPTS.c.id)):
            made[one.number].append(Attempt(one.at, one.by, Result(one.result)))
    return [_callback(row, made[row.number]) for row in rows]


def live(engine: Engine) -> list[tuple[str, CallbackState]]:
    """Those that are not over."""
    query = sa.select(_TABLE.number, _TABLE.state).where(_TABLE.state.in_([one.value for one in LIVE]))
    with engine.connect() as connection:
        return [(row.number, CallbackState(row.state)) for row in connection.execute(query)]


def forget(engine: Engine, conversation_id: str) -> int:
    """Erases a conversation's callbacks; how many rows."""
    own = sa.select(_TABLE.number).where(_TABLE.conversation_id == conversation_id)
    with engine.begin() as connection:
        calls = connection.execute(CALLBACK_ATTEMPTS.delete().where(CALLBACK_ATTEMPTS.c.number.in_(own)))
        rows = connection.execute(CALLBACKS.delete().where(_TABLE.conversation_id == conversation_id))
    return int(calls.rowcount + rows.rowcount)
