"""ConversationRelay's websocket, and the webhook to which the call comes back from it."""

from __future__ import annotations

import asyncio
import hmac
import json
from dataclasses import replace

import structlog
from aiohttp import WSCloseCode, WSMsgType, web
from redis.exceptions import RedisError

from channels.door import door_of
from channels.errors import Refusal
from channels.safety import BODY_LIMIT
from channels.twilio.call import Call, Prompt, Then
from channels.twilio.came import Setup, read
from channels.twilio.lines import lines_of
from channels.twilio.session import Session
from channels.twilio.signature import HEADER, Params, signed, verified
from channels.twilio.telephone import PREFIX, Telephone, conversation_of
from channels.twilio.voice import answered, turn_of
from channels.twilio.words import say

routes = web.RouteTableDef()
_SETUP_SECONDS, _PING_SECONDS = 10, 25
_LOST = 2  # streams in a row; then the call goes on by Gather
_log = structlog.get_logger("door")


@routes.get("/twilio/voice/relay")
async def socket(request: web.Request) -> web.WebSocketResponse:
    """One call's stream. Its handshake is signed as webhooks are."""
    door = door_of(request)
    if not signed(door.settings, request.raw_path, {}, request.headers.get(HEADER, ""), scheme="ws"):
        raise Refusal("forged")
    ws = web.WebSocketResponse(heartbeat=_PING_SECONDS, max_msg_size=BODY_LIMIT, compress=False)
    await ws.prepare(request)
    door.sockets.add(ws)
    try:
        with door.measures.sockets.track_inprogress():
            session = await _session(request, ws)
            await (session.run() if session else ws.close(code=WSCloseCode.POLICY_VIOLATION))
    except (RedisError, OSError, asyncio.TimeoutError) as error:
        _log.warning("socket_broke", error=repr(error))
        await ws.close(code=WSCloseCode.TRY_AGAIN_LATER)
    return ws


async def _session(request: web.Request, ws: web.WebSocketResponse) -> Session | None:
    """None unless it is set up for a call of our account that has begun here."""
    door, telephone = door_of(request), lines_of(request).telephone
    message = await ws.receive(timeout=_SETUP_SECONDS)
    setup = read(message.data) if message.type is WSMsgType.TEXT else None
    account = door.settings.twilio_account_sid.encode()
    if not isinstance(setup, Setup) or not hmac.compare_digest(setup.account.encode(), account):
        return None
    call = await telephone.settled(f"{PREFIX}{setup.call}")
    return Session(ws, telephone, door.tail, setup, call) if call else None


@routes.post("/twilio/voice/relay/done")
async def done(request: web.Request) -> web.Response:
    """The stream is over: where the call goes now, or on where it was."""
    params, lost = await verified(request), request.query.get("r", "0")
    telephone = lines_of(request).telephone
    after = _after(telephone, params, turn_of(request), int(lost) if lost.isdecimal() else 0)
    return await answered(request, after)


async def _after(telephone: Telephone, params: Params, turn: int, lost: int) -> str:
    cid = conversation_of(params)
    call = await telephone.calls.get(cid)
    if call is None:
        return await telephone.begin(params)
    said = _handed_over(params, call)
    if said is not None:
        return telephone.twiml(replace(call, now=replace(call.now, lines=call.now.lines[said:])))
    if (await telephone.stream.state(cid)).get("ended_at"):
        return telephone.speech.twiml(Prompt((), Then.HANG_UP), call.turn)
    return await _lost(telephone, call, lost + 1 if call.turn == turn else 1)


async def _lost(telephone: Telephone, call: Call, lost: int) -> str:
    """The socket is gone, and nobody meant it: another one, or none any more."""
    if lost > _LOST:
        call = replace(call, gathers=True)
        await telephone.calls.keep(call)
    if await telephone.calls.making(call.conversation_id, call.turn):
        call = replace(call, now=Prompt((say("voice.filler"),), Then.WAIT))
    return telephone.twiml(call, lost)


def _handed_over(params: Params, call: Call) -> int | None:
    """How many lines of the Prompt were said before we ended the stream; None where we did not."""
    try:
        data = json.loads(params.get("HandoffData", ""))
        meant = (data["then"], data["turn"]) == (call.now.then.value, call.turn)
        return int(data["said"]) if meant else None
    except (ValueError, KeyError, TypeError):
        return None
