"""`python -m handoff list | seed [--replace] | clock`."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys
import time
from datetime import datetime

import yaml
from aiohttp import web
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from conversation.stream import ConversationStream
from handoff import calendar_store, store
from handoff.agents import Agents
from handoff.calendar import Calendar
from handoff.callback_clock import CallbackClock
from handoff.callback_dialogue import CallbackDialogue
from handoff.callbacks import Callbacks
from handoff.clock import LEASE_SECONDS, Clock
from handoff.ledger import Ledger
from handoff.number import spoken
from handoff.offers import Offers
from handoff.patience import Patience
from handoff.persons import Persons
from handoff.queue import Queue
from handoff.queues import Queues
from nihongo.japan_time import TOKYO
from settings import Settings, read
from settings_check import told
from stores import AsyncRedis, first_line, open_redis, open_sql, told_when_away

METRICS_OFFSET = 3  # our place after settings.metrics_port


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m handoff", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="open tickets in serving order")
    seeding = commands.add_parser("seed", help="put the CALENDAR_SEED file into SQL, where a calendar is missing")
    seeding.add_argument("--replace", action="store_true", help="write all calendars anew")
    commands.add_parser("clock", help="the process of what is due")
    options = parser.parse_args()
    settings = read()
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    if options.command == "clock":
        asyncio.run(_clock(settings))
        return 0
    with told_when_away():
        return _seed(settings, options.replace) if options.command == "seed" else asyncio.run(_list(settings))


def seed(settings: Settings, replace: bool = False) -> int:
    """Puts the seed calendar and queues into SQL where they are missing; gives the rows written."""
    engine = open_sql(settings.database_url)
    return calendar_store.seed(engine, settings.calendar_seed, replace) + store.plant_queues(engine)


def calendar_problems(settings: Settings) -> list[str]:
    """Why the CALENDAR_SEED file cannot be read, if so."""
    try:
        calendar_store.seed_schedules(settings.calendar_seed)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, yaml.YAMLError) as error:
        return [told("calendar_seed", settings.calendar_seed, detail=f"{type(error).__name__}: {first_line(error)}")]
    return []


def _seed(settings: Settings, replace: bool) -> int:
    if problems := calendar_problems(settings):
        print("\n".join(problems), file=sys.stderr)
        return 1
    print(f"calendar: {seed(settings, replace)} rows written")
    return 0


def _queue(connection: AsyncRedis, settings: Settings) -> Queue:
    stream = ConversationStream(connection, settings.raw_text_days)
    return Queue(connection, stream, keep_days=settings.raw_text_days)


async def _list(settings: Settings) -> int:
    connection = open_redis(settings.redis_url)
    tickets = await _queue(connection, settings).open_tickets()
    for ticket in tickets:
        opened = datetime.fromtimestamp(ticket.opened_at, TOKYO).strftime("%m-%d %H:%M:%S")
        words = [spoken(ticket.number), ticket.state.value, ticket.reason.value, ticket.channel, opened]
        print("  ".join([*words, ticket.owner_name or "-", "message" if ticket.message_left else ""]).rstrip())
    print(f"{len(tickets)} open")
    await connection.aclose()
    return 0


async def _clock(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    connection, engine = open_redis(settings.redis_url), open_sql(settings.database_url)
    queue, ledger = _queue(connection, settings), Ledger(connection, engine)
    calendar, queues, stream = Calendar(engine), Queues(engine), ConversationStream(connection, settings.raw_text_days)
    callbacks = Callbacks(queue, calendar, queues, engine)
    dialogue = CallbackDialogue(callbacks, queue, calendar, stream)
    clock = Clock(
        queue,
        calendar,
        ledger,
        Offers(queue, Agents(connection), queues, engine),
        callbacks=CallbackClock(callbacks, stream, dialogue.replies),
        patience=Patience(queues, stream, dialogue),
        persons=Persons(queue, settings.secret_key, settings.raw_text_days),
    )
    runner = web.AppRunner(_health(clock, queue, ledger), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", settings.metrics_port + METRICS_OFFSET).start()
    await clock.run(stop)
    await runner.cleanup()
    await connection.aclose()


def _health(clock: Clock, queue: Queue, ledger: Ledger) -> web.Application:
    """/healthz (alive), /readyz (ticked lately), /metrics."""
    registry = CollectorRegistry()
    active = Gauge("madoguchi_clock_active", "Whether this clock holds the lease", registry=registry)
    opened = Gauge("madoguchi_tickets_open", "Open tickets by state", ["state"], registry=registry)
    behind = Gauge("madoguchi_ledger_backlog", "Ticket events that SQL does not have yet", registry=registry)

    async def healthz(_: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def readyz(_: web.Request) -> web.Response:
        ready = time.time() - clock.ticked_at < LEASE_SECONDS
        return web.json_response({"ready": ready, "active": clock.active}, status=200 if ready else 503)

    async def metrics(_: web.Request) -> web.Response:
        active.set(clock.active)
        opened.clear()
        for ticket in await queue.open_tickets():
            opened.labels(ticket.state.value).inc()
        if clock.active:
            behind.set(await ledger.backlog())
        return web.Response(body=generate_latest(registry), content_type="text/plain")

    app = web.Application()
    app.add_routes([web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", metrics)])
    return app


if __name__ == "__main__":
    sys.exit(main())
