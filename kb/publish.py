"""Publishing and rolling back: first the register (SQL), then its mirror in Redis that every process follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import redis
from sqlalchemy.engine import Engine

from kb import keys, register
from kb.check import check
from kb.files import load
from kb.problem import Refused
from kb.release import Changes, Release, changes, content_hash

_KEPT_SECONDS = 86_400  # in Redis, after another became live; the register keeps it for ever


@dataclass(frozen=True)
class Published:
    release: Release
    changes: Changes
    """Against what was live before."""
    mirrored: bool
    """False: Redis is away; the next mirror makes it live."""


@dataclass(frozen=True)
class Unchanged:
    """The articles say just what the live release says."""

    release: Release


def publish(
    engine: Engine, client: Any, kb_dir: Path, author: str, reason: str, today: date
) -> Published | Unchanged | Refused:
    """Checks the files and makes the ready articles live."""
    loaded = load(kb_dir)
    if errors := tuple(problem for problem in check(loaded, today) if problem.stops):
        return Refused(errors)
    before = register.live(engine)
    if before and before.content_hash == content_hash(loaded.ready):
        mirror(engine, client)
        return Unchanged(before)
    made = register.publish(engine, loaded.ready, author, reason)
    return Published(made, changes(before.articles if before else {}, made.articles), mirror(engine, client))


def rollback(engine: Engine, client: Any, number: int, author: str, reason: str) -> Published | Unchanged | None:
    """Makes an earlier release live again; the files stay as they are. None: there is no such number."""
    before = register.live(engine)
    if before and before.number == number:
        mirror(engine, client)
        return Unchanged(before)
    made = register.rollback(engine, number, author, reason)
    if made is None:
        return None
    return Published(made, changes(before.articles if before else {}, made.articles), mirror(engine, client))


def mirror(engine: Engine, client: Any) -> bool:
    """Makes Redis say what the register says. False when Redis is away.

    Two publishers may write here in the other order than in SQL; each looks again after writing, so the last one
    to look has seen the newest entry.
    """
    try:
        _settle(client, lambda: register.live_number(engine), lambda number: register.release(engine, number))
        return True
    except redis.RedisError:
        return False


def _settle(client: Any, wanted: Callable[[], int | None], content: Callable[[int], Release | None]) -> None:
    number = wanted()
    while number is not None:
        found = content(number)
        assert found is not None
        _write(client, number, found.to_json())
        newer = wanted()
        if newer == number:
            return
        number = newer


def _write(client: Any, number: int, text: str) -> None:
    before = client.get(keys.LIVE)
    with client.pipeline(transaction=True) as steps:
        steps.set(keys.release(number), text)
        steps.set(keys.LIVE, number)
        if before and before != str(number):
            steps.expire(keys.release(int(before)), _KEPT_SECONDS)
        steps.publish(keys.CHANGED, number)
        steps.execute()
