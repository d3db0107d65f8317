"""Callbacks (電話予約): who is called when, what came of each call, and how many a queue can call in one half hour."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009_callbacks"
down_revision = "0008_calendar"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "callbacks",
        sa.Column("number", sa.String(8), nullable=False),
        sa.Column("conversation_id", sa.String(64), nullable=False),
        sa.Column("queue", sa.String(40), nullable=False),
        sa.Column("slot_at", sa.Integer, nullable=False),
        sa.Column("place", sa.Integer, nullable=True),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("changed_at", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_callbacks"),
        sa.UniqueConstraint("queue", "slot_at", "place", name="uq_callbacks_queue"),
    )
    op.create_index("ix_callbacks_conversation_id", "callbacks", ["conversation_id"])
    op.create_index("ix_callbacks_state", "callbacks", ["state"])
    op.create_table(
        "callback_attempts",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("number", sa.String(8), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("result", sa.String(12), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_callback_attempts"),
    )
    op.create_index("ix_callback_attempts_number", "callback_attempts", ["number"])
    with op.batch_alter_table("queues") as queues:
        queues.add_column(sa.Column("callbacks_per_slot", sa.Integer, nullable=False, server_default="2"))


def downgrade() -> None:
    with op.batch_alter_table("queues") as queues:
        queues.drop_column("callbacks_per_slot")
    op.drop_table("callback_attempts")
    op.drop_table("callbacks")
