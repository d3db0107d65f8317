"""Webhooks as Twilio posts them: signed over the public address with every field, blank ones too."""

from __future__ import annotations

import asyncio
import time
import uuid
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit, urlunsplit

import aiohttp
from twilio.request_validator import RequestValidator
from yarl import URL

Params = dict[str, str]


class TwimlError(AssertionError):
    """Twilio would not play this to the caller; the message names the place."""


class WebhookError(TwimlError):
    """The product did not answer a webhook as it must."""


@dataclass(frozen=True)
class Answer:
    """What the product answered to one webhook."""

    status: int
    body: bytes
    content_type: str
    seconds: float
    url: str


@dataclass(frozen=True)
class Forgery:
    """How a webhook is made wrong on purpose; as it stands, it is right."""

    tampered: bool = False
    token: str | None = None
    scheme_swap: bool = False
    unsigned: bool = False


HONEST = Forgery()


@dataclass
class Half:
    """A webhook whose second half has not been sent."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    rest: bytes

    async def finish(self) -> int:
        """Sends the rest; the status that was answered."""
        self.writer.write(self.rest)
        status = int((await self.reader.readline()).split()[1])
        await self.cut()
        return status

    async def cut(self) -> None:
        """The connection breaks."""
        self.writer.close()
        await self.writer.wait_closed()


def signature(token: str, url: str, params: Params) -> str:
    """Twilio's own algorithm."""
    return str(RequestValidator(token).compute_signature(url, params))


@dataclass
class Webhooks:
    """The road from Twilio to the product's door."""

    auth_token: str
    door_url: str
    public_url: str
    limit_seconds: float = 15.0
    latencies: list[tuple[str, float]] = field(default_factory=list)
    last: tuple[str, str, dict[str, str], str] | None = None
    _session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, force_close=True))

    async def close(self) -> None:
        if self._session:
            await self._session.close()

    @property
    def session(self) -> aiohttp.ClientSession:
        assert self._session is not None, "only within `async with twilio.running()`"
        return self._session

    def absolute(self, reference: str, base: str | None = None) -> str:
        """The public address that a reference in a document means; fragments (connection overrides) are not sent."""
        found = urlsplit(urljoin(base or f"{self.public_url.rstrip('/')}/", reference.strip()))
        return urlunsplit(found._replace(fragment=""))

    def at_door(self, path: str) -> str:
        """The public address of a path of the door, which may lie behind a prefix."""
        return f"{self.public_url.rstrip('/')}{path}"

    def where(self, public: str) -> str:
        """Where we connect to reach a public address. Nothing leaves this machine."""
        for ours in (self.public_url, self.public_url.replace("http", "ws", 1), self.door_url):
            prefix = ours.rstrip("/")
            if public == prefix or public.startswith((f"{prefix}/", f"{prefix}?")):
                return self.door_url.rstrip("/") + public[len(prefix) :]
        raise TwimlError(f"{public}: leads away from the product's public address {self.public_url}")

    async def send(
        self, url: str, params: Params, *, method: str = "POST", forgery: Forgery = HONEST, token: str = ""
    ) -> Answer:
        """One webhook; an answer later than Twilio waits, or none, is a WebhookError."""
        if method == "GET":
            url, params = f"{url}{'&' if '?' in url else '?'}{urlencode(params)}", {}
        headers = self.headers(url, params, forgery, token)
        if forgery.tampered:
            url, params = _altered(url, params)
        data = urlencode(params)
        self.last = (method, url, headers, data)
        begun = time.monotonic()
        try:
            answer = await asyncio.wait_for(self._exchange(method, url, headers, data), self.limit_seconds)
        except asyncio.TimeoutError:
            raise WebhookError(f"{url}: no answer in {self.limit_seconds:g} s (11205)") from None
        except aiohttp.ClientError as error:
            raise WebhookError(f"{url}: {error!r} (11200)") from error
        seconds = time.monotonic() - begun
        self.latencies.append((urlsplit(url).path, seconds))
        return Answer(*answer, seconds=seconds, url=url)

    async def again(self) -> Answer:
        """Delivers the last webhook once more, as Twilio may: same fields, signature and idempotency token."""
        assert self.last is not None, "nothing was sent yet"
        method, url, headers, data = self.last
        begun = time.monotonic()
        return Answer(*await self._exchange(method, url, headers, data), seconds=time.monotonic() - begun, url=url)

    async def half(self, path: str, params: Params) -> Half:
        """A signed webhook on a bad line: half of it has come, the rest waits for the test."""
        url = self.at_door(path)
        door, data = urlsplit(self.where(url)), urlencode(params).encode()
        headers = self.headers(url, params, HONEST, "") | {"Host": door.netloc, "Content-Length": str(len(data))}
        reader, writer = await asyncio.open_connection(door.hostname, door.port)
        lines = [f"POST {door.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        writer.write("\r\n".join([*lines, "", ""]).encode() + data[: len(data) // 2])
        await writer.drain()
        return Half(reader, writer, data[len(data) // 2 :])

    async def handshake(self, url: str, forgery: Forgery = HONEST) -> aiohttp.ClientWebSocketResponse[Any]:
        """Opens a websocket of ConversationRelay; its address is signed without fields."""
        target = URL(self.where(url), encoded=True)
        headers = (
            {} if forgery.unsigned else {"X-Twilio-Signature": signature(forgery.token or self.auth_token, url, {})}
        )
        try:
            return await self.session.ws_connect(target, headers=headers, max_msg_size=1 << 20)
        except aiohttp.ClientError as error:
            raise WebhookError(f"{url}: {error!r} (64102)") from error

    def headers(self, url: str, params: Params, forgery: Forgery, token: str) -> dict[str, str]:
        """What comes with a webhook; `token` is equal for repeats of the same."""
        found = {
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
            "User-Agent": "TwilioProxy/1.1",
            "I-Twilio-Idempotency-Token": token or str(uuid.uuid4()),
        }
        if not forgery.unsigned:
            signed = _swapped(url) if forgery.scheme_swap else url
            found["X-Twilio-Signature"] = signature(forgery.token or self.auth_token, signed, params)
        return found

    async def _exchange(self, method: str, url: str, headers: dict[str, str], data: str) -> tuple[int, bytes, str]:
        target = URL(self.where(url), encoded=True)
        async with self.session.request(
            method, target, headers=headers, data=data.encode() if method == "POST" else None, allow_redirects=False
        ) as response:
            return response.status, await response.read(), response.content_type


def _altered(url: str, params: Params) -> tuple[str, Params]:
    """Changed after it was signed: in its first field of weight, or in its query."""
    for name in ("Body", "SpeechResult", "Digits", "From", *params):
        if name in params:
            return url, {**params, name: f"{params[name]}9"}
    return f"{url}9", params


def _swapped(url: str) -> str:
    return url.replace("https:", "http:", 1) if url.startswith("https:") else url.replace("http:", "https:", 1)
