"""Twilio's API by its own SDK: times out, never repeats a request by itself, and may be led to a stand-in."""

from __future__ import annotations

import logging
from urllib.parse import urlsplit, urlunsplit

from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from settings import Settings

SECONDS = 10.0


# The SDK would log the addresses of its requests, and with them customers' numbers.
_SILENT = logging.getLogger("channels.twilio.sdk")
_SILENT.setLevel(logging.WARNING)


class _Http(AsyncTwilioHttpClient):
    """The SDK takes no heed of the timeout that it is made with."""

    async def request(self, *args: object, timeout: float | None = None, **kwargs: object) -> Response:
        return await super().request(*args, timeout=timeout or SECONDS, **kwargs)


class Twilio(Client):
    """Make it in the running loop and `close` it there."""

    def __init__(self, settings: Settings) -> None:
        self._http = _Http(logger=_SILENT)
        super().__init__(settings.twilio_account_sid, settings.twilio_auth_token, http_client=self._http)
        self._base = urlsplit(settings.twilio_api_base_url)

    def get_hostname(self, uri: str) -> str:
        parts = urlsplit(uri)
        return urlunsplit(parts._replace(scheme=self._base.scheme, netloc=self._base.netloc))

    async def close(self) -> None:
        await self._http.close()
