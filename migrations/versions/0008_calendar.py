"""A row for every calendar: its wrap-up buffer, and the version that keeps two editors apart."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008_calendar"
down_revision = "0007_after"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendars",
        sa.Column("queue", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("buffer_minutes", sa.Integer, nullable=False, server_default="0"),
        sa.Column("version", sa.Integer, nullable=False, server_default="1"),
        sa.PrimaryKeyConstraint("queue", "channel", name="pk_calendars"),
    )
    op.execute(  # UNION leaves one row for each
        "INSERT INTO calendars (queue, channel) "
        "SELECT queue, channel FROM calendar_hours UNION SELECT queue, channel FROM calendar_days"
    )


def downgrade() -> None:
    op.drop_table("calendars")
