"""Exchanges, decisions, how far each conversation is known, erasures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003_voc"
down_revision = "0002_handoff"
branch_labels = None
depends_on = None

INDEXES = {
    "voc_exchanges": ("day", "opened_at", "article_id", "ticket", "names_masked"),
    "voc_decisions": ("kept_at",),
    "voc_conversations": ("contact", "changed_at"),
    "voc_erasures": ("conversation_id",),
}


def upgrade() -> None:
    op.create_table(
        "voc_exchanges",
        sa.Column("conversation_id", sa.String(64), nullable=False),
        sa.Column("exchange_id", sa.String(160), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("opened_at", sa.Float, nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("page", sa.Text, nullable=False),
        sa.Column("asked_by", sa.String(16), nullable=False),
        sa.Column("asks", sa.Boolean, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("answers", sa.Text, nullable=False),
        sa.Column("outcome", sa.String(16)),
        sa.Column("decision", sa.String(16)),
        sa.Column("reason", sa.String(64)),
        sa.Column("article_id", sa.String(64)),
        sa.Column("release", sa.Integer),
        sa.Column("confidence", sa.Float),
        sa.Column("runner_up", sa.String(64)),
        sa.Column("runner_up_score", sa.Float),
        sa.Column("intent", sa.Text),
        sa.Column("latency_ms", sa.Integer),
        sa.Column("feedback", sa.String(16), nullable=False),
        sa.Column("solved_asked", sa.Boolean, nullable=False),
        sa.Column("ticket", sa.String(16)),
        sa.Column("agent", sa.Text),
        sa.Column("reduced", sa.Boolean, nullable=False),
        sa.Column("names_masked", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "exchange_id", name="pk_voc_exchanges"),
    )
    op.create_table(
        "voc_decisions",
        sa.Column("conversation_id", sa.String(64), nullable=False),
        sa.Column("message_id", sa.String(160), nullable=False),
        sa.Column("kept_at", sa.Float, nullable=False),
        sa.Column("event", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "message_id", name="pk_voc_decisions"),
    )
    op.create_table(
        "voc_conversations",
        sa.Column("conversation_id", sa.String(64), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("contact", sa.String(64)),
        sa.Column("changed_at", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", name="pk_voc_conversations"),
    )
    op.create_table(
        "voc_erasures",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("conversation_id", sa.String(64), nullable=False),
        sa.Column("erased_at", sa.Float, nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("asked_by", sa.String(16), nullable=False),
        sa.Column("erased", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_voc_erasures"),
    )
    for table, columns in INDEXES.items():
        for column in columns:
            op.create_index(f"ix_{table}_{column}", table, [column])


def downgrade() -> None:
    for table in reversed(INDEXES):
        op.drop_table(table)
