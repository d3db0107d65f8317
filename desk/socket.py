"""The socket of an agent's page: the queue, the talk's words and typing one way, what the agent says the other.

Server frames: `queue` {rows, counts, work, agents}, `ticket` {state, owner, owner_name, version, notes, hand_up},
`word` {…}, `typing`, `ack` {id, seq}, `error` {id, code, message}. Client frames: `say` {id: UUID, text, sure},
`typing`, `active`. A word that raises doubts (outgoing.py) is refused with code `doubtful` until the agent is `sure`.
"""

from __future__ import annotations

import asyncio
import json
import uuid
from typing import Any

from aiohttp import WSMsgType, web
from redis.exceptions import RedisError

from conversation.keys import TYPING
from conversation.words import Speaker, Word
from desk.inbox import may_read, rows_for
from desk.live import Listener
from desk.outgoing import doubts, question
from desk.page import Desk, desk_of, require, user_of
from desk.reasons import abusive_numbers
from desk.sessions import COOKIE
from desk.showing import shown_note, shown_word, work_of
from desk.staff import Role, User
from desk.words import word
from handoff.ticket import State, Ticket
from nihongo.normalise import visible
from tasks import end

SIGNED_OUT = 4401  # close code: the page goes to the sign-in
_LONGEST = 2000
_LOOK_EVERY = 5.0  # seconds; a mark that was missed is noticed then, and whether the session still lives
_FRAME_LIMIT = 64 * 1024


def routes(_: web.Application) -> list[web.RouteDef]:
    return [web.get("/inbox/socket", socket)]


@require(Role.AGENT, Role.SUPERVISOR)
async def socket(request: web.Request) -> web.WebSocketResponse:
    desk, number = desk_of(request), request.query.get("ticket")
    ticket = await desk.queue.get(number) if number else None
    ws = web.WebSocketResponse(heartbeat=25, max_msg_size=_FRAME_LIMIT)
    await ws.prepare(request)
    desk.live.sockets.add(ws)
    with desk.live.listen(ticket.conversation_id if ticket else None) as listener:
        talk = Talk(desk, user_of(request), request.cookies[COOKIE], ws, listener, ticket, _since(request))
        sender = asyncio.create_task(talk.send_news())
        try:
            await talk.receive()
        finally:
            await end(sender)
            desk.live.sockets.discard(ws)
    return ws


def _since(request: web.Request) -> int:
    text = request.query.get("since", "0")
    return int(text) if text.isascii() and text.isdigit() else 0


