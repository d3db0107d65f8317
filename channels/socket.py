"""The web socket of one tab: hello, replay, then news one way and frames the other."""

from __future__ import annotations

import asyncio
import time

import structlog
from aiohttp import WSCloseCode, WSMsgType, web
from async_timeout import timeout
from redis.exceptions import RedisError

from channels import frames
from channels.door import Door, door_of
from channels.errors import CLOSES, Refusal, dumps
from channels.news import News
from channels.safety import BODY_LIMIT
from channels.tail import Listener
from tasks import end

HELLO_SECONDS = 10
SLOW_SECONDS = 10  # a client that takes no frame for so long is dropped; it resumes by `since`
_PING_SECONDS = 25
_TYPING_SECONDS = 1.0
_log = structlog.get_logger("door")

routes = web.RouteTableDef()


@routes.get("/api/web/socket")
async def socket(request: web.Request) -> web.WebSocketResponse:
    door = door_of(request)
    ws = web.WebSocketResponse(heartbeat=_PING_SECONDS, max_msg_size=BODY_LIMIT, compress=False)
    await ws.prepare(request)
    door.sockets.add(ws)
    try:
        with door.measures.sockets.track_inprogress():
            await _talk(door, ws)
    except Refusal as refusal:
        await _close(door, ws, refusal)
    except (RedisError, OSError, asyncio.TimeoutError) as error:
        _log.warning("socket_broke", error=repr(error))
        await ws.close(code=WSCloseCode.TRY_AGAIN_LATER)
    return ws


async def _talk(door: Door, ws: web.WebSocketResponse) -> None:
    hello = await _hello(ws)
    conversation_id = door.sessions.tokens.conversation(hello.get("token"))
    since = frames.number(hello.get("since"))
    await door.sessions.going_on(conversation_id)
    async with door.tail.listen(conversation_id) as listener:
        news = News(door, conversation_id, since)
        sender = asyncio.create_task(_send_news(ws, listener, news))
        try:
            await _listen(door, ws, conversation_id)
            if news.over:  # the sender is closing the socket
                await asyncio.wait({sender}, timeout=SLOW_SECONDS)
        finally:
            await end(sender)


async def _hello(ws: web.WebSocketResponse) -> frames.Frame:
    message = await ws.receive(timeout=HELLO_SECONDS)
    if message.type is not WSMsgType.TEXT:
        raise Refusal("bad_request")
    hello = frames.parse(message.data)
    if hello.get("type") != "hello" or hello.get("v") != 1:
        raise Refusal("bad_request")
    return hello


async def _send_news(ws: web.WebSocketResponse, listener: Listener, news: News) -> None:
    """Runs until the talk is over or the client does not take what it is sent."""
    try:
        for frame in await news.catch_up():
            await _send(ws, frame)
        while not news.over:
            await listener.news.wait()
            for frame in await news.next(listener):
                await _send(ws, frame)
        await ws.close()
    except (RedisError, OSError, asyncio.TimeoutError, ConnectionError) as error:
        _log.info("socket_dropped", error=type(error).__name__)
        await ws.close(code=WSCloseCode.TRY_AGAIN_LATER)


async def _listen(door: Door, ws: web.WebSocketResponse, conversation_id: str) -> None:
    typed = 0.0
    async for message in ws:
        if message.type is WSMsgType.BINARY:
            await _refuse(door, ws, Refusal("bad_request"), {})
        if message.type is not WSMsgType.TEXT:
            continue
        received = time.monotonic()
        frame = {}
        try:
            frame = frames.parse(message.data)
            if frame.get("type") == "typing":
                if received - typed < _TYPING_SECONDS:
                    continue
                typed = received
            ack = await door.intake.take(conversation_id, frame)
        except Refusal as refusal:
            await _refuse(door, ws, refusal, frame)
            continue
        except (RedisError, OSError) as error:
            _log.warning("redis_away", what="frame", error=repr(error))
            await _refuse(door, ws, Refusal("unavailable", retry_after=2), frame)
            continue
        if ack:
            await _send(ws, ack)
            door.measures.ack_seconds.observe(time.monotonic() - received)


async def _refuse(door: Door, ws: web.WebSocketResponse, refusal: Refusal, frame: frames.Frame) -> None:
    if refusal.code in CLOSES:
        raise refusal
    door.measures.refused.labels(refusal.code).inc()
    await _send(ws, refusal.frame(frame.get("id")))


async def _close(door: Door, ws: web.WebSocketResponse, refusal: Refusal) -> None:
    door.measures.refused.labels(refusal.code).inc()
    if not ws.closed:
        await _send(ws, refusal.frame())
        await ws.close(code=CLOSES.get(refusal.code, WSCloseCode.POLICY_VIOLATION))


async def _send(ws: web.WebSocketResponse, frame: frames.Frame) -> None:
    async with timeout(SLOW_SECONDS):  # asyncio.wait_for of Python 3.10 may swallow a cancellation
        await ws.send_str(dumps(frame))
