"""Numbers that want no SMS from us."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011_sms_stops"
down_revision = "0010_tasks_by_kind"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sms_stops",
        sa.Column("number", sa.String(64), primary_key=True),
        sa.Column("at", sa.Float, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("sms_stops")