class Talk:
    """One open page."""

    def __init__(
        self,
        desk: Desk,
        user: User,
        token: str,
        ws: web.WebSocketResponse,
        listener: Listener,
        ticket: Ticket | None,
        since: int,
    ) -> None:
        self._desk, self._user, self._token, self._ws, self._listener = desk, user, token, ws, listener
        self._ticket, self._since = ticket, since
        self._queue_version = self._ticket_version = 0
        self._here_at = float("-inf")

    # To the agent

    async def send_news(self) -> None:
        try:
            while not self._ws.closed:
                self._listener.news.clear()
                await self._tell_here()
                await self._send_all()
                try:
                    await asyncio.wait_for(self._listener.news.wait(), _LOOK_EVERY)
                except asyncio.TimeoutError:
                    if await self._desk.sessions.find(self._token, touch=False) is None:
                        await self._ws.close(code=SIGNED_OUT)
        except (RedisError, OSError, ConnectionError):
            await self._ws.close(code=1013)

    async def _tell_here(self) -> None:
        """That the agent has a page open; not for every frame."""
        now = asyncio.get_running_loop().time()
        if now - self._here_at >= _LOOK_EVERY:
            self._here_at = now
            await self._desk.agents.here(self._user.id)

    async def _send_all(self) -> None:
        live = self._desk.live
        if live.version != self._queue_version:
            self._queue_version = live.version
            await self._send({"type": "queue", **rows_for(self._user, live.rows), **work_of(self._user, live.agents)})
        if self._ticket:
            await self._send_ticket(self._ticket.number)
            if may_read(self._user, self._ticket):
                await self._send_words(self._ticket.conversation_id)

    async def _send_ticket(self, number: str) -> None:
        ticket = await self._desk.queue.get(number)
        if ticket and ticket.version != self._ticket_version:
            self._ticket, self._ticket_version = ticket, ticket.version
            who: dict[str, Any] = {"owner": ticket.owner, "owner_name": ticket.owner_name, "version": ticket.version}
            who |= {"notes": [shown_note(one) for one in ticket.notes], "hand_up": ticket.hand_up}
            await self._send({"type": "ticket", "state": ticket.state.value, **who})

    async def _send_words(self, conversation_id: str) -> None:
        abusive = abusive_numbers(self._ticket.packet) if self._ticket else frozenset()
        for said in await self._desk.stream.since(conversation_id, self._since):
            self._since = said.seq
            line = shown_word(said, self._desk.release.current, abusive)
            if line:
                await self._send({"type": "word", **line})
        if self._listener.typing:
            self._listener.typing = False
            await self._send({"type": "typing"})

    async def _send(self, frame: dict[str, Any]) -> None:
        await self._ws.send_str(json.dumps(frame, ensure_ascii=False))

    # From the agent

    async def receive(self) -> None:
        async for message in self._ws:
            if message.type is not WSMsgType.TEXT:
                continue
            try:
                frame = json.loads(message.data)
                what = frame.get("type")
            except (ValueError, AttributeError):
                await self._refuse(None, "bad_request")
                continue
            if await self._desk.sessions.find(self._token, touch=what in ("say", "typing", "active")) is None:
                await self._ws.close(code=SIGNED_OUT)
            elif what == "say":
                await self._say(frame)
            elif what == "typing":
                await self._tell_typing()

    async def _say(self, frame: dict[str, Any]) -> None:
        """Appends once by the page's own id; the same id again is acknowledged again and said once."""
        said_id, text = frame.get("id"), frame.get("text")
        if not _is_uuid(said_id) or not isinstance(text, str):
            return await self._refuse(said_id, "bad_request")
        if len(text) > _LONGEST:
            return await self._refuse(said_id, "too_long")
        if not (text := visible(text, _LONGEST)):
            return await self._refuse(said_id, "empty")
        found = [] if frame.get("sure") is True else doubts(text, (self._desk.settings.shop_phone,))
        if found:
            return await self._refuse(said_id, "doubtful", question(found))
        message_id = f"agent:{said_id}"
        ticket = await self._owned() or await self._of_said(message_id)
        if ticket is None:
            return await self._refuse(said_id, "not_owner")
        meta = {"agent": self._user.display_name, "ticket": ticket.number}
        said = Word(ticket.conversation_id, Speaker.AGENT, text, message_id, meta=meta)
        appended = await self._desk.stream.append(said, voice=self._user.id)
        if appended.refused:  # taken over in this very moment
            return await self._refuse(said_id, appended.refused)
        return await self._send({"type": "ack", "id": said_id, "seq": appended.seq})

    async def _owned(self) -> Ticket | None:
        """The page's ticket, read afresh, while it is this agent's."""
        ticket = await self._desk.queue.get(self._ticket.number) if self._ticket else None
        return ticket if ticket and ticket.state is State.ASSIGNED and ticket.owner == self._user.id else None

    async def _of_said(self, message_id: str) -> Ticket | None:
        """The page's ticket when this word was said in it before (its acknowledgement was lost)."""
        ticket = self._ticket
        known = ticket and await self._desk.stream.knows(ticket.conversation_id, message_id)
        return ticket if known else None

    async def _tell_typing(self) -> None:
        ticket = await self._owned()
        if ticket:
            note = {"conversation_id": ticket.conversation_id, "from": "agent"}
            await self._desk.redis.publish(TYPING, json.dumps(note))

    async def _refuse(self, said_id: object, code: str, message: str = "") -> None:
        told = message or word(f"problems.{code}")
        await self._send({"type": "error", "id": said_id, "code": code, "message": told})


def _is_uuid(text: object) -> bool:
    try:
        return isinstance(text, str) and str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False
