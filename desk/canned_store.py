"""SQL of the replies that are ready to be used. Blocking: call it through `asyncio.to_thread`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
import yaml
from sqlalchemy.engine import Engine

from desk.tables import CANNED


@dataclass(frozen=True)
class Canned:
    id: int
    title: str
    text: str


def canned(engine: Engine) -> list[Canned]:
    with engine.connect() as connection:
        return [Canned(**row) for row in connection.execute(sa.select(CANNED).order_by(CANNED.c.id)).mappings()]


def save_canned(engine: Engine, reply: int | None, title: str, text: str) -> None:
    """A new one, or the one with this id anew."""
    values = {"title": title, "text": text}
    change = CANNED.insert() if reply is None else CANNED.update().where(CANNED.c.id == reply)
    with engine.begin() as connection:
        connection.execute(change.values(**values))


def delete_canned(engine: Engine, reply: int) -> None:
    with engine.begin() as connection:
        connection.execute(CANNED.delete().where(CANNED.c.id == reply))


def plant_canned(engine: Engine) -> None:
    """Those of canned.yml, where there are none."""
    if not canned(engine):
        for one in yaml.safe_load(Path(__file__).with_name("canned.yml").read_text()):
            save_canned(engine, None, one["title"], one["text"])
