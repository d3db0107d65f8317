"""A caller in the queue: told where they stand, free to choose a callback or the bot, followed when they hang up."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from twilio.twiml.voice_response import Gather, VoiceResponse

from channels.intake import Intake
from channels.twilio.call import Call, Prompt, Then
from channels.twilio.legs import Legs, claim_of
from channels.twilio.signature import Params
from channels.twilio.telephone import Telephone, conversation_of
from channels.twilio.telling import told
from channels.twilio.transfer import Transfer
from channels.twilio.words import listed, say
from conversation import keys
from conversation.words import Choice, TalkingTo
from handoff.buttons import CANCEL, KEEP_WAITING
from handoff.calendar import Calendar
from handoff.callbacks import Callbacks
from handoff.contact import Contact, read_phone
from handoff.queue import Queue
from handoff.sentences import say as say_of_people
from handoff.ticket import State, Ticket
from handoff.waits import told as estimated
from nihongo.aloud import parts
from nihongo.japan_time import TOKYO

_PAUSE_SECONDS = 20
_KEYS = {"1": "callback", "2": "cancel"}


@dataclass(frozen=True)
class Waiting:
    telephone: Telephone
    queue: Queue
    intake: Intake
    calendar: Calendar
    transfer: Transfer
    legs: Legs
    callbacks: Callbacks
    clock: Callable[[], float] = time.time

    async def heard(self, params: Params, turn: int) -> str:
        """Where the caller stands; by a key, or when nobody need be waited for any more, out of the queue."""
        cid = conversation_of(params)
        call = await self.telephone.calls.get(cid) or Call(cid)
        ticket = await self.queue.of_conversation(cid)
        if ticket is None or ticket.talking_to is TalkingTo.BOT:
            return _leave()
        if ticket.state is not State.ASSIGNED and await self._leaves(call, params.get("Digits", "")):
            return _leave()
        await self.transfer.look(cid)  # the door that was to call the agent may be no more
        words = await self.telephone.stream.since(cid, call.told)
        call, prompt = told(call, words, self.telephone.speech.reader, ends="options_keys")
        if not prompt.lines:
            prompt = await self._standing(ticket, _place_told(call.now))
        await self.telephone.calls.keep(replace(call, now=replace(prompt, then=Then.QUEUE)))
        return self._stands(prompt.lines, turn)

    async def _leaves(self, call: Call, digits: str) -> bool:
        """By a key whose meaning was told in this round; who wishes to wait on does."""
        action = call.now.keys.get(digits, "")
        if not action:
            return False
        payload = action.removeprefix("choice:")
        chosen = await self.telephone.stream.choice(call.conversation_id, payload) if payload != action else None
        if chosen and chosen["command"] == KEEP_WAITING:
            await self.intake.press(call.conversation_id, f"{call.conversation_id}-{payload}", payload, {})
            return False
        await self.telephone.stream.redis.hset(keys.state(call.conversation_id), "wish", action)
        return True

    async def _standing(self, ticket: Ticket, told_just_now: bool) -> Prompt:
        """Nothing new was said: the place in the queue, unless it was told just now, and what the keys do."""
        if ticket.state is not State.WAITING:
            return Prompt((say("voice.waiting"),))
        position = await self.queue.position(ticket.number)
        minutes = await self.queue.waits.minutes(ticket.queue, position) if position else None
        place = say("voice.waiting_position", position=position) if position else ""
        stands = () if told_just_now else (say("voice.waiting"), place, estimated(minutes))
        lines = (*stands, await self._closed(ticket), say("voice.waiting_keys"))
        return Prompt(tuple(part for line in lines if line for part in parts(line).parts), keys=_KEYS)

    async def _closed(self, ticket: Ticket) -> str:
        """Nobody new is let in any more, and who waits is still served; or the agents have gone home."""
        where = datetime.fromtimestamp(self.clock(), TOKYO), ticket.queue, ticket.channel
        if await self.calendar.is_open(*where):
            return ""
        return say("voice.waiting_closed" if await self.calendar.staffed(*where) else "voice.waiting_over")

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
                if wish == "cancel":
                    return await self.telephone.dialogue.press(
                        call, Choice(say_of_people("choices.cancel_queue"), CANCEL)
                    )
                return await self.telephone.dialogue.do(call, wish)
            if params.get("QueueResult") == "bridged":
                call = await self._after_talk(call)
            return await self.telephone.dialogue.answered(call)

        return await self.telephone.step(params, turn, step)

    async def _wish(self, cid: str) -> str:
        redis = self.telephone.stream.redis
        wish = await redis.hget(keys.state(cid), "wish")
        await redis.hdel(keys.state(cid), "wish")
        return wish or ""

    async def _after_talk(self, call: Call) -> Call:
        """The two have talked, and the agent has hung up: they write it up, unless somebody else has it by now."""
        claim, seq = await self.legs.talk(call.conversation_id)
        ticket = await self.queue.of_conversation(call.conversation_id)
        if ticket and ticket.owner and claim and claim_of(ticket) == claim:
            await self.queue.end_talk(ticket.number, ticket.owner)
        return replace(call, told=max(call.told, seq))

    async def gone(self, cid: str) -> None:
        """The caller has hung up. A message that they spoke until then is still to come (voicemail.py)."""
        stream = self.telephone.stream
        state = await stream.state(cid)
        if not state or state.get("ended_at"):
            return
        await stream.redis.delete(keys.presence(cid))
        ticket = await self.queue.of_conversation(cid)
        if ticket and ticket.message_wanted:
            return
        phone = read_phone(state.get("customer_number", ""))
        if ticket and ticket.waits and ticket.urgent and phone:  # hung up to call 119, as we said
            await self.callbacks.at_once(ticket, Contact("", phone))
        await self.intake.take(cid, {"type": "end"})
        if ticket and ticket.owner and ticket.on_the_line and ticket.state is State.ASSIGNED:
            await self.queue.end_talk(ticket.number, ticket.owner)


def _place_told(now: Prompt) -> bool:
    """Whether the sentence that led into the queue told the place. Rounds of the queue have keys, and are long ago."""
    told_in = "" if now.keys else "".join(now.lines)
    return any(word in told_in for word in listed("voice.place_words"))


def _leave() -> str:
    response = VoiceResponse()
    response.leave()
    return str(response)
