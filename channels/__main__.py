"""`python -m channels`: the front door; `fallback` prints what Twilio is to say when it does not answer."""

from __future__ import annotations

import argparse
import logging
from typing import Any

import structlog
import uvloop
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from channels.app import make_app
from channels.twilio import fallback
from settings import read


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m channels", description=__doc__)
    parser.add_argument("command", nargs="?", choices=["fallback"])
    settings, command = read(), parser.parse_args().command
    if command:
        print(fallback.printed(settings))
        return
    log_json(settings.log_level)
    uvloop.install()  # a turn is two dozen short waits: a quarter less CPU for each
    web.run_app(make_app(settings), host=settings.door_host, port=settings.door_port, access_log=None, print=None)


def log_json(level: str) -> None:
    """One JSON object a line, ours and the libraries'."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=False),
        structlog.processors.format_exc_info,
    ]
    renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(level=level, handlers=[handler])
    # What is no HTTP at all would be logged with its address line, and a search holds a customer's words.
    logging.getLogger("aiohttp.server").addFilter(_is_ours)
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
    )


def _is_ours(record: logging.LogRecord) -> bool:
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))


if __name__ == "__main__":
    main()
