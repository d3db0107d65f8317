"""Calling a customer for an agent: first the agent's telephone, key 1, then the customer's, with our number shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import SQLAlchemyError
from twilio.twiml.voice_response import Dial, VoiceResponse

from channels import keys
from channels.twilio.legs import FAILURES, KEPT_SECONDS, Legs
from channels.twilio.signature import Params
from channels.twilio.transfer import key_asked
from channels.twilio.twiml import Speech
from channels.twilio.words import say
from conversation.stream import ConversationStream
from handoff import calling
from handoff.agents import Agents
from handoff.callback_store import CallbackState, Result
from handoff.callbacks import Callbacks
from handoff.calling import Wish, theirs
from handoff.queue import Queue
from handoff.ticket import Ticket
from nihongo.aloud import parts

_RING_SECONDS = 30
_RESULTS = {"completed": Result.CONNECTED, "no-answer": Result.NO_ANSWER, "busy": Result.BUSY}
_WHYS = {"busy": "agent_busy", "failed": "agent_failed", "completed": "agent_declined"}
_log = structlog.get_logger("door")


@dataclass(frozen=True)
class CallingBack:
    stream: ConversationStream
    queue: Queue
    callbacks: Callbacks
    agents: Agents
    legs: Legs
    speech: Speech
    shop_name: str
    recording: bool

    async def look(self, conversations: Sequence[str]) -> None:
        """Does what agents wished at the desk, once; few of the conversations have a wish."""
        for conversation_id in await calling.wishing(self.stream, conversations):
            if wish := await calling.wished(self.stream, conversation_id):
                self.legs.begin(self._ring(conversation_id, wish))

    async def _ring(self, conversation_id: str, wish: Wish) -> None:
        ticket, agent = await self.queue.get(wish.number), await self.agents.get(wish.agent)
        if ticket is None or not theirs(ticket, wish.agent):
            return None
        if agent is None or not agent.phone or not self.legs.number:
            return await calling.tell(self.stream, ticket, "no_number", wish.id)
        place = {"c": conversation_id, "k": f"{wish.number}-{wish.agent}-{wish.id}"}
        urls = self.speech.url("out", **place), self.speech.url("out/status", **place)
        try:
            await self.legs.call(agent.phone, *urls)
        except FAILURES as error:
            _log.warning("agent_not_called", conversation=conversation_id, error=repr(error))
            await calling.tell(self.stream, ticket, "agent_failed", wish.id)
        return None

    async def whisper(self, conversation_id: str, key: str) -> str:
        ticket, _ = await self._known(key)
        if ticket is None or not await calling.number_of(self.stream, self.callbacks, ticket):
            return self._bye("voice.out_gone")
        response = VoiceResponse()
        gather = key_asked(self.speech.url("out/key", c=conversation_id, k=key))
        contact = await self.callbacks.contact(ticket)
        kana = contact.kana if contact else ""
        customer = say("voice.out_customer", kana=kana) if kana else say("voice.out_unknown")
        self.speech.say(gather, parts(say("voice.out_whisper", shop_name=self.shop_name, customer=customer)).parts)
        response.append(gather)
        return str(response)

    async def key(self, conversation_id: str, key: str, digits: str) -> str:
        ticket, wish = await self._known(key)
        phone = await calling.number_of(self.stream, self.callbacks, ticket) if ticket else ""
        if not phone:
            return self._bye("voice.out_gone")
        if digits != "1":
            return self._bye("voice.out_stopped")  # its status callback tells the desk
        await self.stream.redis.set(keys.called_out(conversation_id, wish.id), "1", ex=KEPT_SECONDS)
        return self._dial(conversation_id, key, phone)

    def _dial(self, conversation_id: str, key: str, phone: str) -> str:
        told = {"recording_status_callback": self.speech.url("recording", c=conversation_id)}
        recorded = {"record": "record-from-answer-dual", **told} if self.recording else {}
        action = self.speech.url("out/done", c=conversation_id, k=key)
        dial = Dial(action=action, method="POST", caller_id=self.legs.number, timeout=_RING_SECONDS, **recorded)
        dial.number(phone, **({"url": self.speech.url("out/notice"), "method": "POST"} if self.recording else {}))
        response = VoiceResponse()
        response.append(dial)
        return str(response)

    def notice(self) -> str:
        """For the customer, before they talk."""
        response = VoiceResponse()
        self.speech.say(response, (say("voice.out_notice", shop_name=self.shop_name),))
        return str(response)

    async def done(self, conversation_id: str, key: str, params: Params) -> str:
        """What came of it is recorded as the agent would have, once."""
        ticket, wish = await self._known(key, written_up=True)
        result = _RESULTS.get(params.get("DialCallStatus", ""))
        name = result.value if result else "customer_failed"
        fresh = await self.stream.redis.set(
            keys.called_out(conversation_id, f"{wish.id}:{name}"), "1", nx=True, ex=3600
        )
        if ticket and fresh and params.get("DialCallStatus") != "canceled":
            await calling.tell(self.stream, ticket, name, wish.id)
            await self._record(ticket, wish, result)
        return self._bye(f"voice.out_{name}")

    async def _record(self, ticket: Ticket, wish: Wish, result: Result | None) -> None:
        """Of a callback; that the customer was reached is not taken back by a later call."""
        if result is None or not ticket.callback_at:
            return
        try:
            known = await self.callbacks.of(ticket.number)
            if known and known.state is not CallbackState.DONE:
                after = await self.callbacks.tried(ticket.number, wish.agent, result)
                if after.owner != wish.agent:
                    await self.agents.freed(wish.agent)
        except (SQLAlchemyError, LookupError) as error:  # the agent can still record it by hand
            _log.warning("call_not_recorded", number=ticket.number, error=repr(error))

    async def over(self, conversation_id: str, key: str, status: str) -> None:
        """The agent's own call has ended before the customer was called."""
        ticket, wish = await self._known(key)
        called = await self.stream.redis.exists(keys.called_out(conversation_id, wish.id))
        if ticket and not called:
            await calling.tell(self.stream, ticket, _WHYS.get(status, "agent_no_answer"), wish.id)

    async def _known(self, key: str, written_up: bool = False) -> tuple[Ticket | None, Wish]:
        """The ticket, while it is the agent's: in the talk, or `written_up` too."""
        number, _, rest = key.partition("-")
        agent, _, wish_id = rest.partition("-")
        ticket, wish = await self.queue.get(number), Wish(wish_id, number, agent)
        mine = theirs(ticket, agent) or (written_up and ticket is not None and ticket.owner == agent)
        return (ticket if mine else None), wish

    def _bye(self, name: str) -> str:
        return self.speech.bye(say(name))
