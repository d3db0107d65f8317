"""A customer's SMS: to the conversation it belongs to, or, where it is a keyword, to the list of who wants none."""

from __future__ import annotations

from dataclasses import dataclass

from channels.errors import Refusal
from channels.intake import Intake
from channels.limits import TooFast
from channels.twilio.compose import Manner
from channels.twilio.phones import e164
from channels.twilio.signature import Params
from channels.twilio.stops import Stops, keyword
from channels.twilio.talks import Talks
from channels.twilio.words import say
from conversation.stream import ConversationStream
from conversation.texts import Texts
from conversation.words import Speaker, Word

_TOLD = ("too_long", "too_fast")


@dataclass(frozen=True)
class Texting:
    stream: ConversationStream
    texts: Texts
    talks: Talks
    intake: Intake
    stops: Stops
    manner: Manner

    async def take(self, params: Params) -> str:
        """Keeps the message, so that it will be answered. Gives what Twilio shall reply at once; mostly nothing."""
        customer, sid = e164(params.get("From", "")), params.get("MessageSid", "")
        if customer is None or not sid:
            return ""
        if kind := params.get("OptOutType", "").lower():
            await self._obey(kind, customer)
            return ""  # Twilio has replied
        if wish := keyword(params.get("Body", "")):
            await self._obey(wish, customer)
            return self._confirmed(wish)
        conversation_id = await self.talks.of(customer, params.get("To", ""), sid)
        await self._hear(conversation_id, sid, params)
        return ""

    async def _hear(self, conversation_id: str, sid: str, params: Params) -> None:
        if params.get("NumMedia", "0") not in ("", "0"):
            await self._tell(conversation_id, sid, say("sms.media"))
            if not params.get("Body", "").strip():
                return
        frame = {"type": "message", "id": sid, "text": params.get("Body", "")}
        try:
            await self.intake.take(conversation_id, frame)
        except TooFast as refusal:
            if refusal.first:
                await self._tell(conversation_id, sid, say("sms.too_fast"))
        except Refusal as refusal:
            name = refusal.code if refusal.code in _TOLD else "unreadable"
            await self._tell(conversation_id, sid, say(f"sms.{name}", **refusal.values))

    async def _tell(self, conversation_id: str, sid: str, text: str) -> None:
        meta = {"notice": "sms"}
        await self.stream.append(Word(conversation_id, Speaker.SYSTEM, text, f"{sid}:told", meta=meta))

    async def _obey(self, kind: str, customer: str) -> None:
        if kind == "stop":
            await self.stops.add(customer)
        elif kind == "start":
            await self.stops.remove(customer)

    def _confirmed(self, kind: str) -> str:
        name = {"stop": "stopped", "start": "started", "help": "help"}[kind]
        return self.manner.bodies(say(f"sms.{name}", phone=self.manner.shop_phone))[0]
