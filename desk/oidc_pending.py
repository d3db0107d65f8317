"""Sign-ins that are at the issuer just now: known by their state, bound to one browser, good for one return."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import asdict, dataclass

from aiohttp import web

from desk import keys
from stores import AsyncRedis

SECONDS = 600
COOKIE = "desk_company"
PATH = "/login/company"


@dataclass(frozen=True)
class Pending:
    """`browser` is the hash of the cookie; `invitation` the token of the link with which somebody came; `link` the id
    of the user who is signed in already and wants the company's account for it. Both may be empty."""

    browser: str
    nonce: str
    verifier: str
    following: str
    invitation: str
    link: str = ""

    @property
    def challenge(self) -> str:
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


async def begin(
    redis: AsyncRedis, following: str = "/", invitation: str = "", link: str = ""
) -> tuple[str, str, Pending]:
    """The state, what the browser's cookie holds, and what we keep."""
    state, cookie, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(4))
    pending = Pending(_hash(cookie), nonce, verifier, following, invitation, link)
    await redis.set(keys.company_sign_in(_hash(state)), json.dumps(asdict(pending)), ex=SECONDS)
    return state, cookie, pending


def carry(answer: web.Response, cookie: str, secure: bool) -> None:
    """The browser takes it along. Lax: the way back from the issuer begins on another site."""
    answer.set_cookie(COOKIE, cookie, httponly=True, samesite="Lax", secure=secure, max_age=SECONDS, path=PATH)


async def take(redis: AsyncRedis, state: str, cookie: str) -> Pending | None:
    """None: unknown, used, too old, or another browser's. Asking uses it up in any case."""
    text = await redis.getdel(keys.company_sign_in(_hash(state)))
    pending = Pending(**json.loads(text)) if text else None
    if pending is None or not hmac.compare_digest(pending.browser, _hash(cookie)):
        return None
    return pending


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
