"""Whether a webhook is Twilio's: the signature over our public address and every field, blank ones included."""

from __future__ import annotations

import hmac
from urllib.parse import parse_qsl

from aiohttp import web
from twilio.request_validator import RequestValidator

from channels.door import door_of
from channels.errors import Refusal
from settings import Settings

Params = dict[str, str]
_BODY_LIMIT = 64 * 1024  # 1,600 letters of a text are 14 KB as a form; the fields around it are Twilio's to add to
HEADER = "X-Twilio-Signature"


async def verified(request: web.Request) -> Params:
    """The fields of a webhook. Raises Refusal (403) unless Twilio signed it with a token of ours."""
    settings = door_of(request).settings
    body = await request.clone(client_max_size=_BODY_LIMIT).read()
    try:
        params = dict(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=bool(body)))
    except ValueError as error:
        raise Refusal("forged") from error
    if not signed(settings, request.raw_path, params, request.headers.get(HEADER, "")):
        raise Refusal("forged")
    if not hmac.compare_digest(params.get("AccountSid", "").encode(), settings.twilio_account_sid.encode()):
        raise Refusal("forged")
    return params


def signed(settings: Settings, raw_path: str, params: Params, signature: str, scheme: str = "http") -> bool:
    """The address is the configured one: what a proxy or a caller says of it counts for nothing."""
    base = settings.public_url.rstrip("/")
    if scheme == "ws":
        base = f"ws{base.removeprefix('http')}"
    return any(
        RequestValidator(token).validate(f"{base}{raw_path}", params, signature) for token in settings.twilio_tokens
    )
