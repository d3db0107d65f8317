"""`python -m voc write | report | export | erase`: what customers said, kept, counted, given out, forgotten."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import json
import logging
import signal
import sys
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import structlog

from bot.language.client import LanguageClient
from conversation import recordings
from conversation.stream import ConversationStream
from desk import notes_store
from handoff import after_store, callback_store
from handoff import keys as handoff_keys
from handoff import store as handoff_store
from handoff.queue import Queue
from settings import Settings, read
from stores import open_redis, open_sql, told_when_away
from tasks import end
from voc import erased, export, report
from voc.erase import Erasing
from voc.masking import Masker
from voc.metrics import served
from voc.reading import Period, Reading
from voc.store import Store
from voc.words import words
from voc.writer import Writer

METRICS_OFFSET = 2  # our place after settings.metrics_port
LONGEST_DAYS = 36_500  # as VOC_DAYS
NAMES_SECONDS = 10.0  # the language process answers customers first; we can wait


def main() -> int:
    options = _parser().parse_args()
    settings = read()
    _log_to_stderr(settings.log_level)
    if options.command == "write":
        return asyncio.run(_write(settings))
    with told_when_away():
        if options.command == "report":
            return _report(settings, options.days, options.json)
        if options.command == "export":
            return _export(settings, Period(options.first, options.last), options.format, options.out)
        return asyncio.run(_erase(settings, options))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m voc", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("write", help="the writer: conversation stream → SQL")
    told = commands.add_parser("report", help="figures of the last days, with their formulas")
    told.add_argument("--days", type=int, default=7)
    told.add_argument("--json", action="store_true")
    given = commands.add_parser("export", help="the masked rows as a file")
    given.add_argument("--format", choices=("csv", "jsonl"), default="csv")
    given.add_argument("--from", dest="first", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD")
    given.add_argument("--to", dest="last", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD")
    given.add_argument("--out", type=Path, help="file to write (default: standard output)")
    gone = commands.add_parser("erase", help="erase a customer's words from every store")
    handle = gone.add_mutually_exclusive_group(required=True)
    handle.add_argument("--conversation", metavar="ID")
    handle.add_argument("--contact", metavar="NUMBER_OR_IDENTITY")
    handle.add_argument("--ticket", metavar="NUMBER", help="受付番号")
    handle.add_argument("--again", type=Path, metavar="FILE", help=f"what this {erased.NAME} lists, after a restore")
    gone.add_argument("--yes", action="store_true", help="do not ask")
    return parser


async def _write(settings: Settings) -> int:
    async with _redis_stream(settings) as stream:
        language = LanguageClient(settings.language_socket, timeout=NAMES_SECONDS)
        store = Store(open_sql(settings.database_url), settings.secret_key)
        masker = Masker(language, allow=[settings.shop_phone])
        writer = Writer(stream, store, masker, settings.var_dir / "spool", settings.voc_days)
        port = settings.metrics_port + METRICS_OFFSET
        async with served(writer.metrics, lambda: writer.problem, port):
            stop = asyncio.Event()
            for name in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(name, stop.set)
            running, told = asyncio.create_task(writer.run()), asyncio.create_task(stop.wait())
            await asyncio.wait({running, told}, return_when=asyncio.FIRST_COMPLETED)
            broken = running.exception() if running.done() else None
            await end(running, told)
            if broken:
                raise broken
        await language.close()
    return 0


def _report(settings: Settings, days: int, as_json: bool) -> int:
    if not 1 <= days <= LONGEST_DAYS:
        return _refused("bad_days", longest=LONGEST_DAYS)
    now = time.time()
    found = Reading(open_sql(settings.database_url)).report(Period.last_days(days, now), now)
    print(json.dumps(report.as_dict(found), ensure_ascii=False) if as_json else report.as_text(found))
    return 0


def _export(settings: Settings, period: Period, form: str, out: Path | None) -> int:
    if period.first > period.last:
        return _refused("bad_period", first=period.first, last=period.last)
    rows = Reading(open_sql(settings.database_url)).rows(period)
    pieces: Iterable[str] = export.csv_lines(rows) if form == "csv" else export.json_lines(rows)
    if out is None:
        for piece in pieces:
            sys.stdout.buffer.write(piece.encode())
        return 0
    try:
        with out.open("w", encoding="utf-8", newline="") as file:
            file.writelines(pieces)
    except OSError as error:
        return _refused("cannot_write", path=out, detail=error.strerror)
    return 0


def _refused(why: str, **fields: object) -> int:
    print(words()["commands"][why].format(**fields), file=sys.stderr)
    return 1


async def _erase(settings: Settings, options: argparse.Namespace) -> int:
    say = words()["erase"]
    async with _redis_stream(settings) as stream:
        queue, erasing = _erasers(settings, stream)
        try:
            found = await _asked_for(options, queue, erasing)
        except erased.NoList:
            print(say["no_list"].format(file=options.again), file=sys.stderr)
            return 1
        if not found:
            print(say["nothing_found"])
            return 1
        if not options.yes and not _confirmed(say["ask"].format(conversations=len(found))):
            print(say["stopped"])
            return 1
        handle = next(name for name in ("conversation", "contact", "ticket", "again") if getattr(options, name))
        gone = await erasing.erase(found, f"cli:{getpass.getuser()}", handle)
    print(say["done"].format(conversations=len(found)))
    for what, count in sorted(gone.items()):
        print(say["line"].format(what=what, count=count))
    return 0


def _confirmed(question: str) -> bool:
    try:
        return input(question).strip() == "yes"
    except EOFError:  # nobody there to ask: nothing is erased
        return False


async def _asked_for(options: argparse.Namespace, queue: Queue, erasing: Erasing) -> list[str]:
    if options.again:
        return await erasing.of_list(options.again)
    if options.contact:
        return await erasing.of_contact(options.contact)
    if options.ticket:
        number = "".join(letter for letter in options.ticket if letter.isdigit())
        ticket = await queue.get(number)
        return [ticket.conversation_id] if ticket else await erasing.of_ticket(number)
    return await erasing.of_conversation(options.conversation)


def _erasers(settings: Settings, stream: ConversationStream) -> tuple[Queue, Erasing]:
    """The erasers of the rooms that voc itself may not know."""
    engine = open_sql(settings.database_url)
    queue = Queue(stream.redis, stream, keep_days=settings.raw_text_days)

    async def tickets(conversation_id: str) -> dict[str, int]:
        numbers = await queue.forget(conversation_id)
        for told, field in ((handoff_keys.EVENTS, "event"), (handoff_keys.SURVEYS, "survey")):
            for entry_id, fields in await stream.redis.xrange(told):
                if json.loads(fields[field])["number"] in numbers:
                    await stream.redis.xdel(told, entry_id)
        rows = await asyncio.to_thread(handoff_store.forget, engine, conversation_id)
        rows += await asyncio.to_thread(after_store.forget, engine, conversation_id)
        calls = await asyncio.to_thread(callback_store.forget, engine, conversation_id)
        notes = await asyncio.to_thread(notes_store.forget, engine, conversation_id)
        return {"tickets": len(numbers), "ticket_rows": rows, "callbacks": calls, "article_notes": notes}

    async def told_doors(conversation_id: str) -> dict[str, int]:
        """Recordings lie at Twilio: a door deletes them there."""
        sids = recordings.named(await stream.since(conversation_id))
        await recordings.Unwanted(stream.redis).add(sids)
        return {"recordings": len(sids)}

    store = Store(engine, settings.secret_key)
    return queue, Erasing(stream.redis, store, settings.var_dir / "spool", [tickets, told_doors])


@asynccontextmanager
async def _redis_stream(settings: Settings) -> AsyncIterator[ConversationStream]:
    connection = open_redis(settings.redis_url)
    try:
        yield ConversationStream(connection, settings.raw_text_days)
    finally:
        await connection.aclose()


def _log_to_stderr(level: str) -> None:
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=False),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


if __name__ == "__main__":
    sys.exit(main())
