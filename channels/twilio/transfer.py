"""Connecting a caller with an agent who has claimed them: their telephone rings, one sentence, key 1, both talk."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

import aiohttp
import structlog
from twilio.base.exceptions import TwilioException
from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from channels import keys
from channels.twilio.client import Twilio
from channels.twilio.telephone import PREFIX
from channels.twilio.twiml import Speech
from channels.twilio.words import say
from conversation.stream import ConversationStream
from conversation.words import Kind, Speaker, TalkingTo, Word
from handoff.agents import Agents
from handoff.queue import Queue
from handoff.ticket import State, Ticket

_RING_SECONDS = 25
_KEY_SECONDS = 15
_KEPT_SECONDS = 86_400
_log = structlog.get_logger("door")


@dataclass(frozen=True)
class Transfer:
    stream: ConversationStream
    queue: Queue
    agents: Agents
    twilio: Twilio
    speech: Speech
    number: str  # that the agents' telephones show
    shop_name: str
    recording: bool
    clock: Callable[[], float] = time.time

    async def look(self, conversation_id: str) -> None:
        """Calls the agent who has just claimed this caller, once for each claim."""
        if not conversation_id.startswith(PREFIX):
            return
        state = await self.stream.state(conversation_id)
        if state.get("talking_to") != TalkingTo.AGENT or state.get("ended_at"):
            return
        ticket = await self.queue.of_conversation(conversation_id)
        if ticket and ticket.state is State.ASSIGNED and ticket.owner and not ticket.callback_at:
            fresh = await self.stream.redis.set(
                keys.dialled(conversation_id, ticket.version), "1", nx=True, ex=_KEPT_SECONDS
            )
            if fresh:
                await self._ring(ticket, ticket.owner)

    async def _ring(self, ticket: Ticket, owner: str) -> None:
        agent = await self.agents.get(owner)
        if agent is None or not agent.phone or not self.number:
            await self._not_reached(ticket, owner, "no_number")
            return
        place = {"c": ticket.conversation_id, "a": owner}
        try:
            await self.twilio.calls.create_async(
                to=agent.phone,
                from_=self.number,
                url=self.speech.url("agent", **place),
                status_callback=self.speech.url("agent/status", **place),
                timeout=_RING_SECONDS,
            )
        except (TwilioException, aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            _log.warning("agent_not_called", conversation=ticket.conversation_id, error=repr(error))
            await self._not_reached(ticket, owner, "failed")

    async def whisper(self, conversation_id: str, owner: str) -> str:
        """What the agent hears before the caller does: topic and reason, and which key connects."""
        ticket, response = await self._ticket(conversation_id, owner), VoiceResponse()
        if ticket is None:
            return self._bye("voice.agent_gone")
        place = {"c": conversation_id, "a": owner}
        gather = Gather(
            input="dtmf",
            num_digits=1,
            timeout=_KEY_SECONDS,
            action=self.speech.url("agent/key", **place),
            action_on_empty_result=True,
            method="POST",
        )
        reason = say(f"voice.reasons.{ticket.reason.value}")
        self.speech.say(gather, (say("voice.whisper", shop_name=self.shop_name, reason=reason, topic=_topic(ticket)),))
        response.append(gather)
        return str(response)

    async def key(self, conversation_id: str, owner: str, digits: str) -> str:
        """1 connects; anything else, or nothing, gives the caller to the next agent."""
        ticket = await self._ticket(conversation_id, owner)
        if ticket is None:
            return self._bye("voice.agent_gone")
        if digits != "1":
            await self._not_reached(ticket, owner, "declined")
            return self._bye("voice.agent_passed")
        await self.stream.redis.set(keys.connected(conversation_id, owner), "1", ex=_KEPT_SECONDS)
        response = VoiceResponse()
        recorded = {"record": "record-from-answer-dual"} if self.recording else {}
        dial = Dial(action=self.speech.url("agent/done", c=conversation_id, a=owner), method="POST", **recorded)
        dial.queue(conversation_id)
        response.append(dial)
        return str(response)

    async def over(self, conversation_id: str, owner: str) -> None:
        """The agent's call has ended; where the two never spoke, the next agent is asked."""
        if await self.stream.redis.getdel(keys.connected(conversation_id, owner)):
            return
        if ticket := await self._ticket(conversation_id, owner):
            await self._not_reached(ticket, owner, "no_answer")

    async def _ticket(self, conversation_id: str, owner: str) -> Ticket | None:
        ticket = await self.queue.of_conversation(conversation_id)
        mine = ticket and ticket.state is State.ASSIGNED and ticket.owner == owner
        return ticket if mine else None

    async def _not_reached(self, ticket: Ticket, owner: str, why: str) -> None:
        """The desk is told why, and the caller waits on for somebody else."""
        meta = {"dial": {"agent": owner, "why": why}}
        name = f"{ticket.number}:{ticket.version}:dial"
        await self.stream.append(Word(ticket.conversation_id, Speaker.SYSTEM, "", name, Kind.STATE, meta=meta))
        await self.queue.release(ticket.number, owner)

    def _bye(self, name: str) -> str:
        response = VoiceResponse()
        self.speech.say(response, (say(name),))
        response.hangup()
        return str(response)


def _topic(ticket: Ticket) -> str:
    """What it is about, in a few words: the article that was likeliest."""
    found = next((str(one.get("title") or "") for one in ticket.packet.candidates), "")
    return say("voice.topic", title=found) if found else ""
