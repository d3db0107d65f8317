"""`python -m actions`: rasa_sdk's server on our own address only (by itself it listens on every one), with health."""

from __future__ import annotations

import asyncio
import logging

from rasa_sdk.endpoint import create_app
from sanic import Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from actions.opened import close, opened, settings


def app() -> Sanic:
    """The server: rasa_sdk's /webhook and /health, our /healthz, /readyz."""
    server = create_app("actions", cors_origins=[])
    server.add_route(_alive, "/healthz")
    server.add_route(_ready, "/readyz")
    server.listener("after_server_stop")(_close)
    return server


async def _alive(_request: Request) -> HTTPResponse:
    return response.json({"alive": True})


async def _ready(_request: Request) -> HTTPResponse:
    """200 when Redis answers; SQL may be away, the calendar then goes on with what it knows."""
    try:
        await asyncio.wait_for((await opened()).redis.ping(), 2)
    except Exception as error:
        return response.json({"ready": False, "problems": [type(error).__name__]}, 503)
    return response.json({"ready": True, "problems": []})


async def _close(_app: Sanic, _loop: object = None) -> None:
    await close()


if __name__ == "__main__":
    chosen = settings()
    logging.basicConfig(level=chosen.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    app().run(chosen.actions_host, chosen.actions_port, workers=1, access_log=False)
