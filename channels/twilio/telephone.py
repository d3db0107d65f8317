"""A call's webhooks, one after the other: each is answered once, in time, and never with nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import structlog
from async_timeout import timeout

from channels.errors import Refusal
from channels.twilio.call import SECONDS, Call, Calls, Prompt, Then
from channels.twilio.dialogue import Dialogue
from channels.twilio.heard import Heard
from channels.twilio.hints import Hints
from channels.twilio.phones import e164
from channels.twilio.signature import Params
from channels.twilio.streaming import Streaming
from channels.twilio.telling import REPEAT
from channels.twilio.twiml import Speech
from channels.twilio.words import say
from conversation import keys
from conversation.stream import ConversationStream

PREFIX = "voice-"
_LONGEST = 9.0  # seconds of one answer; Twilio hangs up after 15
_LOOK_AGAIN = 0.2
_TRIES = 3
_OVER = ("completed", "busy", "failed", "no-answer", "canceled")
_log = structlog.get_logger("door")
Step = Callable[[Call], Awaitable[tuple[Call, Prompt]]]


@dataclass(frozen=True)
class Telephone:
    stream: ConversationStream
    calls: Calls
    dialogue: Dialogue
    speech: Speech
    hints: Hints
    shop_name: str
    recording: bool
    streaming: Streaming | None = None  # none: all calls go by Gather
    clock: Callable[[], float] = time.time

    async def begin(self, params: Params) -> str:
        """The greeting of a new call; the same again when Twilio asks twice."""
        cid = conversation_of(params)
        customer = e164(params.get("From", ""))
        about = {"customer_number": customer} if customer else {}
        opened = f"{self.clock():.3f}"
        await self.stream.set_state(cid, channel="voice", opened_at=opened, our_number=params.get("To", ""), **about)
        await self.stream.redis.set(keys.presence(cid), "1", ex=SECONDS)
        call = await self.calls.get(cid) or Call(cid)
        return self._answer(await self.taken(call, 0, self._greet), 0)

    async def _greet(self, call: Call) -> tuple[Call, Prompt]:
        notice = (say("voice.recording"),) if self.recording else ()
        greeting = say("voice.greeting", shop_name=self.shop_name)
        prompt = Prompt((greeting, *notice, say("voice.ask")), firm=self.recording)
        return call, await self.dialogue.known.greet(call, prompt)

    async def turn(self, params: Params, turn: int) -> str:
        """What the caller said or pressed."""
        speech, keys = params.get("SpeechResult", ""), params.get("Digits", "")
        alone = not (speech or keys) and params.get("FinishedOnKey") == REPEAT  # where a number is asked for
        keys = REPEAT if alone else keys
        heard = Heard(speech, keys, _number(params.get("Confidence", "")))
        return await self.step(params, turn, lambda call: self.dialogue.hear(call, heard))

    async def wait(self, params: Params, turn: int) -> str:
        return await self.step(params, turn, self.dialogue.answered)

    async def step(self, params: Params, turn: int, step: Step) -> str:
        """The answer to a webhook of this call; `step` makes it, once."""
        cid = conversation_of(params)
        return self._answer(await self.taken(await self.calls.get(cid) or Call(cid), turn, step), turn)

    def _answer(self, call: Call | None, turn: int) -> str:
        return self.twiml(call) if call else self.fallback(turn)

    def twiml(self, call: Call, lost: int = 0) -> str:
        """Where the call stands, as TwiML of the road that it goes by. `lost`: streams that broke just before."""
        cid, hints = call.conversation_id, self.hints.now()
        if self.streaming and self.streams(call):
            return self.streaming.twiml(call.now, call.turn, hints, queue=cid, lost=lost)
        return self.speech.twiml(call.now, call.turn, hints, call.slow, queue=cid)

    def streams(self, call: Call) -> bool:
        """Whether the call goes by ConversationRelay, which cannot be slowed down."""
        return self.streaming is not None and not (call.slow or call.gathers)

    async def taken(self, call: Call, turn: int, step: Step) -> Call | None:
        """The call after this turn, which is carried out once; None: somebody is at it and does not get done."""
        cid = call.conversation_id
        known = await self.calls.begin_turn(cid, turn)
        if known is not None:
            return Call.from_json(known) if known else await self._of_the_other(cid, turn)
        try:
            made = await self._made(replace(call, turn=turn), step)
        except BaseException:
            await self.calls.give_back(cid, turn)
            raise
        await self.calls.end_turn(cid, turn, made.to_json())
        return made

    async def _made(self, call: Call, step: Step) -> Call:
        try:
            async with timeout(_LONGEST):
                made, prompt = await step(call)
        except Refusal as refusal:
            made, prompt = call, replace(call.now, lines=(refusal.message,), then=Then.LISTEN)
        except asyncio.TimeoutError:
            made, prompt = call, Prompt((say("voice.failed"),))
        before = call.now if prompt.keys != call.now.keys else call.before
        made = replace(made, turn=call.turn + 1, now=prompt, before=before)
        await self.calls.keep(made)
        _log.info("call_turn", conversation=call.conversation_id, turn=call.turn, then=prompt.then.value)
        return made

    async def _of_the_other(self, cid: str, turn: int) -> Call | None:
        """Twilio asked twice at once: the same answer, when it is there."""
        ends = time.monotonic() + _LONGEST
        while time.monotonic() < ends:
            await asyncio.sleep(_LOOK_AGAIN)
            if (known := await self.calls.begin_turn(cid, turn)) is None:  # the first one failed
                await self.calls.give_back(cid, turn)
                return None
            if known:
                return Call.from_json(known)
        return None

    async def settled(self, cid: str) -> Call | None:
        """The call once nobody is at a turn of it; none where there is no such call."""
        ends = time.monotonic() + _LONGEST
        while (call := await self.calls.get(cid)) and await self.calls.making(cid, call.turn):
            if time.monotonic() > ends:
                break
            await asyncio.sleep(_LOOK_AGAIN)
        return call

    def fallback(self, turn: int, tries: int = 0) -> str:
        """When nothing can be read or kept: a word, a pause, once more; after three times an end that says so."""
        return self.speech.again(say("voice.failed"), turn, tries + 1) if tries < _TRIES else away(self.speech)


def away(speech: Speech) -> str:
    return speech.bye(say("voice.away"))


def over(params: Params) -> bool:
    """Whether the call that a status webhook is about has ended."""
    return params.get("CallStatus") in _OVER


def conversation_of(params: Params) -> str:
    """Each call is a conversation of its own: who shows no number shares none."""
    return PREFIX + params.get("CallSid", "")


def _number(text: str) -> float | None:
    try:
        return float(text) or None  # 0.0 tells nothing
    except ValueError:
        return None
