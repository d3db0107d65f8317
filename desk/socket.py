"""The socket of an agent's page: the queue, the talk's words and typing one way, what the agent says the other.

Server frames: `queue` {order: numbers of all rows, rows: those that changed, counts, work, targets}, `ticket` {state,
owner, owner_name, version, notes, hand_up}, `word` {…}, `seen` {seq, ended_at}, `typing`, `texts` {told: [{upto, told,
mark}]} (what became of our SMS), `ack` {id, seq}, `error` {id, code, message}. Client frames: `say` {id: UUID, text,
sure}, `typing`, `active`. A word that raises doubts (outgoing.py) is refused with code `doubtful` until the agent is
`sure`.
"""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from contextlib import suppress
from typing import Any

from aiohttp import WSMsgType, web
from redis.exceptions import RedisError

from conversation.keys import TYPING
from conversation.texts import Texts
from conversation.words import Speaker, Word
from desk.lists import may_read
from desk.live import Listener
from desk.outgoing import doubts, question
from desk.page import Desk, desk_of, require, user_of
from desk.reasons import abusive_numbers
from desk.sessions import COOKIE
from desk.showing import shown_note, shown_word, work_of
from desk.staff import Role, User
from desk.texts import delivery
from desk.words import word
from desk.work import arrive
from handoff.ticket import State, Ticket
from nihongo.normalise import visible
from tasks import end

SIGNED_OUT = 4401  # close code: the page goes to the sign-in
_LONGEST = 2000
_LOOK_EVERY = 5.0  # seconds; what nobody told is noticed then, and whether the session still lives
_FRAME_LIMIT = 64 * 1024


def routes(_: web.Application) -> list[web.RouteDef]:
    return [web.get("/inbox/socket", socket)]


@require(Role.AGENT, Role.SUPERVISOR)
async def socket(request: web.Request) -> web.WebSocketResponse:
    desk, number = desk_of(request), request.query.get("ticket")
    ticket = await desk.queue.get(number) if number else None
    ws = web.WebSocketResponse(heartbeat=25, max_msg_size=_FRAME_LIMIT)
    await ws.prepare(request)
    await arrive(desk, user_of(request))
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
        self._rows: dict[str, str] = {}  # as the page has them
        self._looked_at = float("-inf")
        self._seen: dict[str, Any] = {"seq": 0, "ended_at": None}
        self._texts: list[dict[str, Any]] | None = None  # as the page has them

    # To the agent

    async def send_news(self) -> None:
        try:
            while not self._ws.closed and await self._stays():
                self._listener.news.clear()
                await self._send_all()
                with suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(self._listener.news.wait(), _LOOK_EVERY)
        except (RedisError, OSError, ConnectionError):
            await self._ws.close(code=1013)

    async def _stays(self) -> bool:
        """Whether the session lives; asked now and then. The agent counts as here, and what nobody told is noticed."""
        now = asyncio.get_running_loop().time()
        if now - self._looked_at >= _LOOK_EVERY:
            self._looked_at, self._listener.talk, self._listener.seen = now, True, True
            if await self._desk.sessions.find(self._token, touch=False) is None:
                await self._ws.close(code=SIGNED_OUT)
                return False
            await self._desk.agents.here(self._user.id)
        return True

    async def _send_all(self) -> None:
        if self._desk.live.version != self._queue_version:
            await self._send_queue()
        if self._ticket and self._listener.talk:
            self._listener.talk = False
            await self._send_ticket(self._ticket.number)
            if may_read(self._user, self._ticket):
                await self._send_words(self._ticket.conversation_id)
        if self._ticket and self._listener.seen and may_read(self._user, self._ticket):
            self._listener.seen = False
            await self._send_seen(self._ticket.conversation_id)
        if self._listener.typing:
            self._listener.typing = False
            if self._ticket and may_read(self._user, self._ticket):
                await self._send({"type": "typing"})

    async def _send_queue(self) -> None:
        """Of the rows only those that the page does not have; they are JSON already."""
        live = self._desk.live
        self._queue_version = live.version
        rows, counts = live.lists.of(self._user)
        changed = {number: text for number, text in rows.items() if self._rows.get(number) != text}
        gone = self._rows.keys() - rows.keys()
        if self._ticket and self._ticket.number in changed.keys() | gone:
            self._listener.talk = True
        self._rows, work = rows, work_of(live.agents.get(self._user.id))
        targets = {one.name: one.target_seconds for one in await self._desk.queues.all()}
        frame = json.dumps({"type": "queue", "order": list(rows), "counts": counts, "work": work, "targets": targets})
        await self._ws.send_str(f'{frame[:-1]}, "rows": [{", ".join(changed.values())}]}}')

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
            self._since, self._listener.seen = said.seq, True
            line = shown_word(said, self._desk.release.current, abusive, self._desk.reader)
            if line:
                await self._send({"type": "word", **line})
        if self._ticket and self._ticket.channel == "sms":
            await self._send_texts(conversation_id)

    async def _send_texts(self, conversation_id: str) -> None:
        """What became of the SMS, whenever it has changed."""
        told = delivery(await Texts(self._desk.stream).all(conversation_id), time.time())
        if told != self._texts:
            self._texts = told
            await self._send({"type": "texts", "told": told})

    async def _send_seen(self, conversation_id: str) -> None:
        """How far the customer's page has shown what people wrote, and when the customer left the talk for good."""
        state = await self._desk.stream.state(conversation_id)
        frame = {"seq": int(state.get("seen") or 0), "ended_at": float(state.get("ended_at") or 0) or None}
        if frame != self._seen:
            self._seen = frame
            await self._send({"type": "seen", **frame})

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
        if self._ticket and self._ticket.channel == "voice":
            return await self._refuse(said_id, "spoken")
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
