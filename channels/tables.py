"""The door's table: which numbers want no SMS from us."""

from __future__ import annotations

import sqlalchemy as sa

from stores import METADATA

STOPS = sa.Table(
    "sms_stops",
    METADATA,
    sa.Column("number", sa.String(64), primary_key=True),  # a keyed hash: the list tells nobody a number
    sa.Column("at", sa.Float, nullable=False),  # epoch seconds
)
