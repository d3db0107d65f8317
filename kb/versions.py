"""Every version of every article that an editor saved, in SQL, so that nothing written is lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from kb.article import Article
from kb.tables import ARTICLE_VERSIONS


@dataclass(frozen=True)
class Version:
    article_id: str
    version: int
    at: datetime
    action: str
    """found (was there before the first save) | save | withdraw | delete"""
    author: str
    yaml: str


def of_article(engine: Engine, article_id: str) -> list[Version]:
    """Newest first."""
    table = ARTICLE_VERSIONS
    rows = sa.select(table).where(table.c.article_id == article_id).order_by(table.c.version.desc())
    with engine.connect() as connection:
        return [Version(*row) for row in connection.execute(rows).all()]


def newest(connection: Connection, article_id: str) -> int:
    """The highest version ever recorded, 0 when there is none."""
    table = ARTICLE_VERSIONS
    found = connection.execute(sa.select(sa.func.max(table.c.version)).where(table.c.article_id == article_id))
    return found.scalar() or 0


def record(connection: Connection, article: Article, action: str, author: str, yaml: str) -> None:
    """Adds one version; a version already known stays as it is."""
    table = ARTICLE_VERSIONS
    same = (table.c.article_id == article.id) & (table.c.version == article.version)
    if connection.execute(sa.select(table.c.version).where(same)).first():
        return
    at = article.updated_at or datetime.now(timezone.utc)
    row = {"article_id": article.id, "version": article.version, "at": at, "action": action}
    connection.execute(table.insert().values(row | {"author": author, "yaml": yaml}))
