"""The migrations make just what the rooms' tables say, on both databases, and can be taken back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy.engine import Engine

import desk.tables  # noqa: F401
import handoff.tables  # noqa: F401
import kb.tables  # noqa: F401
import voc.tables  # noqa: F401
from handoff.calendar_store import load_one
from handoff.schedule import Schedule, Window
from settings import ROOT
from stores import METADATA


def test_migrations_make_the_tables_and_take_them_back(sql: Engine) -> None:
    METADATA.drop_all(sql)
    config = Config(str(ROOT / "alembic.ini"))
    config.set_main_option("script_location", str(ROOT / "migrations"))
    with sql.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
        command.downgrade(config, "base")
        assert set(sa.inspect(connection).get_table_names()) <= {"alembic_version"}
        connection.execute(sa.text("DROP TABLE alembic_version"))
        connection.commit()


def test_calendars_from_before_the_buffer_keep_their_hours(sql: Engine) -> None:
    METADATA.drop_all(sql)
    config = Config(str(ROOT / "alembic.ini"))
    config.set_main_option("script_location", str(ROOT / "migrations"))
    with sql.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0007_after")
        add = (
            "INSERT INTO calendar_hours (queue, channel, weekday, opens, closes) VALUES ('*', '*', 'mon', '09:00', :to)"
        )
        connection.execute(sa.text(add), {"to": "17:30"})
        command.upgrade(config, "head")
        connection.commit()
        schedule, version = load_one(sql, ("*", "*"))
        assert (schedule, version) == (Schedule({"mon": (Window("09:00", "17:30"),)}, {}, 0), 1)
        command.downgrade(config, "base")
        connection.execute(sa.text("DROP TABLE alembic_version"))
        connection.commit()
