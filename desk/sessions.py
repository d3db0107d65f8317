"""Sessions of staff in Redis: ended by idleness, by age, by signing out, or by an admin."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from desk import keys
from desk.staff import Role, User
from stores import AsyncRedis

COOKIE = "desk_session"
IDLE_SECONDS = 45 * 60
LONGEST_SECONDS = 12 * 3600  # a shift; after it one signs in again


@dataclass(frozen=True)
class Session:
    """`csrf` is what every posted form of this session carries."""

    user: User
    csrf: str
    began_at: float
    token_hash: str


class Sessions:
    def __init__(self, redis: AsyncRedis, clock: Callable[[], float]) -> None:
        self._redis, self._clock = redis, clock

    async def begin(self, user: User) -> str:
        """The token for the cookie; Redis only knows its hash."""
        token = secrets.token_urlsafe(32)
        name = _hash(token)
        who = {"id": user.id, "name": user.name, "display_name": user.display_name}
        data = {**who, "roles": sorted(user.roles), "csrf": secrets.token_urlsafe(24), "began_at": self._clock()}
        await self._redis.set(keys.session(name), json.dumps(data, ensure_ascii=False), ex=IDLE_SECONDS)
        await self._redis.sadd(keys.sessions_of(user.id), name)
        await self._redis.expire(keys.sessions_of(user.id), LONGEST_SECONDS)
        return token

    async def find(self, token: str, touch: bool = True) -> Session | None:
        """The session behind a cookie; with `touch` it counts as used now."""
        name = _hash(token)
        key = keys.session(name)
        text = await (self._redis.getex(key, ex=IDLE_SECONDS) if touch else self._redis.get(key))
        if text is None:
            return None
        data = json.loads(text)
        if self._clock() - data["began_at"] > LONGEST_SECONDS:
            await self._redis.delete(key)
            return None
        roles = frozenset(Role(role) for role in data["roles"])
        user = User(data["id"], data["name"], data["display_name"], roles)
        return Session(user, data["csrf"], data["began_at"], name)

    async def signed_in(self, user_id: str) -> bool:
        """Whether a session of theirs lives, whatever page they look at."""
        names = await self._redis.smembers(keys.sessions_of(user_id))
        return bool(names) and bool(await self._redis.exists(*[keys.session(name) for name in names]))

    async def end(self, token: str) -> None:
        await self._redis.delete(keys.session(_hash(token)))

    async def end_all(self, user_id: str, but: str = "") -> int:
        """Signs a user out everywhere, `but` for the session of this cookie."""
        names = await self._redis.smembers(keys.sessions_of(user_id)) - {_hash(but)}
        for name in names:
            await self._redis.delete(keys.session(name))
            await self._redis.srem(keys.sessions_of(user_id), name)
        return len(names)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
