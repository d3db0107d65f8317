"""A real provider of company accounts on loopback, and a desk that trusts it."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_plus

import jwt
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from yarl import URL

from desk import sessions, store
from desk.oidc import COOKIE
from desk.words import words
from tests.desk.room import Floor

PATH = "/login/company"
CLIENT, SECRET = "desk client", "a secret: with signs/+&"


@dataclass
class Key:
    """A signing key with its id."""

    id: str
    private: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65_537, 2048))

    @property
    def public(self) -> dict[str, Any]:
        return {**RSAAlgorithm.to_jwk(self.private.public_key(), as_dict=True), "kid": self.id, "use": "sig"}

    @property
    def pem(self) -> bytes:
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return self.private.public_key().public_bytes(serialization.Encoding.PEM, form)


class Issuer:
    """Signs everybody in as `person`; tests change what it says."""

    def __init__(self) -> None:
        self.keys = [Key("first")]
        self.person: dict[str, Any] = {
            "sub": "248289761001",
            "name": "山田 花子",
            "preferred_username": "Yamada@x.example",
        }
        self.claims: dict[str, Any] = {}  # over those of an honest token; None takes one away
        self.methods = ["client_secret_basic"]
        self.changed: dict[str, Any] = {}  # in the discovery document
        self.fails: dict[str, type[web.HTTPError]] = {}  # by path
        self.error = ""
        self.asked: Counter[str] = Counter()
        self.token: Any = self.signed
        self._codes: dict[str, dict[str, str]] = {}
        app = web.Application()
        app.router.add_get("/.well-known/openid-configuration", self._discovery)
        app.router.add_get("/authorize", self._authorize)
        app.router.add_post("/token", self._token)
        app.router.add_get("/jwks", self._jwks)
        self.server = TestServer(app)

    @property
    def url(self) -> str:
        return str(self.server.make_url("/")).rstrip("/")

    def honest(self, nonce: str) -> dict[str, Any]:
        now = int(time.time())
        own = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce}
        return {key: value for key, value in {**own, **self.person, **self.claims}.items() if value is not None}

    def signed(self, nonce: str) -> str:
        key = self.keys[-1]
        return jwt.encode(self.honest(nonce), key.private, "RS256", {"kid": key.id})

    async def _discovery(self, request: web.Request) -> web.Response:
        self._count(request)
        paths = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "jwks"}
        found = {"issuer": self.url} | {name: f"{self.url}/{path}" for name, path in paths.items()}
        return web.json_response(found | {"token_endpoint_auth_methods_supported": self.methods} | self.changed)

    async def _jwks(self, request: web.Request) -> web.Response:
        self._count(request)
        return web.json_response({"keys": [key.public for key in self.keys]})

    async def _authorize(self, request: web.Request) -> web.Response:
        self._count(request)
        asked = dict(request.query)
        assert asked["response_type"] == "code" and asked["code_challenge_method"] == "S256"
        assert asked["client_id"] == CLIENT and "openid" in asked["scope"].split()
        back = URL(asked["redirect_uri"])
        if self.error:
            said = {"error": self.error, "error_description": "<b>secret words</b>", "state": asked["state"]}
            raise web.HTTPFound(back.with_query(said))
        code = secrets.token_urlsafe(8)
        self._codes[code] = asked
        raise web.HTTPFound(back.with_query(code=code, state=asked["state"]))

    async def _token(self, request: web.Request) -> web.Response:
        self._count(request)
        form = {key: str(value) for key, value in (await request.post()).items()}
        if self._client(request, form) != (CLIENT, SECRET):
            return web.json_response({"error": "invalid_client"}, status=401)
        asked = self._codes.pop(form["code"], None)  # a code works once
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if not asked or asked["code_challenge"] != challenge or asked["redirect_uri"] != form["redirect_uri"]:
            return web.json_response({"error": "invalid_grant"}, status=400)
        return web.json_response({"access_token": "x", "token_type": "Bearer", "id_token": self.token(asked["nonce"])})

    def _client(self, request: web.Request, form: dict[str, str]) -> tuple[str, str]:
        if self.methods == ["client_secret_post"]:
            return form["client_id"], form["client_secret"]
        pair = base64.b64decode(request.headers["Authorization"].removeprefix("Basic ")).decode()
        name, _, secret = pair.partition(":")
        return unquote_plus(name), unquote_plus(secret)

    def _count(self, request: web.Request) -> None:
        self.asked[request.path] += 1
        if request.path in self.fails:
            raise self.fails[request.path](text="secret words")


@dataclass
class Way:
    """A browser that signs in step by step."""

    floor: Floor
    issuer: Issuer

    @property
    def cookie(self) -> str:
        """What the browser carries to the issuer and back; empty: nothing."""
        jar = self.floor.client.session.cookie_jar.filter_cookies(self.floor.client.make_url(PATH))
        return jar[COOKIE].value if COOKIE in jar else ""

    def bring(self, cookie: str) -> None:
        """Another browser, with this cookie."""
        self.floor.forget_cookies()
        self.floor.client.session.cookie_jar.update_cookies({COOKIE: cookie}, self.floor.client.make_url(PATH))

    async def leave(self, **query: str) -> URL:
        """The desk's button: where it leads."""
        async with self.floor.client.get("/login/company", params=query, allow_redirects=False) as answer:
            assert answer.status == 303, await answer.text()
            return URL(answer.headers["Location"], encoded=True)

    async def through(self, entrance: URL) -> URL:
        """The issuer's page: where it sends the browser back to."""
        async with self.floor.client.session.get(entrance, allow_redirects=False) as answer:
            assert answer.status == 302, await answer.text()
            return URL(answer.headers["Location"], encoded=True)

    async def back(self, address: URL) -> Any:
        answer = await self.floor.client.get(address.path_qs, allow_redirects=False)
        await answer.read()
        return answer

    async def sign_in(self, **query: str) -> Any:
        return await self.back(await self.through(await self.leave(**query)))


Company = Callable[..., Awaitable[Way]]


def account(floor: Floor, name: str) -> store.Account | None:
    return next((each for each in store.accounts(floor.desk.engine) if each.user.name == name), None)


def recorded(floor: Floor) -> list[tuple[str, str]]:
    return [(entry.action, entry.object) for entry in store.entries(floor.desk.engine)]


async def refused(answer: Any, kind: str, floor: Floor, status: int = 403) -> None:
    """A polite page that tells nothing of the issuer's, one line of the log, and no session."""
    page = await answer.text()
    assert answer.status == status and words("company").get(kind, words("company")["other"]) in page
    assert "サインインできませんでした" in page and "secret words" not in page
    assert recorded(floor)[0] == ("company.refused", kind) and sessions.COOKIE not in floor.cookies()
