"""People with an account of the company: who they are by the ID token, and the user that each is at the desk."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from time import time as now
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from desk import store
from desk.staff import Role, User
from desk.tables import IDENTITIES, USERS
from settings import Settings
from settings_oidc import roles_by_value, roles_listed


@dataclass(frozen=True)
class Person:
    """By issuer and subject alone. `roles` by the claim; None: no claim is configured, the desk's own roles hold."""

    issuer: str
    subject: str
    name: str
    display_name: str
    roles: frozenset[Role] | None


@dataclass(frozen=True)
class Arrival:
    """`user` is None when there is no such user and none was made; `refusal` is empty when they may come in."""

    user: User | None
    refusal: str = ""
    made: bool = False
    changed: bool = False


def person_of(claims: dict[str, Any], settings: Settings) -> Person:
    name = _login_name(claims)
    shown = _first(claims, ("family_name", "name", "preferred_username")) or name  # customers read it
    roles = _claimed(claims, settings) if settings.oidc_roles_claim else None
    return Person(claims["iss"], claims["sub"], name, shown[:40].strip(), roles)


def _claimed(claims: dict[str, Any], settings: Settings) -> frozenset[Role]:
    table = roles_by_value(settings.oidc_roles)
    found = [table.get(value, frozenset()) for value in _values(claims, settings.oidc_roles_claim)]
    return frozenset[Role]().union(*found)


def _values(claims: Any, path: str) -> list[str]:
    """A claim of this very name (it may hold dots), else the way through nested ones: `realm_access.roles`."""
    found = claims.get(path)
    if found is None:
        found = claims
        for step in path.split("."):
            found = found.get(step) if isinstance(found, dict) else None
    listed = found if isinstance(found, list) else [found]
    return [value for value in listed if isinstance(value, str)]


def _login_name(claims: dict[str, Any]) -> str:
    """A name for lists and the audit log; nobody is recognised by it."""
    given = _first(claims, ("preferred_username", "email"))
    name = re.sub(r"[^a-z0-9._-]+", "-", given.partition("@")[0].lower()).strip("-._")[:40]
    return name if len(name) > 1 else "staff"


def _first(claims: dict[str, Any], names: tuple[str, ...]) -> str:
    """The first of these claims that says anything."""
    return next(filter(None, (_line(claims.get(name)) for name in names)), "")


def _line(text: object) -> str:
    return "".join(sign for sign in text if sign.isprintable()).strip() if isinstance(text, str) else ""


def arrive(engine: Engine, person: Person, default: str, invitation: str) -> Arrival:
    """Finds or makes the user, with the roles of the claim. When two first arrivals meet, the second finds the user."""
    others = frozenset(roles_listed(default))
    try:
        with engine.begin() as connection:
            return _arrive(connection, person, others, invitation)
    except sa.exc.IntegrityError:
        with engine.begin() as connection:
            return _arrive(connection, person, others, invitation)


def _arrive(connection: Connection, person: Person, others: frozenset[Role], invitation: str) -> Arrival:
    row = connection.execute(_known(person)).mappings().first()
    if row is None:
        return _newcomer(connection, person, others, invitation)
    user = store.user_of(row)
    if not row["active"]:
        return Arrival(user, "stopped")
    roles = user.roles if person.roles is None else person.roles or others
    changed = roles != user.roles
    if changed:  # to none, too: who is an admin no more must not pass for the last one
        connection.execute(USERS.update().where(USERS.c.id == row["id"]).values(roles=store.roles_text(roles)))
    fresh = User(user.id, user.name, user.display_name, roles)
    return Arrival(fresh, "" if roles else "no_role", changed=changed)


def link(engine: Engine, person: Person, user_id: str, default: str) -> str:
    """From now on this person signs in as this user. Why not, or empty; for the same user again changes nothing."""
    if person.roles is not None and not (person.roles or roles_listed(default)):
        return "no_role"  # they would lose their roles at the first sign-in
    try:
        with engine.begin() as connection:
            return _link(connection, person, int(user_id))
    except sa.exc.IntegrityError:  # somebody was quicker
        with engine.begin() as connection:
            return _link(connection, person, int(user_id))


def _link(connection: Connection, person: Person, user_id: int) -> str:
    here = sa.select(IDENTITIES).where(IDENTITIES.c.issuer == person.issuer)
    known = connection.execute(here.where(IDENTITIES.c.subject == person.subject)).first()
    if known is not None:
        return "" if known.user_id == user_id else "linked_elsewhere"
    if not connection.execute(sa.select(USERS.c.active).where(USERS.c.id == user_id)).scalar():
        return "stopped"
    if connection.execute(here.where(IDENTITIES.c.user_id == user_id)).first():
        return "linked_already"
    identity = {"issuer": person.issuer, "subject": person.subject, "user_id": user_id, "created_at": now()}
    connection.execute(IDENTITIES.insert().values(**identity))
    return ""


def unlink(engine: Engine, user_id: str) -> User | None:
    """The user's company accounts are theirs no more; None: there were none, or no password to sign in with."""
    own = sa.select(USERS).where(USERS.c.id == int(user_id), USERS.c.password_hash != "")
    with engine.begin() as connection:
        row = connection.execute(own).mappings().first()
        if row is None:
            return None
        gone = connection.execute(IDENTITIES.delete().where(IDENTITIES.c.user_id == int(user_id)))
        return store.user_of(row) if gone.rowcount else None


def _known(person: Person) -> sa.sql.Select:
    joined = sa.select(USERS).join(IDENTITIES, IDENTITIES.c.user_id == USERS.c.id)
    return joined.where(IDENTITIES.c.issuer == person.issuer, IDENTITIES.c.subject == person.subject)


def _newcomer(connection: Connection, person: Person, others: frozenset[Role], invitation: str) -> Arrival:
    roles = person.roles
    if roles is None and invitation:
        roles = store.use_invitation(connection, invitation)
    roles = roles or others
    if not roles:
        return Arrival(None, "no_role")
    name, at = _free_name(connection, person), now()
    row = {"name": name, "display_name": person.display_name, "password_hash": "", "roles": store.roles_text(roles)}
    made = connection.execute(USERS.insert().values(**row, active=True, created_at=at))
    user_id = made.inserted_primary_key[0]
    identity = {"issuer": person.issuer, "subject": person.subject, "user_id": user_id, "created_at": at}
    connection.execute(IDENTITIES.insert().values(**identity))
    return Arrival(User(str(user_id), name, person.display_name, roles), made=True)


def _free_name(connection: Connection, person: Person) -> str:
    """A name that somebody has already is somebody else's: this person gets one with a mark of their own."""
    taken = connection.execute(sa.select(USERS.c.id).where(USERS.c.name == person.name)).first()
    mark = hashlib.sha256(f"{person.issuer} {person.subject}".encode()).hexdigest()[:8]
    return f"{person.name}-{mark}" if taken else person.name
