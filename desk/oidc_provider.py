"""The issuer of the company's accounts: its addresses, its keys, and the exchange of a code for an ID token."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout
from yarl import URL

from address import unread_on_the_way
from desk import oidc_token
from desk.oidc_token import Refused

BACK = "/login/company/back"  # where the issuer sends people
LIMITS = ClientTimeout(total=10, connect=4)
KEPT_SECONDS = 3600  # addresses and keys: a key that the issuer took back is not believed for longer
AGAIN_SECONDS = 60  # forged tokens with unknown key ids must not make us hammer the issuer
_LONGEST = 512 * 1024
_ADDRESSES = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True)
class Client:
    """Us, as the issuer knows us."""

    id: str
    secret: str
    back: str


@dataclass
class _Kept:
    """What was fetched, and when."""

    found: Any
    at: float


class Provider:
    def __init__(
        self, http: ClientSession, issuer: str, client: Client, scopes: str, clock: Callable[[], float]
    ) -> None:
        self._http, self.issuer, self._client, self._scopes, self._clock = http, issuer, client, scopes, clock
        self._addresses: _Kept | None = None
        self._keys: _Kept | None = None
        self._asked_again_at = float("-inf")
        self._turn = asyncio.Lock()

    async def entrance(self, state: str, nonce: str, challenge: str) -> URL:
        """Where the browser goes to sign in."""
        asked = {"response_type": "code", "client_id": self._client.id, "redirect_uri": self._client.back}
        asked |= {"scope": self._scopes, "state": state, "nonce": nonce}
        asked |= {"code_challenge": challenge, "code_challenge_method": "S256"}
        return URL((await self._configuration())["authorization_endpoint"]).update_query(asked)

    async def claims(self, code: str, verifier: str, nonce: str) -> dict[str, Any]:
        """What the ID token says, once all of it is checked."""
        token = await self._exchange(code, verifier)
        key_id, algorithm = oidc_token.head(token)
        key = await self._key(key_id, algorithm)
        return oidc_token.checked(token, key, algorithm, self.issuer, self._client.id, nonce)

    async def _exchange(self, code: str, verifier: str) -> str:
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self._client.back}
        form["code_verifier"] = verifier
        configuration = await self._configuration()
        headers = {"Accept": "application/json"}
        if "client_secret_basic" in configuration.get("token_endpoint_auth_methods_supported", ["client_secret_basic"]):
            headers["Authorization"] = self._basic()
        else:
            form |= {"client_id": self._client.id, "client_secret": self._client.secret}
        answer = await self._ask("POST", configuration["token_endpoint"], data=form, headers=headers)
        if not isinstance(answer.get("id_token"), str):
            raise Refused("no_token")
        return str(answer["id_token"])

    def _basic(self) -> str:
        """RFC 6749 2.3.1 has both parts form-encoded first."""
        pair = f"{quote_plus(self._client.id)}:{quote_plus(self._client.secret)}"
        return f"Basic {base64.b64encode(pair.encode()).decode()}"

    async def _configuration(self) -> dict[str, Any]:
        async with self._turn:
            if self._addresses is None or self._old(self._addresses):
                found = await self._ask("GET", f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
                self._check(found)
                self._addresses = _Kept(found, self._clock())
            return dict(self._addresses.found)

    def _check(self, found: dict[str, Any]) -> None:
        """The document must be the issuer's own, and lead nowhere that is less safe than the issuer."""
        safe = all(unread_on_the_way(str(found.get(name, ""))) for name in _ADDRESSES)
        if urlsplit(self.issuer).scheme == "https":
            safe = safe and all(urlsplit(str(found[name])).scheme == "https" for name in _ADDRESSES)
        if found.get("issuer") != self.issuer or not safe:
            raise Refused("configuration")

    async def _key(self, key_id: str | None, algorithm: str) -> Any:
        """An id that is not known may be a new key's: the keys are fetched again, though not for every such token."""
        address = (await self._configuration())["jwks_uri"]
        async with self._turn:
            if self._keys is None or self._old(self._keys):
                self._keys = await self._fetched_keys(address)
            key = oidc_token.key_of(self._keys.found, key_id, algorithm)
            if key is None and self._clock() - self._asked_again_at >= AGAIN_SECONDS:
                self._asked_again_at = self._clock()
                self._keys = await self._fetched_keys(address)
                key = oidc_token.key_of(self._keys.found, key_id, algorithm)
        if key is None:
            raise Refused("key")
        return key

    async def _fetched_keys(self, address: str) -> _Kept:
        found = (await self._ask("GET", address)).get("keys")
        if not isinstance(found, list):
            raise Refused("away")
        return _Kept([key for key in found if isinstance(key, dict)], self._clock())

    def _old(self, kept: _Kept) -> bool:
        return self._clock() - kept.at >= KEPT_SECONDS

    async def _ask(self, method: str, address: str, **more: Any) -> dict[str, Any]:
        """A JSON object. The issuer's own words about a failure are nobody's business here."""
        try:
            async with self._http.request(method, address, allow_redirects=False, **more) as answer:
                if answer.status in (400, 401) and method == "POST":
                    raise Refused("code" if answer.status == 400 else "client")
                if answer.status != 200:
                    raise Refused("away")
                found = json.loads(await _body(answer.content))
        except (ClientError, TimeoutError, asyncio.TimeoutError, ValueError, RecursionError) as error:
            raise Refused("away") from error
        if not isinstance(found, dict):
            raise Refused("away")
        return found


async def _body(content: Any) -> bytes:
    body = bytearray()
    async for part in content.iter_chunked(65_536):
        body += part
        if len(body) > _LONGEST:
            raise ValueError("too long")
    return bytes(body)
