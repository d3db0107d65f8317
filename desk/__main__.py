"""`python -m desk` serves the desk; `python -m desk user add NAME --roles agent`; `user list`, `phone`, `password` …"""

from __future__ import annotations

import argparse
import asyncio
import getpass
import logging
import sys
from collections.abc import Callable
from time import time

from sqlalchemy.engine import Engine

from desk import canned_store, keys, store
from desk.staff import Role, User
from desk.words import word
from handoff.agents import Agents
from handoff.contact import masked, read_phone
from settings import Settings, read
from stores import open_redis, open_redis_sync, open_sql, told_when_away


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m desk", description=__doc__)
    commands = parser.add_subparsers(dest="command")
    user = commands.add_parser("user", help="who may sign in").add_subparsers(dest="user", required=True)
    adding = user.add_parser("add", help="make an account; the password is asked for or read from standard input")
    adding.add_argument("name")
    adding.add_argument("--display-name", help="what customers and colleagues read; default: the name")
    adding.add_argument("--roles", default="agent", help="comma list of " + ", ".join(Role.__members__).lower())
    adding.add_argument("--phone", default="", help="their own telephone, to which callers are put through")
    phone = user.add_parser("phone", help="to which callers are put through")
    phone.add_argument("name")
    phone.add_argument("--phone", default="", help="as 090-1234-5678; none: no calls")
    user.add_parser("list", help="accounts and their roles")
    user.add_parser("password", help="a new password, from standard input; sessions end").add_argument("name")
    user.add_parser("stop", help="no more signing in; sessions end").add_argument("name")
    options = parser.parse_args()
    settings = read()
    if options.command is None:
        return _serve(settings)
    with told_when_away():
        deeds = {"add": _add, "list": _list, "phone": _phone, "password": _password, "stop": _stop}
        return deeds[options.user](settings, options)


def seed(settings: Settings) -> None:
    """Canned replies, where there are none."""
    engine = open_sql(settings.database_url)
    canned_store.plant_canned(engine)
    engine.dispose()


def first_admin_link(settings: Settings) -> str | None:
    """A fresh one-time address at which the first admin makes an account; None once there is one."""
    engine = open_sql(settings.database_url)
    try:
        token = store.invite_first_admin(engine)
    finally:
        engine.dispose()
    return f"http://localhost:{settings.desk_port}/welcome?token={token}" if token else None


def _serve(settings: Settings) -> int:
    import uvloop  # these here, so that the commands need not load all pages
    from aiohttp import web

    from desk.app import make_app

    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    uvloop.install()
    web.run_app(make_app(settings), host=settings.desk_host, port=settings.desk_port, access_log=None, print=None)
    return 0


def _add(settings: Settings, options: argparse.Namespace) -> int:
    names = [name.strip() for name in options.roles.split(",")]
    if unknown := [name for name in names if name not in [role.value for role in Role]]:
        known = ", ".join(f"{role.value}（{word(f'roles.{role.value}')}）" for role in Role)
        return _refused("unknown_role", role=", ".join(unknown), known=known)
    phone = read_phone(options.phone) if options.phone else ""
    if phone is None:
        return _refused("bad_phone")
    password = _asked_password()
    roles, display_name = [Role(name) for name in names], options.display_name or options.name
    engine = open_sql(settings.database_url)
    try:
        user = store.add_user(engine, options.name, display_name, password, roles)
    except store.BadUser as bad:
        return _refused(str(bad))
    if phone:
        store.set_phone(engine, user.id, phone)
    _record(engine, "account_made", user.name)
    print(f"{user.name}: {', '.join(sorted(user.roles))}")
    return 0


def _record(engine: Engine, action: str, name: str) -> None:
    """Who is at the command line has no account of their own."""
    store.record(engine, store.Entry(time(), "", word("actors.command"), action, name, "-"))


def _asked_password() -> str:
    return getpass.getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


def _refused(why: str, **fields: object) -> int:
    print(word(f"problems.{why}", **fields), file=sys.stderr)
    return 1


def _list(settings: Settings, _: argparse.Namespace) -> int:
    for account in store.accounts(open_sql(settings.database_url)):
        state = "" if account.active else " (stopped)"
        print(f"{account.user.name}\t{account.user.display_name}\t{','.join(sorted(account.user.roles))}{state}")
    return 0


def _password(settings: Settings, options: argparse.Namespace) -> int:
    return _changed(
        settings,
        options.name,
        "password.changed",
        lambda engine, user: store.change_password(engine, user.id, _asked_password()),
    )


def _phone(settings: Settings, options: argparse.Namespace) -> int:
    """Who is at work is reached there from now on, and stays signed in."""
    engine, phone = open_sql(settings.database_url), read_phone(options.phone) if options.phone else ""
    user = _named(engine, options.name)
    if user is None or phone is None:
        return _refused("bad_phone") if user else _refused("no_such_user", user=options.name)
    store.set_phone(engine, user.id, phone)
    _record(engine, "phone.changed", f"{user.name}: {masked(phone) if phone else '-'}")
    asyncio.run(_reached_at(settings, user.id, phone))
    return 0


async def _reached_at(settings: Settings, user_id: str, phone: str) -> None:
    redis = open_redis(settings.redis_url)
    await Agents(redis).reached_at(user_id, phone)
    await redis.aclose()


def _stop(settings: Settings, options: argparse.Namespace) -> int:
    return _changed(
        settings,
        options.name,
        "user.changed",
        lambda engine, user: store.change_user(engine, user.id, user.roles, False),
        ": stopped",
    )


def _changed(settings: Settings, name: str, action: str, deed: Callable[[Engine, User], object], more: str = "") -> int:
    """The deed on this user, whose sessions end; `more`: what the log says behind the name."""
    engine = open_sql(settings.database_url)
    user = _named(engine, name)
    if user is None:
        return _refused("no_such_user", user=name)
    try:
        deed(engine, user)
    except store.BadUser as bad:
        return _refused(str(bad))
    _record(engine, action, name + more)
    redis = open_redis_sync(settings.redis_url)
    for session in redis.smembers(keys.sessions_of(user.id)):
        redis.delete(keys.session(session))
    return 0


def _named(engine: Engine, name: str) -> User | None:
    return next((account.user for account in store.accounts(engine) if account.user.name == name), None)


if __name__ == "__main__":
    sys.exit(main())
