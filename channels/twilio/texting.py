"""A customer's SMS: to the conversation it belongs to, or, where it is a keyword, to the list of who wants none."""

from __future__ import annotations

from dataclasses import dataclass

from bot.language.client import LanguageClient
from channels import keys
from channels.errors import Refusal
from channels.intake import Intake
from channels.limits import TooFast
from channels.twilio.compose import Manner
from channels.twilio.phones import e164
from channels.twilio.signature import Params
from channels.twilio.spelled import spelled
from channels.twilio.stops import Stops, keyword
from channels.twilio.talks import NOTICE, Talks
from channels.twilio.words import say
from conversation.stream import ConversationStream
from conversation.texts import Texts
from conversation.words import Speaker, TalkingTo, Word

_TOLD = ("too_long", "too_fast")


@dataclass(frozen=True)
class Texting:
    stream: ConversationStream
    texts: Texts
    talks: Talks
    intake: Intake
    stops: Stops
    manner: Manner
    language: LanguageClient

    async def take(self, params: Params) -> str:
        """Keeps the message, so that it will be answered. Gives what Twilio shall reply at once; mostly nothing."""
        customer, sid = e164(params.get("From", "")), params.get("MessageSid", "")
        if customer is None or not sid:
            return ""
        told = params.get("OptOutType", "").lower()
        if wish := told or keyword(params.get("Body", "")):
            fresh = await self._obey(sid, customer, wish)
            return self._confirmed(wish) if fresh and not told else ""  # told: Twilio has replied
        conversation_id = await self.talks.of(customer, params.get("To", ""), sid)
        if not await self.stream.knows(conversation_id, sid):
            await self._hear(conversation_id, sid, params)
        return ""

    def away(self) -> str:
        """What is replied where nothing can be kept."""
        return self.manner.bodies(say("sms.away", phone=self.manner.shop_phone))[0]

    async def _hear(self, conversation_id: str, sid: str, params: Params) -> None:
        text, media = params.get("Body", ""), params.get("NumMedia", "0") not in ("", "0")
        if text.strip() or not media:
            await self._take(conversation_id, sid, text)
        if media:
            await self._tell(conversation_id, sid, say("sms.media"))

    async def _take(self, conversation_id: str, sid: str, text: str) -> None:
        state = await self.stream.state(conversation_id)
        if state.get("private") and state.get("talking_to") != TalkingTo.AGENT:
            text = await spelled(self.language, text)
        try:
            await self.intake.take(conversation_id, {"type": "message", "id": sid, "text": text})
        except TooFast as refusal:
            if refusal.first:
                await self._tell(conversation_id, sid, say("sms.too_fast"))
        except Refusal as refusal:
            name = refusal.code if refusal.code in _TOLD else "unreadable"
            await self._tell(conversation_id, sid, say(f"sms.{name}", **refusal.values))

    async def _tell(self, conversation_id: str, sid: str, text: str) -> None:
        meta = {"notice": NOTICE}
        await self.stream.append(Word(conversation_id, Speaker.SYSTEM, text, f"{sid}:told", meta=meta))

    async def _obey(self, sid: str, customer: str, wish: str) -> bool:
        """Once: a STOP that comes again must not undo the START that came between."""
        key, redis = keys.message(sid), self.stream.redis
        if await redis.exists(key):
            return False
        if wish == "stop":
            await self.stops.add(customer)
        elif wish == "start":
            await self.stops.remove(customer)
        return bool(await redis.set(key, wish, nx=True, ex=self.stream.lifetime))

    def _confirmed(self, wish: str) -> str:
        name = {"stop": "stopped", "start": "started", "help": "help"}[wish]
        return self.manner.bodies(say(f"sms.{name}", phone=self.manner.shop_phone))[0]
