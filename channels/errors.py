"""What the door refuses, and the one shape in which it says so."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from channels.sentences import say

# HTTP status of each code; the sentences are in sentences.yml under the same names.
STATUS = {
    "bad_request": 400,
    "unauthorized": 401,
    "origin": 403,
    "forged": 403,
    "not_found": 404,
    "method": 405,
    "conversation_over": 409,
    "too_large": 413,
    "too_long": 422,
    "empty": 422,
    "unknown_choice": 422,
    "unknown_exchange": 422,
    "too_fast": 429,
    "internal": 500,
    "unavailable": 503,
}
# With which WebSocket code a socket ends; other errors leave it open.
CLOSES = {"unauthorized": 4401, "conversation_over": 4409}


class Refusal(Exception):
    """The customer's request is not taken; `values` fill the sentence, `retry_after` is in seconds."""

    def __init__(self, code: str, retry_after: int | None = None, **values: Any) -> None:
        super().__init__(code)
        self.code, self.retry_after, self.values = code, retry_after, values
        self.message = say(f"errors.{code}", **values)

    def frame(self, frame_id: object = None) -> dict[str, Any]:
        """As a frame of the socket."""
        frame: dict[str, Any] = {"type": "error", "code": self.code, "message": self.message}
        if isinstance(frame_id, str):
            frame["id"] = frame_id
        if self.retry_after is not None:
            frame["retry_after"] = self.retry_after
        return frame

    def response(self, request_id: str) -> web.Response:
        """As an HTTP answer."""
        body = {"error": {"code": self.code, "message": self.message, "id": request_id}}
        headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        return web.json_response(body, status=STATUS[self.code], headers=headers, dumps=dumps)


def dumps(value: object) -> str:
    """JSON as we send it: Japanese stays readable."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
