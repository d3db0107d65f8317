"""The register of releases in SQL: which there are, which is live, who made it so and why. Call it from threads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from kb.article import Article
from kb.release import Release, content_hash
from kb.tables import RELEASE_LOG, RELEASES

_ATTEMPTS = 50  # publishers who take the same number at the same moment try again


@dataclass(frozen=True)
class Entry:
    """One line of the history: this release became live."""

    at: datetime
    action: str
    """publish | rollback"""
    number: int
    author: str
    reason: str


def publish(engine: Engine, articles: Mapping[str, Article], author: str, reason: str) -> Release:
    """Registers these articles under the next number and makes them live. Numbers are dense."""
    for attempt in range(_ATTEMPTS):
        try:
            with engine.begin() as connection:
                return _add(connection, articles, author, reason)
        except sa.exc.IntegrityError:
            if attempt == _ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")


def rollback(engine: Engine, number: int, author: str, reason: str) -> Release | None:
    """Makes an earlier release live again; None when there is no such number."""
    found = release(engine, number)
    if found is not None:
        with engine.begin() as connection:
            _log(connection, "rollback", number, author, reason)
    return found


def live_number(engine: Engine) -> int | None:
    """The number that should be live, None before the first release."""
    newest = sa.select(RELEASE_LOG.c.number).order_by(RELEASE_LOG.c.id.desc()).limit(1)
    with engine.connect() as connection:
        return connection.execute(newest).scalar()


def release(engine: Engine, number: int) -> Release | None:
    """A release with all its articles."""
    with engine.connect() as connection:
        text = connection.execute(sa.select(RELEASES.c.content).where(RELEASES.c.number == number)).scalar()
    return Release.from_json(text) if text else None


def live(engine: Engine) -> Release | None:
    """The release that should be live."""
    number = live_number(engine)
    return release(engine, number) if number is not None else None


def history(engine: Engine, limit: int = 100) -> list[Entry]:
    """What became live, newest first."""
    rows = sa.select(RELEASE_LOG).order_by(RELEASE_LOG.c.id.desc()).limit(limit)
    with engine.connect() as connection:
        return [Entry(row.at, row.action, row.number, row.author, row.reason) for row in connection.execute(rows).all()]


def _add(connection: Connection, articles: Mapping[str, Article], author: str, reason: str) -> Release:
    newest = connection.execute(sa.select(sa.func.max(RELEASES.c.number))).scalar() or 0
    made = Release(newest + 1, articles, _now(), author, reason, content_hash(articles))
    head = {"number": made.number, "created_at": made.created_at, "author": author, "reason": reason}
    row = head | {"content_hash": made.content_hash, "content": made.to_json()}
    connection.execute(RELEASES.insert().values(row))
    _log(connection, "publish", made.number, author, reason)
    return made


def _log(connection: Connection, action: str, number: int, author: str, reason: str) -> None:
    row = {"at": _now(), "action": action, "number": number, "author": author, "reason": reason}
    connection.execute(RELEASE_LOG.insert().values(row))


def _now() -> datetime:
    return datetime.now(timezone.utc)
