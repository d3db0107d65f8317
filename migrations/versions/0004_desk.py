"""Users, invitations and the append-only audit log of the desk."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004_desk"
down_revision = "0003_voc"
branch_labels = None
depends_on = None

_SQLITE = [
    f"CREATE TRIGGER desk_audit_no_{what} BEFORE {what} ON desk_audit "
    "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
    for what in ("update", "delete")
]
_POSTGRESQL = [
    "CREATE OR REPLACE FUNCTION desk_audit_refuse() RETURNS trigger AS "
    "$$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$ LANGUAGE plpgsql",
    "CREATE TRIGGER desk_audit_append_only BEFORE UPDATE OR DELETE ON desk_audit "
    "FOR EACH ROW EXECUTE FUNCTION desk_audit_refuse()",
]


def upgrade() -> None:
    op.create_table(
        "desk_users",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("display_name", sa.String(64), nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("roles", sa.String(100), nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_desk_users"),
        sa.UniqueConstraint("name", name="uq_desk_users_name"),
    )
    op.create_table(
        "desk_invitations",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("roles", sa.String(100), nullable=False),
        sa.Column("invited_by", sa.String(64), nullable=False),
        sa.Column("expires_at", sa.Float, nullable=False),
        sa.Column("used_at", sa.Float, nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name="pk_desk_invitations"),
    )
    op.create_table(
        "desk_audit",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("user_id", sa.String(20), nullable=False),
        sa.Column("user_name", sa.String(64), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("object", sa.String(200), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_desk_audit"),
    )
    op.create_index("ix_desk_audit_at", "desk_audit", ["at"])
    op.create_index("ix_desk_audit_user_id", "desk_audit", ["user_id"])
    statements = _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    for table in ("desk_audit", "desk_invitations", "desk_users"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION desk_audit_refuse()")
