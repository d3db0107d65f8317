"""How surely the telephone's recogniser heard what a caller said."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013_voc_recognition"
down_revision = "0012_staff_phone"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("voc_exchanges") as exchanges:
        exchanges.add_column(sa.Column("recognition", sa.Float))


def downgrade() -> None:
    with op.batch_alter_table("voc_exchanges") as exchanges:
        exchanges.drop_column("recognition")
