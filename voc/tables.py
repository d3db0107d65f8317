"""What VOC keeps in SQL: exchanges (masked), what Rasa decided, where each conversation stands, and erasures."""

from __future__ import annotations

import sqlalchemy as sa

from stores import METADATA

EXCHANGES = sa.Table(
    "voc_exchanges",
    METADATA,
    sa.Column("conversation_id", sa.String(64), primary_key=True),
    sa.Column("exchange_id", sa.String(160), primary_key=True),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("day", sa.String(10), nullable=False, index=True),  # in the shop's time zone, for counting
    sa.Column("opened_at", sa.Float, nullable=False, index=True),  # epoch seconds
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("page", sa.Text, nullable=False),
    sa.Column("asked_by", sa.String(16), nullable=False),
    sa.Column("asks", sa.Boolean, nullable=False),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("answers", sa.Text, nullable=False),  # JSON: [{seq, speaker, text, at}] as shown, in order
    sa.Column("outcome", sa.String(16)),
    sa.Column("decision", sa.String(16)),
    sa.Column("reason", sa.String(64)),
    sa.Column("article_id", sa.String(64), index=True),
    sa.Column("release", sa.Integer),
    sa.Column("confidence", sa.Float),
    sa.Column("runner_up", sa.String(64)),
    sa.Column("runner_up_score", sa.Float),
    sa.Column("intent", sa.Text),
    sa.Column("latency_ms", sa.Integer),
    sa.Column("feedback", sa.String(16), nullable=False),
    sa.Column("solved_asked", sa.Boolean, nullable=False),
    sa.Column("ticket", sa.String(16), index=True),
    sa.Column("agent", sa.Text),
    sa.Column("reduced", sa.Boolean, nullable=False),
    sa.Column("recognition", sa.Float),  # of a caller's words, 0–1; NULL: typed, keyed, or not known
    sa.Column("names_masked", sa.Boolean, nullable=False, index=True),  # false: to be searched for names again
)

DECISIONS = sa.Table(
    "voc_decisions",
    METADATA,
    sa.Column("conversation_id", sa.String(64), primary_key=True),
    sa.Column("message_id", sa.String(160), primary_key=True),
    sa.Column("kept_at", sa.Float, nullable=False, index=True),
    sa.Column("event", sa.Text, nullable=False),  # JSON as the broker sent it; no raw text
)

CONVERSATIONS = sa.Table(
    "voc_conversations",
    METADATA,
    sa.Column("conversation_id", sa.String(64), primary_key=True),
    sa.Column("seq", sa.Integer, nullable=False),  # the last word that the rows know of
    sa.Column("contact", sa.String(64), index=True),  # keyed hash of the contact; never the contact itself
    sa.Column("changed_at", sa.Float, nullable=False, index=True),
)

ERASURES = sa.Table(
    "voc_erasures",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("conversation_id", sa.String(64), nullable=False, index=True),
    sa.Column("erased_at", sa.Float, nullable=False),  # words said until then never come back
    sa.Column("actor", sa.String(80), nullable=False),
    sa.Column("asked_by", sa.String(16), nullable=False),  # conversation | contact | ticket | again
    sa.Column("erased", sa.Text, nullable=False),  # JSON: what was deleted, counted
)
