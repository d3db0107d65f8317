"""SQL tables of this room: the register of releases, what was made live when, and every version of an article."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import sqlalchemy as sa

from stores import METADATA


class UtcTime(sa.types.TypeDecorator):  # type: ignore[misc]
    """A moment with its zone, on SQLite too (which forgets zones)."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value.astimezone(timezone.utc) if value else None

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=timezone.utc) if value.tzinfo is None else value.astimezone(timezone.utc)


RELEASES = sa.Table(
    "releases",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("author", sa.String(200), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("content_hash", sa.String(64), nullable=False),
    sa.Column("content", sa.Text, nullable=False),  # Release.to_json
)

# Each time a release became live; the newest row says which one is.
RELEASE_LOG = sa.Table(
    "release_log",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("action", sa.String(16), nullable=False),  # publish | rollback
    sa.Column("number", sa.Integer, sa.ForeignKey("releases.number"), nullable=False),
    sa.Column("author", sa.String(200), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
)

ARTICLE_VERSIONS = sa.Table(
    "article_versions",
    METADATA,
    sa.Column("article_id", sa.String(64), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("action", sa.String(16), nullable=False),  # found | save | withdraw | delete
    sa.Column("author", sa.String(200), nullable=False),
    sa.Column("yaml", sa.Text, nullable=False),
)
