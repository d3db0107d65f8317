"""The agents' own telephones."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012_staff_phone"
down_revision = "0011_sms_stops"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("desk_users") as users:
        users.add_column(sa.Column("phone", sa.String(20), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("desk_users") as users:
        users.drop_column("phone")
