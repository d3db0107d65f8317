"""SQL of users, invitations and the audit log. Blocking: call it through `asyncio.to_thread`."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from time import time as now

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from desk import passwords
from desk.staff import Role, User
from desk.tables import AUDIT, IDENTITIES, INVITATIONS, USERS
from handoff.agents import CHATS

INVITATION_SECONDS = 86_400
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")
_FIRST = "first start"


class BadUser(ValueError):
    """The name, the password or the roles will not do; the message is the key of the sentence in words.yml."""


@dataclass(frozen=True)
class Account:
    """A user as the admin's list shows them."""

    user: User
    active: bool
    created_at: float
    company: bool  # has no password here
    linked: bool = False  # may sign in by the company's account
    phone: str = ""  # E.164


@dataclass(frozen=True)
class Entry:
    """A line of the audit log."""

    at: float
    user_id: str
    user_name: str
    action: str
    object: str
    address: str


def add_user(engine: Engine, name: str, display_name: str, password: str, roles: Iterable[Role]) -> User:
    with engine.begin() as connection:
        return _add(connection, name, display_name, password, frozenset(roles))


def _add(connection: Connection, name: str, display_name: str, password: str, roles: frozenset[Role]) -> User:
    name, display_name = name.strip().lower(), display_name.strip()
    if not NAME.fullmatch(name):
        raise BadUser("bad_name")
    if not 1 <= len(display_name) <= 40:
        raise BadUser("bad_display_name")
    _check(password, name)
    if not roles:
        raise BadUser("no_roles")
    if connection.execute(sa.select(USERS.c.id).where(USERS.c.name == name)).first():
        raise BadUser("name_taken")
    row = {"name": name, "display_name": display_name, "roles": roles_text(roles), "active": True}
    row |= {"password_hash": passwords.hashed(password), "created_at": now()}
    user_id = connection.execute(USERS.insert().values(**row)).inserted_primary_key[0]
    return User(str(user_id), name, display_name, roles)


def _check(password: str, name: str) -> None:
    if not passwords.SHORTEST <= len(password) <= passwords.LONGEST or password.lower() == name:
        raise BadUser("bad_password")


def change_password(engine: Engine, user_id: str, password: str) -> None:
    """Of a user who has one. Raises BadUser when it does not do."""
    mine = USERS.c.id == int(user_id)
    with engine.begin() as connection:
        _check(password, connection.execute(sa.select(USERS.c.name).where(mine)).scalar_one())
        fresh = USERS.update().where(mine, USERS.c.password_hash != "")
        connection.execute(fresh.values(password_hash=passwords.hashed(password)))


def sign_in(engine: Engine, name: str, password: str) -> User | None:
    """The user when name and password belong together and the user is active."""
    query = sa.select(USERS).where(USERS.c.name == name.strip().lower(), USERS.c.active)
    with engine.connect() as connection:
        row = connection.execute(query).mappings().first()
    right = passwords.matches(password, (row["password_hash"] or None) if row else None)
    return user_of(row) if row and right else None


def accounts(engine: Engine) -> list[Account]:
    with engine.connect() as connection:
        linked = {row.user_id for row in connection.execute(sa.select(IDENTITIES.c.user_id))}
        rows = connection.execute(sa.select(USERS).order_by(USERS.c.name)).mappings()
        return [_account(row, row["id"] in linked) for row in rows]


def account(engine: Engine, user_id: str) -> Account | None:
    mine = USERS.c.id == int(user_id)
    links = sa.select(IDENTITIES.c.user_id).where(IDENTITIES.c.user_id == int(user_id))
    with engine.connect() as connection:
        row = connection.execute(sa.select(USERS).where(mine)).mappings().first()
        return _account(row, connection.execute(links).first() is not None) if row else None


def _account(row: sa.engine.RowMapping, linked: bool) -> Account:
    return Account(user_of(row), row["active"], row["created_at"], not row["password_hash"], linked, row["phone"])


def change_user(engine: Engine, user_id: str, roles: Iterable[Role], active: bool) -> User | None:
    """Sets roles and whether the user may sign in; None: no such user. The last admin cannot be taken away."""
    fresh = frozenset(roles)
    with engine.begin() as connection:
        row = connection.execute(sa.select(USERS).where(USERS.c.id == int(user_id))).mappings().first()
        if row is None:
            return None
        if not (active and Role.ADMIN in fresh) and not _other_admin(connection, int(user_id)):
            raise BadUser("last_admin")
        if active and not fresh:
            raise BadUser("no_roles")
        change = USERS.update().where(USERS.c.id == int(user_id)).values(roles=roles_text(fresh), active=active)
        connection.execute(change)
        return User(user_id, row["name"], row["display_name"], fresh)


