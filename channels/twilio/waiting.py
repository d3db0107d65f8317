"""A caller in the queue: told where they stand, free to choose a callback or the bot, followed when they hang up."""

from __future__ import annotations

from dataclasses import dataclass

from twilio.twiml.voice_response import Gather, VoiceResponse

from channels.intake import Intake
from channels.twilio.call import Call, Prompt
from channels.twilio.signature import Params
from channels.twilio.telephone import Telephone, conversation_of
from channels.twilio.words import say
from conversation import keys
from conversation.words import Choice, TalkingTo
from handoff.buttons import CALLBACK, CANCEL
from handoff.queue import Queue
from handoff.sentences import say as say_of_people
from handoff.ticket import State, Ticket

_PAUSE_SECONDS = 20
_KEYS = {"1": CALLBACK, "2": CANCEL}


@dataclass(frozen=True)
class Waiting:
    telephone: Telephone
    queue: Queue
    intake: Intake

    async def heard(self, params: Params, turn: int) -> str:
        """Where the caller stands; by key 1 or 2, or when nobody need be waited for any more, out of the queue."""
        cid = conversation_of(params)
        if wish := _KEYS.get(params.get("Digits", "")):
            await self.telephone.stream.redis.hset(keys.state(cid), "wish", wish)
            return _leave()
        ticket = await self.queue.of_conversation(cid)
        if ticket is None or ticket.talking_to is TalkingTo.BOT:
            return _leave()
        return self._stands(await self._lines(ticket), turn)

    async def _lines(self, ticket: Ticket) -> tuple[str, ...]:
        position = await self.queue.position(ticket.number)
        place = say("voice.waiting_position", position=position) if position and ticket.state is State.WAITING else ""
        keyed = say("voice.waiting_keys") if ticket.state is State.WAITING else ""
        return tuple(line for line in (say("voice.waiting"), place, keyed) if line)

    def _stands(self, lines: tuple[str, ...], turn: int) -> str:
        speech, response = self.telephone.speech, VoiceResponse()
        here = speech.url("queue", n=str(turn))
        gather = Gather(input="dtmf", num_digits=1, timeout=_PAUSE_SECONDS, action=here, method="POST")
        speech.say(gather, lines)
        response.append(gather)
        response.redirect(here, method="POST")
        return str(response)

    async def left(self, params: Params, turn: int) -> str:
        """Out of the queue: what the caller wished, or what is said after the talk."""

        async def step(call: Call) -> tuple[Call, Prompt]:
            if wish := await self._wish(call.conversation_id):
                return await self.telephone.dialogue.command(call, wish)
            await self._talk_ended(call.conversation_id)
            made, prompt = await self.telephone.dialogue.answered(call)
            return made, prompt

        return await self.telephone.step(params, turn, step)

    async def _wish(self, cid: str) -> Choice | None:
        redis = self.telephone.stream.redis
        wish = await redis.hget(keys.state(cid), "wish")
        await redis.hdel(keys.state(cid), "wish")
        titles = {CALLBACK: "choices.callback_waiting", CANCEL: "choices.cancel_queue"}
        return Choice(say_of_people(titles[wish]), wish) if wish in titles else None

    async def _talk_ended(self, cid: str) -> None:
        """The two were connected, and one has hung up: the talk is over; the agent still writes it up."""
        ticket = await self.queue.of_conversation(cid)
        if ticket and ticket.state is State.ASSIGNED and ticket.owner:
            await self.queue.end_talk(ticket.number, ticket.owner)

    async def gone(self, cid: str) -> None:
        """The caller has hung up."""
        stream = self.telephone.stream
        state = await stream.state(cid)
        if not state or state.get("ended_at"):
            return
        await self._talk_ended(cid)
        await stream.redis.delete(keys.presence(cid))
        await self.intake.take(cid, {"type": "end"})


def _leave() -> str:
    response = VoiceResponse()
    response.leave()
    return str(response)
