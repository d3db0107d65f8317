"""The agents' telephones that ring or talk for a caller: placed once a claim, ended when it is no more theirs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import structlog
from twilio.base.exceptions import TwilioException

from channels import keys
from channels.twilio.client import Twilio
from conversation.stream import ConversationStream
from handoff.ticket import State, Ticket
from tasks import end

KEPT_SECONDS = 86_400
_LEASE_SECONDS = 15  # longer than Twilio's API may take; then another door tries
_RING_SECONDS = 25
FAILURES = (TwilioException, aiohttp.ClientError, asyncio.TimeoutError, OSError)
_log = structlog.get_logger("door")


def claim_of(ticket: Ticket | None) -> str:
    """What one taking of a ticket is known by; empty: nobody has it."""
    taken = ticket is not None and ticket.state is State.ASSIGNED
    return f"{ticket.owner}-{int(ticket.taken_at * 1000)}" if ticket and taken else ""


@dataclass(frozen=True)
class Legs:
    stream: ConversationStream
    twilio: Twilio
    number: str  # that the agents' telephones show; empty: nobody can be called
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        try:
            yield
        finally:
            await end(*self.tasks)

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Beside what is going on: Twilio's API may be slow, and nobody else shall wait for it."""
        task = asyncio.create_task(_guarded(work))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def ours(self, conversation_id: str, claim: str) -> bool:
        """Whether this door is to call for the claim: one door at a time, until one has."""
        key = keys.dialled(conversation_id, claim)
        return bool(await self.stream.redis.set(key, "?", nx=True, ex=_LEASE_SECONDS))

    async def dialled(self, conversation_id: str, claim: str) -> None:
        """For this claim nobody is called (again)."""
        await self.stream.redis.set(keys.dialled(conversation_id, claim), "1", ex=KEPT_SECONDS)

    async def place(self, conversation_id: str, claim: str, phone: str, url: str, status: str) -> None:
        """Raises one of FAILURES. Never tried again by itself: it might ring twice."""
        sid = await self.call(phone, url, status)
        await self.dialled(conversation_id, claim)
        await self.stream.redis.hset(keys.legs(conversation_id), claim, sid)
        await self.stream.redis.expire(keys.legs(conversation_id), KEPT_SECONDS)

    async def call(self, phone: str, url: str, status: str) -> str:
        """The SID of the call. Raises one of FAILURES."""
        made = await self.twilio.calls.create_async(
            to=phone, from_=self.number, url=url, status_callback=status, timeout=_RING_SECONDS
        )
        return str(made.sid)

    async def end_others(self, conversation_id: str, claim: str) -> None:
        """Those of earlier claims stop ringing, or talking: their caller is somebody else's now, or nobody's."""
        for other, sid in (await self.stream.redis.hgetall(keys.legs(conversation_id))).items():
            if other != claim and await self.over(conversation_id, other):
                self.begin(self._hang_up(sid))

    async def over(self, conversation_id: str, claim: str) -> bool:
        """Whether it was not known yet that this one has ended."""
        return bool(await self.stream.redis.hdel(keys.legs(conversation_id), claim))

    async def _hang_up(self, sid: str) -> None:
        try:
            await self.twilio.calls(sid).update_async(status="completed")
        except FAILURES as error:  # most likely it has ended by itself
            _log.info("agent_not_hung_up", call=sid, error=repr(error))

    async def connected(self, conversation_id: str, claim: str) -> None:
        """The two talk; what was said until now is not told the caller afterwards."""
        seq = int((await self.stream.state(conversation_id)).get("seq") or 0)
        await self.stream.redis.set(keys.connected(conversation_id), json.dumps([claim, seq]), ex=KEPT_SECONDS)

    async def talk(self, conversation_id: str) -> tuple[str, int]:
        """The claim that talked last, and the number of the last word before."""
        known = await self.stream.redis.get(keys.connected(conversation_id))
        claim, seq = json.loads(known) if known else ("", 0)
        return str(claim), int(seq)


async def _guarded(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except Exception:
        _log.exception("leg_broke")