def _other_admin(connection: Connection, user_id: int) -> bool:
    query = sa.select(USERS).where(USERS.c.id != user_id, USERS.c.active)
    return any(Role.ADMIN in user_of(row).roles for row in connection.execute(query).mappings())


def serving(engine: Engine, user_id: str) -> tuple[tuple[str, ...], int]:
    """The queues that a user serves (none: all), and how many talks at once."""
    query = sa.select(USERS.c.queues, USERS.c.chats).where(USERS.c.id == int(user_id))
    with engine.connect() as connection:
        row = connection.execute(query).first()
    return (tuple(filter(None, row[0].split(","))), int(row[1])) if row else ((), CHATS)


def set_serving(engine: Engine, user_id: str, queues: Iterable[str], chats: int) -> None:
    with engine.begin() as connection:
        change = USERS.update().where(USERS.c.id == int(user_id))
        connection.execute(change.values(queues=",".join(queues), chats=chats))


def set_phone(engine: Engine, user_id: str, phone: str) -> User | None:
    """In E.164, or none (empty); None: no such user."""
    mine = USERS.c.id == int(user_id)
    with engine.begin() as connection:
        connection.execute(USERS.update().where(mine).values(phone=phone))
        row = connection.execute(sa.select(USERS).where(mine)).mappings().first()
        return user_of(row) if row else None


def has_admin(engine: Engine) -> bool:
    return any(Role.ADMIN in account.user.roles for account in accounts(engine) if account.active)


# Invitations


def invite(engine: Engine, roles: Iterable[Role], invited_by: str) -> str:
    """A one-time token, valid for a day, with which one person makes an account of these roles."""
    token = secrets.token_urlsafe(24)
    row = {"token_hash": _hash(token), "roles": roles_text(frozenset(roles)), "invited_by": invited_by}
    with engine.begin() as connection:
        values = INVITATIONS.insert().values(**row, expires_at=now() + INVITATION_SECONDS, used_at=None)
        connection.execute(values)
    return token


def invite_first_admin(engine: Engine) -> str | None:
    """A fresh token for the first admin, who gets every role; older ones end. None once there is an admin."""
    if has_admin(engine):
        return None
    with engine.begin() as connection:
        connection.execute(INVITATIONS.delete().where(INVITATIONS.c.invited_by == _FIRST))
    return invite(engine, Role, _FIRST)


def invited_roles(engine: Engine, token: str) -> frozenset[Role] | None:
    """The roles that this token gives; None when it is unknown, used or too old."""
    with engine.connect() as connection:
        row = connection.execute(_valid(token)).mappings().first()
    return _roles(row["roles"]) if row else None


def accept(engine: Engine, token: str, name: str, display_name: str, password: str) -> User | None:
    """Makes the account and uses up the token, both or neither; None: the token is not valid (any more)."""
    with engine.begin() as connection:
        roles = use_invitation(connection, token)
        return _add(connection, name, display_name, password, roles) if roles else None


def use_invitation(connection: Connection, token: str) -> frozenset[Role] | None:
    """Uses up the token; its roles, or None when it is not valid (any more)."""
    row = connection.execute(_valid(token)).mappings().first()
    use = INVITATIONS.update().where(INVITATIONS.c.token_hash == _hash(token), INVITATIONS.c.used_at.is_(None))
    if row is None or connection.execute(use.values(used_at=now())).rowcount != 1:
        return None
    return _roles(row["roles"])


def _valid(token: str) -> sa.sql.Select:
    unused = sa.select(INVITATIONS).where(INVITATIONS.c.token_hash == _hash(token), INVITATIONS.c.used_at.is_(None))
    return unused.where(INVITATIONS.c.expires_at > now())


# The audit log


def record(engine: Engine, entry: Entry) -> None:
    with engine.begin() as connection:
        connection.execute(AUDIT.insert().values(**vars(entry)))


def entries(engine: Engine, before: float | None = None, limit: int = 100) -> list[Entry]:
    """The newest lines first."""
    query = sa.select(AUDIT).order_by(AUDIT.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(AUDIT.c.at < before)
    with engine.connect() as connection:
        rows = connection.execute(query).mappings()
        return [Entry(**{key: value for key, value in row.items() if key != "id"}) for row in rows]


def user_of(row: sa.engine.RowMapping) -> User:
    return User(str(row["id"]), row["name"], row["display_name"], _roles(row["roles"]))


def _roles(text: str) -> frozenset[Role]:
    return frozenset(Role(part) for part in text.split(",") if part)


def roles_text(roles: frozenset[Role]) -> str:
    return ",".join(sorted(role.value for role in roles))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
