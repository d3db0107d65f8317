"""SQL of the desk: users, company accounts, invitations, the audit log (that the database itself keeps append-only)."""

from __future__ import annotations

import sqlalchemy as sa

from stores import METADATA

USERS = sa.Table(
    "desk_users",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(64), nullable=False, unique=True),
    sa.Column("display_name", sa.String(64), nullable=False),
    sa.Column("password_hash", sa.String(200), nullable=False),  # empty: only by the company's account
    sa.Column("roles", sa.String(100), nullable=False),  # comma list
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("created_at", sa.Float, nullable=False),
    sa.Column("queues", sa.String(200), nullable=False, server_default=""),  # comma list of those they serve; none: all
    sa.Column("chats", sa.Integer, nullable=False, server_default="3"),  # at once
    sa.Column("phone", sa.String(20), nullable=False, server_default=""),  # E.164: rings when they claim a caller
)

# Company accounts: who a user is at the issuer. Names and e-mail addresses change hands, subjects do not.
IDENTITIES = sa.Table(
    "desk_identities",
    METADATA,
    sa.Column("issuer", sa.String(255), primary_key=True),
    sa.Column("subject", sa.String(255), primary_key=True),
    sa.Column("user_id", sa.Integer, sa.ForeignKey("desk_users.id"), nullable=False, index=True),
    sa.Column("created_at", sa.Float, nullable=False),
)

INVITATIONS = sa.Table(
    "desk_invitations",
    METADATA,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("roles", sa.String(100), nullable=False),
    sa.Column("invited_by", sa.String(64), nullable=False),
    sa.Column("expires_at", sa.Float, nullable=False),
    sa.Column("used_at", sa.Float, nullable=True),
)

AUDIT = sa.Table(
    "desk_audit",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.Float, nullable=False, index=True),
    sa.Column("user_id", sa.String(20), nullable=False, index=True),
    sa.Column("user_name", sa.String(64), nullable=False),
    sa.Column("action", sa.String(40), nullable=False),
    sa.Column("object", sa.String(200), nullable=False),
    sa.Column("address", sa.String(64), nullable=False),
)

CANNED = sa.Table(
    "canned_replies",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("title", sa.String(40), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
)

ARTICLE_NOTES = sa.Table(
    "article_notes",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("article_id", sa.String(64), nullable=False, index=True),  # empty: there is no article yet
    sa.Column("kind", sa.String(12), nullable=False),  # wrong, lacking, missing
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("number", sa.String(8), nullable=False),
    sa.Column("conversation_id", sa.String(64), nullable=False, index=True),
    sa.Column("by", sa.String(64), nullable=False),
    sa.Column("at", sa.Float, nullable=False, index=True),
    sa.Column("done_by", sa.String(64), nullable=True),
)

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
# The statements that make the log append-only, by dialect; the migration executes the same.
APPEND_ONLY = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}


def _protect(_table: sa.Table, connection: sa.engine.Connection, **_: object) -> None:
    for statement in APPEND_ONLY[connection.dialect.name]:
        connection.execute(sa.text(statement))


sa.event.listen(AUDIT, "after_create", _protect)
