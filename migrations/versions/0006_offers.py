"""Queues, agents' states and what they take; canned replies and notes on articles; how a ticket's talk ended."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006_offers"
down_revision = "0005_identities"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "queues",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("title", sa.String(60), nullable=False),
        sa.Column("target_percent", sa.Integer, nullable=False),
        sa.Column("target_seconds", sa.Integer, nullable=False),
        sa.Column("offer_seconds", sa.Integer, nullable=False),
        sa.Column("patience_seconds", sa.Integer, nullable=False),
        sa.Column("reasons", sa.String(400), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_queues"),
    )
    op.create_table(
        "agent_states",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("user_id", sa.String(20), nullable=False),
        sa.Column("work", sa.String(12), nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_agent_states"),
    )
    op.create_index("ix_agent_states_user_id", "agent_states", ["user_id"])
    op.create_index("ix_agent_states_at", "agent_states", ["at"])
    op.create_table(
        "canned_replies",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("title", sa.String(40), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_canned_replies"),
    )
    op.create_table(
        "article_notes",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("article_id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("number", sa.String(8), nullable=False),
        sa.Column("conversation_id", sa.String(64), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("done_by", sa.String(64), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_article_notes"),
    )
    for column in ("article_id", "conversation_id", "at"):
        op.create_index(f"ix_article_notes_{column}", "article_notes", [column])
    with op.batch_alter_table("tickets") as tickets:
        tickets.add_column(sa.Column("talk_ended_at", sa.Float, nullable=True))
        tickets.add_column(sa.Column("resolved", sa.Boolean, nullable=True))
        tickets.add_column(sa.Column("category", sa.String(120), nullable=True))
    with op.batch_alter_table("desk_users") as users:
        users.add_column(sa.Column("queues", sa.String(200), nullable=False, server_default=""))
        users.add_column(sa.Column("chats", sa.Integer, nullable=False, server_default="3"))


def downgrade() -> None:
    with op.batch_alter_table("desk_users") as users:
        users.drop_column("chats")
        users.drop_column("queues")
    with op.batch_alter_table("tickets") as tickets:
        tickets.drop_column("category")
        tickets.drop_column("resolved")
        tickets.drop_column("talk_ended_at")
    op.drop_table("article_notes")
    op.drop_table("canned_replies")
    op.drop_table("agent_states")
    op.drop_table("queues")
