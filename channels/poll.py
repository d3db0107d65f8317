"""The same talk by long poll, for networks that let no socket through."""

from __future__ import annotations

import asyncio
import time

from aiohttp import web
from async_timeout import timeout

from channels import frames
from channels.door import bearer, door_of
from channels.errors import dumps
from channels.news import News

WAIT_SECONDS = 25

routes = web.RouteTableDef()


@routes.get("/api/web/messages")
async def listen(request: web.Request) -> web.Response:
    """What came after `since`; waits for it when there is nothing yet."""
    door, conversation_id = door_of(request), bearer(request)
    since = frames.number(request.query.get("since"))
    wait = min(frames.number(request.query.get("wait")), WAIT_SECONDS)
    await door.sessions.going_on(conversation_id)
    async with door.tail.listen(conversation_id) as listener:
        news = News(door, conversation_id, since)
        found = await news.next(listener) if wait else await news.catch_up()
        ends = time.monotonic() + wait
        while not found and (left := ends - time.monotonic()) > 0:
            try:
                async with timeout(left):
                    await listener.news.wait()
            except asyncio.TimeoutError:
                break
            found = await news.next(listener)
    return web.json_response({"frames": found, "since": news.since}, dumps=dumps)


@routes.post("/api/web/messages")
async def send(request: web.Request) -> web.Response:
    """Takes one frame of the client."""
    door, conversation_id = door_of(request), bearer(request)
    frame = frames.parse(await request.read())
    started = time.monotonic()
    ack = await door.intake.take(conversation_id, frame)
    if ack:
        door.measures.ack_seconds.observe(time.monotonic() - started)
    return web.json_response(ack or {}, dumps=dumps)
