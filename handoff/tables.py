"""SQL of this room: calendars, queues, ticket events for ever, ended tickets and what came after, callbacks."""

from __future__ import annotations

import sqlalchemy as sa

from stores import METADATA

CALENDARS = sa.Table(
    "calendars",
    METADATA,
    sa.Column("queue", sa.String(40), primary_key=True),
    sa.Column("channel", sa.String(20), primary_key=True),
    sa.Column("buffer_minutes", sa.Integer, nullable=False, server_default="0"),  # no new customers before the end
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),  # counts who saved
)

CALENDAR_HOURS = sa.Table(
    "calendar_hours",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("queue", sa.String(40), nullable=False),
    sa.Column("channel", sa.String(20), nullable=False),
    sa.Column("weekday", sa.String(10), nullable=False),  # mon … sun, holiday
    sa.Column("opens", sa.String(5), nullable=False),  # empty: closed all day
    sa.Column("closes", sa.String(5), nullable=False),
    sa.UniqueConstraint("queue", "channel", "weekday", "opens"),
)

CALENDAR_DAYS = sa.Table(
    "calendar_days",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("queue", sa.String(40), nullable=False),
    sa.Column("channel", sa.String(20), nullable=False),
    sa.Column("day", sa.String(10), nullable=False),  # MM-DD (every year) or YYYY-MM-DD
    sa.Column("opens", sa.String(5), nullable=False),  # empty: closed all day
    sa.Column("closes", sa.String(5), nullable=False),
    sa.Column("note", sa.String(200), nullable=False),
    sa.UniqueConstraint("queue", "channel", "day", "opens"),
)

TICKET_EVENTS = sa.Table(
    "ticket_events",
    METADATA,
    sa.Column("number", sa.String(8), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("conversation_id", sa.String(64), nullable=False, index=True),
    sa.Column("event", sa.String(20), nullable=False),
    sa.Column("actor", sa.String(64), nullable=False),
    sa.Column("at", sa.Float, nullable=False, index=True),
    sa.Column("from_state", sa.String(12), nullable=False),
    sa.Column("to_state", sa.String(12), nullable=False),
    sa.Column("changed", sa.Text, nullable=False),  # JSON of the new values, without the packet
)

TICKETS = sa.Table(
    "tickets",
    METADATA,
    sa.Column("number", sa.String(8), primary_key=True),
    sa.Column("conversation_id", sa.String(64), nullable=False, index=True),
    sa.Column("exchange_id", sa.String(64), nullable=False),
    sa.Column("channel", sa.String(20), nullable=False),
    sa.Column("queue", sa.String(40), nullable=False),
    sa.Column("reason", sa.String(30), nullable=False),
    sa.Column("state", sa.String(12), nullable=False),  # closed, abandoned or returned
    sa.Column("priority", sa.Integer, nullable=False),
    sa.Column("opened_at", sa.Float, nullable=False, index=True),
    sa.Column("claimed_at", sa.Float, nullable=True),  # the first time
    sa.Column("ended_at", sa.Float, nullable=False),
    sa.Column("owner", sa.String(64), nullable=True),
    sa.Column("disposition", sa.String(40), nullable=True),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("after_hours", sa.Boolean, nullable=False),
    sa.Column("message_left", sa.Boolean, nullable=False),
    sa.Column("first_seq", sa.Integer, nullable=False),
    sa.Column("last_seq", sa.Integer, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("talk_ended_at", sa.Float, nullable=True),  # when the write-up began
    sa.Column("resolved", sa.Boolean, nullable=True),  # as the agent says
    sa.Column("category", sa.String(120), nullable=True),  # what it was about, three levels
    sa.Column("follows", sa.String(8), nullable=True),  # the earlier ticket of the same matter
)

SURVEYS = sa.Table(
    "surveys",
    METADATA,
    sa.Column("number", sa.String(8), primary_key=True),
    sa.Column("conversation_id", sa.String(64), nullable=False, index=True),
    sa.Column("channel", sa.String(20), nullable=False),
    sa.Column("asked_at", sa.Float, nullable=False, index=True),
    sa.Column("answered_at", sa.Float, nullable=True),  # the last answer
    sa.Column("solved", sa.Boolean, nullable=True),  # as the customer says
    sa.Column("ces", sa.Integer, nullable=True),  # customer effort, in the scale and direction beside it
    sa.Column("scale", sa.String(10), nullable=False),
    sa.Column("direction", sa.String(20), nullable=False),
)

TASKS = sa.Table(
    "tasks",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("number", sa.String(8), nullable=False),  # of the ticket it came from
    sa.Column("conversation_id", sa.String(64), nullable=False, index=True),
    sa.Column("kind", sa.String(12), nullable=False),  # recovery, follow_up, watch
    sa.Column("due_at", sa.Float, nullable=False),
    sa.Column("state", sa.String(8), nullable=False, index=True),  # open, done
    sa.Column("note", sa.Text, nullable=False),  # what was done
    sa.Column("done_by", sa.String(64), nullable=True),  # user id
    sa.Column("done_at", sa.Float, nullable=True),
    sa.Column("created_at", sa.Float, nullable=False),
    sa.UniqueConstraint("number", "kind"),
)

QUEUES = sa.Table(
    "queues",
    METADATA,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("title", sa.String(60), nullable=False),
    sa.Column("target_percent", sa.Integer, nullable=False),
    sa.Column("target_seconds", sa.Integer, nullable=False),
    sa.Column("offer_seconds", sa.Integer, nullable=False),
    sa.Column("patience_seconds", sa.Integer, nullable=False),
    sa.Column("callbacks_per_slot", sa.Integer, nullable=False, server_default="2"),  # in one half hour
    sa.Column("reasons", sa.String(400), nullable=False),  # comma list of those that come here
)

AGENT_STATES = sa.Table(
    "agent_states",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("user_id", sa.String(20), nullable=False, index=True),
    sa.Column("work", sa.String(12), nullable=False),
    sa.Column("code", sa.String(20), nullable=False),
    sa.Column("at", sa.Float, nullable=False, index=True),  # until the agent's next row
)

CALLBACKS = sa.Table(
    "callbacks",
    METADATA,
    sa.Column("number", sa.String(8), primary_key=True),  # of the ticket
    sa.Column("conversation_id", sa.String(64), nullable=False, index=True),
    sa.Column("queue", sa.String(40), nullable=False),
    sa.Column("slot_at", sa.Integer, nullable=False),  # epoch seconds of the half hour's start
    sa.Column("place", sa.Integer, nullable=True),  # within the slot; NULL: it is over and takes none
    sa.Column("state", sa.String(12), nullable=False, index=True),
    sa.Column("created_at", sa.Float, nullable=False),
    sa.Column("changed_at", sa.Float, nullable=False),
    sa.UniqueConstraint("queue", "slot_at", "place"),
)

CALLBACK_ATTEMPTS = sa.Table(
    "callback_attempts",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("number", sa.String(8), nullable=False, index=True),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("by", sa.String(64), nullable=False),  # user id of the agent
    sa.Column("result", sa.String(12), nullable=False),
)
