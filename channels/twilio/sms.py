"""Twilio's webhooks of SMS: a customer's message, and what became of one of ours."""

from __future__ import annotations

import structlog
from aiohttp import web
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError
from twilio.twiml.messaging_response import MessagingResponse

from channels.twilio import status
from channels.twilio.lines import lines_of
from channels.twilio.signature import verified

routes = web.RouteTableDef()
_log = structlog.get_logger("door")


@routes.post("/twilio/sms")
async def incoming(request: web.Request) -> web.Response:
    """Taken and answered at once; what is to be said comes by the outbox."""
    params = await verified(request)
    texting = lines_of(request).texting
    try:
        reply = await texting.take(params)
    except (RedisError, OSError, SQLAlchemyError) as error:  # better a word now than a message that nobody has read
        _log.warning("text_not_kept", what=request.path, error=repr(error))
        reply = texting.away()
    return twiml(reply)


@routes.post("/twilio/sms/status")
async def reported(request: web.Request) -> web.Response:
    params = await verified(request)
    texting = lines_of(request).texting
    await status.take(texting.stream, texting.texts, request.query.get("c", ""), request.query.get("k", ""), params)
    return web.Response(status=204)


def twiml(reply: str = "") -> web.Response:
    answer = MessagingResponse()
    if reply:
        answer.message(reply)
    return web.Response(text=str(answer), content_type="text/xml")
