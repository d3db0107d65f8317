"""After the talk: surveys, tasks of service recovery, and the ticket that a ticket follows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007_after"
down_revision = "0006_offers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "surveys",
        sa.Column("number", sa.String(8), nullable=False),
        sa.Column("conversation_id", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("asked_at", sa.Float, nullable=False),
        sa.Column("answered_at", sa.Float, nullable=True),
        sa.Column("solved", sa.Boolean, nullable=True),
        sa.Column("ces", sa.Integer, nullable=True),
        sa.Column("scale", sa.String(10), nullable=False),
        sa.Column("direction", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_surveys"),
    )
    op.create_index("ix_surveys_conversation_id", "surveys", ["conversation_id"])
    op.create_index("ix_surveys_asked_at", "surveys", ["asked_at"])
    op.create_table(
        "tasks",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("number", sa.String(8), nullable=False),
        sa.Column("conversation_id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("due_at", sa.Float, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("done_by", sa.String(64), nullable=True),
        sa.Column("done_at", sa.Float, nullable=True),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tasks"),
        sa.UniqueConstraint("number", name="uq_tasks_number"),
    )
    op.create_index("ix_tasks_conversation_id", "tasks", ["conversation_id"])
    op.create_index("ix_tasks_state", "tasks", ["state"])
    with op.batch_alter_table("tickets") as tickets:
        tickets.add_column(sa.Column("follows", sa.String(8), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("tickets") as tickets:
        tickets.drop_column("follows")
    op.drop_table("tasks")
    op.drop_table("surveys")
