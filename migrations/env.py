"""alembic's environment: the database is that of our settings, or the connection that a caller passes in."""

from __future__ import annotations

import importlib

from alembic import context

from stores import METADATA, open_sql

for room in ("kb", "handoff", "voc", "desk", "channels"):
    importlib.import_module(f"{room}.tables")


def _run() -> None:
    connection = context.config.attributes.get("connection")
    if connection is None:
        from settings import Settings

        with open_sql(Settings().database_url).connect() as own:
            _migrate(own)
            own.commit()
    else:
        _migrate(connection)


def _migrate(connection: object) -> None:
    context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


_run()
