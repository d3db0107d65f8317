"""`python -m kb check|publish|rollback N|releases`: the editors' commands."""

from __future__ import annotations

import argparse
import getpass
import sys
from datetime import datetime

import sqlalchemy as sa

from kb import register
from kb.check import check
from kb.files import load
from kb.problem import Refused, Severity, say
from kb.publish import Published, Unchanged, mirror, publish, rollback
from nihongo.japan_time import TOKYO, today
from settings import Settings, read
from stores import open_redis_sync, open_sql


def main(arguments: list[str] | None = None) -> int:
    asked = _parser().parse_args(arguments)
    try:
        return int(asked.run(read(), asked))
    except (sa.exc.OperationalError, sa.exc.ProgrammingError) as error:
        print(f"{say('no_table')}\n  {error.orig}", file=sys.stderr)
        return 1


def publish_if_empty(settings: Settings) -> int:
    """For the first start: publishes when nothing is live, else makes Redis say what the register says."""
    engine = open_sql(settings.database_url)
    if register.live_number(engine) is None:
        asked = argparse.Namespace(author="", reason=say("first_release"), if_empty=False)
        return _publish(settings, asked)
    return 0 if mirror(engine, open_redis_sync(settings.redis_url)) else 1


def _check(settings: Settings, _asked: argparse.Namespace) -> int:
    loaded = load(settings.kb_dir)
    found = check(loaded, today())
    for problem in found:
        print(problem)
    counts = {
        "articles": len(loaded.articles),
        "ready": len(loaded.ready),
        "drafts": len(loaded.articles) - len(loaded.ready),
        "errors": sum(problem.stops for problem in found),
        "warnings": sum(not problem.draft and problem.severity is Severity.WARNING for problem in found),
        "draft_problems": sum(problem.draft for problem in found),
    }
    print(say("checked", **counts))
    return 1 if counts["errors"] else 0


def _publish(settings: Settings, asked: argparse.Namespace) -> int:
    if asked.if_empty:
        return publish_if_empty(settings)
    if not asked.reason:
        return _needs_reason()
    engine, client = open_sql(settings.database_url), open_redis_sync(settings.redis_url)
    done = publish(engine, client, settings.kb_dir, asked.author or getpass.getuser(), asked.reason, today())
    if isinstance(done, Refused):
        for problem in done.problems:
            print(problem)
        print(say("refused", count=len(done.problems)))
        return 1
    if isinstance(done, Unchanged):
        print(say("unchanged", number=done.release.number))
        return 0
    return _told("published", done)


def _rollback(settings: Settings, asked: argparse.Namespace) -> int:
    if not asked.reason:
        return _needs_reason()
    engine, client = open_sql(settings.database_url), open_redis_sync(settings.redis_url)
    done = rollback(engine, client, asked.number, asked.author or getpass.getuser(), asked.reason)
    if done is None:
        print(say("no_such_release", number=asked.number))
        return 1
    if isinstance(done, Unchanged):
        print(say("already", number=asked.number))
        return 0
    return _told("rolled_back", done)


def _needs_reason() -> int:
    print(say("no_reason"), file=sys.stderr)
    return 2


def _told(code: str, done: Published) -> int:
    counts = {"added": len(done.changes.added), "changed": len(done.changes.changed)}
    print(say(code, number=done.release.number, removed=len(done.changes.removed), **counts))
    for mark, ids in (("+", done.changes.added), ("~", done.changes.changed), ("-", done.changes.removed)):
        for id in ids[:20]:
            print(f"  {mark} {id}")
    if not done.mirrored:
        print(say("not_mirrored"), file=sys.stderr)
    return 0 if done.mirrored else 1


def _releases(settings: Settings, _asked: argparse.Namespace) -> int:
    entries = register.history(open_sql(settings.database_url))
    if not entries:
        print(say("no_releases"))
    for place, entry in enumerate(entries):
        print(
            f"{entry.number:>5}  {_local(entry.at)}  {say('action_' + entry.action)}  {entry.author}  {entry.reason}"
            f"  {say('live_mark') if place == 0 else ''}".rstrip()
        )
    return 0


def _local(at: datetime) -> str:
    return f"{at.astimezone(TOKYO):%Y-%m-%d %H:%M:%S}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m kb", description=__doc__)
    commands = parser.add_subparsers(required=True)
    commands.add_parser("check", help="check every article").set_defaults(run=_check)
    commands.add_parser("releases", help="what was live when").set_defaults(run=_releases)
    publishing = commands.add_parser("publish", help="make the ready articles live")
    publishing.add_argument("--if-empty", action="store_true", help="only when nothing was ever published")
    publishing.set_defaults(run=_publish)
    back = commands.add_parser("rollback", help="make an earlier release live again")
    back.add_argument("number", type=int)
    back.set_defaults(run=_rollback)
    for command in (publishing, back):
        command.add_argument("--author", default="", help="who (default: the user of the shell)")
        command.add_argument("--reason", default="", type=str.strip, help="why; kept in the history")
    return parser


if __name__ == "__main__":
    sys.exit(main())
