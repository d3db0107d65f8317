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
