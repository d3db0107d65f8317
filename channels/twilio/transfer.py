"""Connecting a caller with an agent who has claimed them: their telephone rings, one sentence, key 1, both talk."""

from __future__ import annotations

from dataclasses import dataclass

import structlog
from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from channels.twilio.legs import FAILURES, Legs, claim_of
from channels.twilio.telephone import PREFIX
from channels.twilio.twiml import Speech
from channels.twilio.words import say
from conversation import keys as conversation_keys
from conversation.stream import ConversationStream
from conversation.words import Kind, Speaker, Word
from handoff.agents import Agents
from handoff.queue import Queue
from handoff.ticket import Ticket
from nihongo.aloud import parts

KEY_SECONDS = 15
_WHYS = {"busy": "busy", "failed": "failed", "completed": "hung_up"}
_log = structlog.get_logger("door")


@dataclass(frozen=True)
class Transfer:
    """`why` of `dial` words: no_number, no_answer, busy, failed (not called), hung_up, no_key, declined, gone."""

    stream: ConversationStream
    queue: Queue
    agents: Agents
    legs: Legs
    speech: Speech
    shop_name: str
    recording: bool

    async def look(self, conversation_id: str) -> None:
        """Calls the agent who has just claimed this caller, once for each claim, and ends the calls of other claims."""
        if not conversation_id.startswith(PREFIX):
            return
        ticket = await self.queue.of_conversation(conversation_id)
        claim = claim_of(ticket)
        await self.legs.end_others(conversation_id, claim)
        if ticket and claim and ticket.on_the_line and await self.legs.ours(conversation_id, claim):
            self.legs.begin(self._ring(ticket, claim))

    async def _ring(self, ticket: Ticket, claim: str) -> None:
        cid, owner = ticket.conversation_id, str(ticket.owner)
        agent, state = await self.agents.get(owner), await self.stream.state(cid)
        if state.get("ended_at") or not await self.stream.redis.exists(conversation_keys.presence(cid)):
            await self.legs.dialled(cid, claim)
            return await self._tell(ticket, claim, "gone")
        if agent is None or not agent.phone or not self.legs.number:
            return await self._not_reached(ticket, claim, "no_number")
        place = {"c": cid, "k": claim}
        try:
            urls = self.speech.url("agent", **place), self.speech.url("agent/status", **place)
            await self.legs.place(cid, claim, agent.phone, *urls)
        except FAILURES as error:
            _log.warning("agent_not_called", conversation=cid, error=repr(error))
            return await self._not_reached(ticket, claim, "failed")
        await self.look(cid)  # it may have gone to somebody else meanwhile
        return None

    async def whisper(self, conversation_id: str, claim: str) -> str:
        """What the agent hears before the caller does: shop, reason and topic, and which key connects."""
        ticket, response = await self._ticket(conversation_id, claim), VoiceResponse()
        if ticket is None:
            return self._bye("voice.agent_gone")
        gather = key_asked(self.speech.url("agent/key", c=conversation_id, k=claim))
        self.speech.say(gather, parts(self._whispered(ticket)).parts)
        response.append(gather)
        return str(response)

    def _whispered(self, ticket: Ticket) -> str:
        if ticket.urgent:
            return say("voice.whisper_urgent", shop_name=self.shop_name)
        reason = say(f"voice.reasons.{ticket.reason.value}")
        return say("voice.whisper", shop_name=self.shop_name, reason=reason, topic=_topic(ticket))

    async def key(self, conversation_id: str, claim: str, digits: str) -> str:
        """1 connects; anything else, or nothing, gives the caller to the next agent."""
        ticket = await self._ticket(conversation_id, claim)
        if ticket is None:
            return self._bye("voice.agent_gone")
        if digits != "1":
            await self._not_reached(ticket, claim, "declined" if digits else "no_key")
            return self._bye("voice.agent_passed")
        await self.legs.connected(conversation_id, claim)
        response = VoiceResponse()
        dial = Dial(action=self.speech.url("agent/done"), method="POST", **self._recorded(conversation_id))
        dial.queue(conversation_id)
        response.append(dial)
        return str(response)

    def _recorded(self, conversation_id: str) -> dict[str, str]:
        if not self.recording:
            return {}
        told = {"recording_status_callback": self.speech.url("recording", c=conversation_id)}
        return {"record": "record-from-answer-dual", "recording_status_callback_method": "POST", **told}

    def done(self) -> str:
        """The agent stayed on the line when the caller went."""
        return self._bye("voice.agent_done")

    async def over(self, conversation_id: str, claim: str, status: str) -> None:
        """The agent's call has ended; where the two never spoke, the next agent is asked."""
        await self.legs.over(conversation_id, claim)
        if (await self.legs.talk(conversation_id))[0] == claim:
            return
        if ticket := await self._ticket(conversation_id, claim):
            await self._not_reached(ticket, claim, _WHYS.get(status, "no_answer"))

    async def _ticket(self, conversation_id: str, claim: str) -> Ticket | None:
        ticket = await self.queue.of_conversation(conversation_id)
        return ticket if claim and claim_of(ticket) == claim else None

    async def _not_reached(self, ticket: Ticket, claim: str, why: str) -> None:
        """The desk is told why, and the caller waits on for somebody else."""
        await self.legs.dialled(ticket.conversation_id, claim)
        await self._tell(ticket, claim, why)
        await self.queue.release(ticket.number, str(ticket.owner))

    async def _tell(self, ticket: Ticket, claim: str, why: str) -> None:
        meta = {"dial": {"agent": ticket.owner, "name": ticket.owner_name, "why": why}}
        name = f"{ticket.number}:{claim}:dial"
        await self.stream.append(Word(ticket.conversation_id, Speaker.SYSTEM, "", name, Kind.STATE, meta=meta))

    def _bye(self, name: str) -> str:
        return self.speech.bye(say(name))


def key_asked(action: str) -> Gather:
    """One key, within the time; silence leads to the action too."""
    return Gather(
        input="dtmf",
        num_digits=1,
        timeout=KEY_SECONDS,
        action=action,
        action_on_empty_result=True,
        method="POST",
    )


def _topic(ticket: Ticket) -> str:
    """What it is about, in a few words: the article that was likeliest."""
    found = next((str(one.get("title") or "") for one in ticket.packet.candidates), "")
    return say("voice.topic", title=found.rstrip("？?。")) if found else ""
