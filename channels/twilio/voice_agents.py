"""Twilio's webhooks of the calls to agents, of calls back to customers, and of recordings."""

from __future__ import annotations

from collections.abc import Awaitable

import structlog
from aiohttp import web

from channels.door import door_of
from channels.twilio.lines import lines_of
from channels.twilio.recording import of_call, transcribed
from channels.twilio.signature import verified
from channels.twilio.telephone import away, over
from channels.twilio.twiml import answer

routes = web.RouteTableDef()
_log = structlog.get_logger("door")


@routes.post("/twilio/voice/agent")
async def agent(request: web.Request) -> web.Response:
    """The agent has picked up: who is on the line, in one sentence."""
    await verified(request)
    return await _answered(request, lines_of(request).transfer.whisper(*_claim(request)))


@routes.post("/twilio/voice/agent/key")
async def agent_key(request: web.Request) -> web.Response:
    params = await verified(request)
    return await _answered(request, lines_of(request).transfer.key(*_claim(request), params.get("Digits", "")))


@routes.post("/twilio/voice/agent/done")
async def agent_done(request: web.Request) -> web.Response:
    """The caller has gone, the agent is still there."""
    await verified(request)
    return answer(lines_of(request).transfer.done())


@routes.post("/twilio/voice/agent/status")
async def agent_status(request: web.Request) -> web.Response:
    params = await verified(request)
    if over(params):
        await lines_of(request).transfer.over(*_claim(request), params["CallStatus"])
    return web.Response(status=204)


@routes.post("/twilio/voice/out")
async def out(request: web.Request) -> web.Response:
    """The agent who wanted to call a customer has picked up."""
    await verified(request)
    return await _answered(request, lines_of(request).calling_back.whisper(*_claim(request)))


@routes.post("/twilio/voice/out/key")
async def out_key(request: web.Request) -> web.Response:
    params = await verified(request)
    return await _answered(request, lines_of(request).calling_back.key(*_claim(request), params.get("Digits", "")))


@routes.post("/twilio/voice/out/notice")
async def out_notice(request: web.Request) -> web.Response:
    """The customer has picked up, and hears what must be heard before the agent does."""
    await verified(request)
    return answer(lines_of(request).calling_back.notice())


@routes.post("/twilio/voice/out/done")
async def out_done(request: web.Request) -> web.Response:
    """What came of the call to the customer."""
    params = await verified(request)
    return await _answered(request, lines_of(request).calling_back.done(*_claim(request), params))


@routes.post("/twilio/voice/out/status")
async def out_status(request: web.Request) -> web.Response:
    params = await verified(request)
    if over(params):
        await lines_of(request).calling_back.over(*_claim(request), params["CallStatus"])
    return web.Response(status=204)


@routes.post("/twilio/voice/recording")
async def recording(request: web.Request) -> web.Response:
    """A talk was recorded."""
    params = await verified(request)
    await of_call(door_of(request).stream, request.query.get("c", ""), params)
    return web.Response(status=204)


@routes.post("/twilio/voice/transcription")
async def transcription(request: web.Request) -> web.Response:
    """The words of a recording."""
    params = await verified(request)
    await transcribed(door_of(request).stream, request.query.get("c", ""), params)
    return web.Response(status=204)


async def _answered(request: web.Request, made: Awaitable[str]) -> web.Response:
    """The TwiML; whatever breaks, the agent hears a sentence."""
    try:
        return answer(await made)
    except Exception:
        _log.exception("agent_call_broke", path=request.path)
        return answer(away(lines_of(request).telephone.speech))


def _claim(request: web.Request) -> tuple[str, str]:
    """The customer's conversation, and whose taking of it this call is for."""
    return request.query.get("c", ""), request.query.get("k", "")
