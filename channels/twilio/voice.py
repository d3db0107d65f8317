"""Twilio's webhooks of the telephone."""

from __future__ import annotations

from collections.abc import Awaitable

import structlog
from aiohttp import web
from redis.exceptions import RedisError

from channels.door import door_of
from channels.twilio.lines import lines_of
from channels.twilio.signature import verified
from channels.twilio.telephone import conversation_of, over
from channels.twilio.twiml import answer

routes = web.RouteTableDef()
_log = structlog.get_logger("door")


@routes.post("/twilio/voice")
async def begins(request: web.Request) -> web.Response:
    params = await verified(request)
    return await answered(request, lines_of(request).telephone.begin(params))


@routes.post("/twilio/voice/turn")
async def turn(request: web.Request) -> web.Response:
    """What the caller said or pressed, or nothing."""
    params = await verified(request)
    return await answered(request, lines_of(request).telephone.turn(params, turn_of(request)))


@routes.post("/twilio/voice/wait")
async def wait(request: web.Request) -> web.Response:
    """After a filler: the answer, if it is there."""
    params = await verified(request)
    return await answered(request, lines_of(request).telephone.wait(params, turn_of(request)))


@routes.post("/twilio/voice/queue")
async def queue(request: web.Request) -> web.Response:
    """What is heard while waiting for an agent, again and again."""
    params = await verified(request)
    return await answered(request, lines_of(request).waiting.heard(params, turn_of(request)))


@routes.post("/twilio/voice/left")
async def left(request: web.Request) -> web.Response:
    """Out of the queue: after the talk, or by a key."""
    params = await verified(request)
    return await answered(request, lines_of(request).waiting.left(params, turn_of(request)))


@routes.post("/twilio/voice/message")
async def message(request: web.Request) -> web.Response:
    """After the tone: a recording, or nothing."""
    params = await verified(request)
    return await answered(request, lines_of(request).voicemail.recorded(params, turn_of(request)))


@routes.post("/twilio/voice/status")
async def status(request: web.Request) -> web.Response:
    """The call is over: so is the talk, and nobody need wait for it any more."""
    params = await verified(request)
    if over(params):
        await lines_of(request).waiting.gone(conversation_of(params))
    return web.Response(status=204)


async def answered(request: web.Request, made: Awaitable[str]) -> web.Response:
    """The TwiML; whatever breaks, the caller hears a sentence and is not cut off."""
    telephone, tries = lines_of(request).telephone, int(request.query.get("r", "0"))
    try:
        return answer(await made)
    except (RedisError, OSError) as error:
        _log.warning("redis_away", what=request.path, error=repr(error))
    except Exception:
        _log.exception("call_broke", path=request.path)
    door_of(request).measures.refused.labels("call_failed").inc()
    return answer(telephone.fallback(turn_of(request), tries))


def turn_of(request: web.Request) -> int:
    number = request.query.get("n", "0")
    return int(number) if number.isdecimal() else 0
