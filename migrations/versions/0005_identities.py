"""Company accounts of the desk's users, by issuer and subject."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005_identities"
down_revision = "0004_desk"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "desk_identities",
        sa.Column("issuer", sa.String(255), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("issuer", "subject", name="pk_desk_identities"),
        sa.ForeignKeyConstraint(["user_id"], ["desk_users.id"], name="fk_desk_identities_user_id_desk_users"),
    )
    op.create_index("ix_desk_identities_user_id", "desk_identities", ["user_id"])


def downgrade() -> None:
    op.drop_table("desk_identities")
