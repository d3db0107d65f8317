"""The calendar, ticket events and ended tickets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002_handoff"
down_revision = "0001_kb"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_hours",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("queue", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("weekday", sa.String(10), nullable=False),
        sa.Column("opens", sa.String(5), nullable=False),
        sa.Column("closes", sa.String(5), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_hours"),
        sa.UniqueConstraint("queue", "channel", "weekday", "opens", name="uq_calendar_hours_queue"),
    )
    op.create_table(
        "calendar_days",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("queue", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("opens", sa.String(5), nullable=False),
        sa.Column("closes", sa.String(5), nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_days"),
        sa.UniqueConstraint("queue", "channel", "day", "opens", name="uq_calendar_days_queue"),
    )
    op.create_table(
        "ticket_events",
        sa.Column("number", sa.String(8), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("conversation_id", sa.String(64), nullable=False),
        sa.Column("event", sa.String(20), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("from_state", sa.String(12), nullable=False),
        sa.Column("to_state", sa.String(12), nullable=False),
        sa.Column("changed", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", "version", name="pk_ticket_events"),
    )
    op.create_index("ix_ticket_events_conversation_id", "ticket_events", ["conversation_id"])
    op.create_index("ix_ticket_events_at", "ticket_events", ["at"])
    op.create_table(
        "tickets",
        sa.Column("number", sa.String(8), nullable=False),
        sa.Column("conversation_id", sa.String(64), nullable=False),
        sa.Column("exchange_id", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("queue", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(30), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("opened_at", sa.Float, nullable=False),
        sa.Column("claimed_at", sa.Float, nullable=True),
        sa.Column("ended_at", sa.Float, nullable=False),
        sa.Column("owner", sa.String(64), nullable=True),
        sa.Column("disposition", sa.String(40), nullable=True),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("after_hours", sa.Boolean, nullable=False),
        sa.Column("message_left", sa.Boolean, nullable=False),
        sa.Column("first_seq", sa.Integer, nullable=False),
        sa.Column("last_seq", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_tickets"),
    )
    op.create_index("ix_tickets_conversation_id", "tickets", ["conversation_id"])
    op.create_index("ix_tickets_opened_at", "tickets", ["opened_at"])


def downgrade() -> None:
    for table in ("tickets", "ticket_events", "calendar_days", "calendar_hours"):
        op.drop_table(table)
