"""`python -m channels`: the front door."""

from __future__ import annotations

import logging

import structlog
from aiohttp import web

from channels.app import make_app
from settings import Settings


def main() -> None:
    settings = Settings()
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=False),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(settings.log_level)),
    )
    web.run_app(make_app(settings), host=settings.door_host, port=settings.door_port, access_log=None)


if __name__ == "__main__":
    main()
