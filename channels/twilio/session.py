"""A call on the socket of ConversationRelay: the turns of Gather, answers by sentences; silence, of which Twilio tells
nothing, is counted here."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass
from typing import Any

import structlog
from aiohttp import WSCloseCode, WSMsgType, web
from async_timeout import timeout
from redis.exceptions import RedisError

from channels import keys
from channels.tail import Tail
from channels.twilio.call import SECONDS, Call, Then
from channels.twilio.came import Came, Cut, Key, Setup, Spoken, Trouble, read
from channels.twilio.heard import Heard
from channels.twilio.herald import Herald, heralded
from channels.twilio.mouth import Line, Mouth
from channels.twilio.telephone import Step, Telephone
from channels.twilio.telling import begun
from channels.twilio.words import say
from conversation.words import Kind, Speaker, Word
from nihongo import listening
from tasks import end

SILENCE_SECONDS, DIGIT_SECONDS = 6.0, 8.0  # as by Gather
_HABIT_SECONDS = 3.0  # a # behind a number that was complete already belongs to it
_BACKLOG = 20  # what was said and pressed while an answer is being made; more is no caller
_LEAVE_SECONDS = 15.0
_QUESTION = re.compile(r"[?？]|か[。、]")
_log = structlog.get_logger("door")


@dataclass(frozen=True)
class Noted:
    """How far the bot's words were heard."""

    heard: dict[str, Any]


_Item = Heard | Key | Noted | None


class Session:
    def __init__(self, ws: web.WebSocketResponse, telephone: Telephone, tail: Tail, setup: Setup, call: Call) -> None:
        self._ws, self._telephone, self._tail = ws, telephone, tail
        self._setup, self._call = setup, call
        self._cid, self._stream = call.conversation_id, telephone.stream
        self._mouth = Mouth(ws, telephone.speech.reader)
        self._came: asyncio.Queue[_Item] = asyncio.Queue()
        self._digits, self._notes, self._stirred = "", 0, time.monotonic()
        self._complete = 0.0  # when a number had all its digits

    async def run(self) -> None:
        """Until the socket closes. A turn that runs then is finished: its answer is said by the next one."""
        await self._stream.redis.set(keys.relay(self._cid), self._setup.session, ex=SECONDS)
        worker = asyncio.create_task(self._work())
        try:
            async for message in self._ws:
                if message.type is WSMsgType.TEXT:
                    self._hear(read(message.data))
        finally:
            self._came.put_nowait(None)
            await asyncio.wait({worker}, timeout=_LEAVE_SECONDS)
            await end(worker)

    def _hear(self, came: Came | None) -> None:
        """While an answer is being made, too."""
        if isinstance(came, Cut):
            if heard := self._mouth.cut(came):
                self._put(Noted(heard))
        elif isinstance(came, Spoken) and came.last and came.text.strip():
            self._mouth.answered()
            self._put(Heard(came.text.strip()))
        elif isinstance(came, Key):
            self._mouth.answered()
            self._put(came)
        elif isinstance(came, Trouble):
            _log.warning("relay_error", conversation=self._cid, error=came.description[:200])
        elif not isinstance(came, Spoken):
            _log.warning("relay_unreadable", conversation=self._cid)
            return
        self._stirred = time.monotonic()  # whoever begins to speak is not silent

    def _put(self, item: _Item) -> None:
        if self._came.qsize() < _BACKLOG:
            self._came.put_nowait(item)

    async def _work(self) -> None:
        try:
            await self._open()
            while not self._ws.closed and (item := await self._next()) is not None:
                await self._one(item)
        except (RedisError, OSError) as error:
            _log.warning("redis_away", what="relay", error=repr(error))
            await self._broke()
        except Exception:
            _log.exception("relay_broke", conversation=self._cid)
            await self._broke()

    async def _open(self) -> None:
        """What has not been said since the call was sent here; else its greeting is being said by Twilio."""
        if self._call.now.then is Then.WAIT:
            await self._turn(self._telephone.dialogue.answered)
        elif self._call.turn != self._setup.turn or self._call.now.then is not Then.LISTEN:
            await self._say(self._call, [Line(text) for text in self._call.now.lines], 0)
        else:
            self._mouth.greeted([Line(text) for text in self._call.now.lines])

    async def _one(self, item: Heard | Key | Noted) -> None:
        if isinstance(item, Noted):
            await self._note(item.heard)
        elif isinstance(item, Key):
            await self._pressed(item.digit)
        elif self._goes_on(item):
            await self._mouth.say(self._mouth.unheard)
        else:
            await self._answer(item)

    def _goes_on(self, heard: Heard) -> bool:
        """はい into an answer whose question was still to come is no answer to it: the rest is said."""
        asks = any(_QUESTION.search(line.text) for line in self._mouth.unheard)
        return asks and bool(heard.speech) and listening.heard(heard.speech) == "backchannel"

    async def _pressed(self, digit: str) -> None:
        """A key, or one of a number's, which ends with # or is complete; * leaves it at once."""
        if digit == "#" and time.monotonic() < self._complete + _HABIT_SECONDS:
            self._complete = 0.0
            await self._mouth.say(self._mouth.unheard)
        elif not self._call.now.digits or digit == "*":
            await self._answer(Heard(keys=digit))
        elif digit == "#":
            await self._answer(Heard(keys=self._digits or digit))
        else:
            self._digits += digit
            if len(self._digits) == self._call.now.length:
                await self._answer(Heard(keys=self._digits))
                self._complete = time.monotonic()

    async def _answer(self, heard: Heard) -> None:
        self._digits = ""
        self._mouth.unheard = []
        await self._turn(lambda call: self._telephone.dialogue.hear(call, heard))

    async def _next(self) -> _Item:
        """What came; silence, once what was sent must have been said and nothing followed."""
        while self._came.empty():
            try:
                async with timeout(max(0.0, self._patience())):
                    return await self._came.get()
            except asyncio.TimeoutError:
                if self._patience() <= 0:
                    return Heard(keys=self._digits)
        return self._came.get_nowait()

    def _patience(self) -> float:
        seconds = DIGIT_SECONDS if self._call.now.digits else SILENCE_SECONDS
        return max(self._mouth.until, self._stirred) + seconds - time.monotonic()

    async def _turn(self, step: Step) -> None:
        if not await self._ours():
            await self._ws.close(code=WSCloseCode.POLICY_VIOLATION)
            return
        told = self._call.told
        herald = Herald(self._stream, self._tail, self._mouth, self._call)
        task = await heralded(herald)
        try:
            made = await self._taken(step, herald)
        finally:
            herald.stop()
            await asyncio.wait({task})
        task.result()
        self._stirred = time.monotonic()
        await self._told(made, told, herald.said)

    async def _ours(self) -> bool:
        """Whether no newer socket has the call."""
        return bool(await self._stream.redis.get(keys.relay(self._cid)) == self._setup.session)

    async def _taken(self, step: Step, herald: Herald) -> Call:
        """The turn, and the waiting for its answer, with a line where it is not being said yet."""
        made = await self._carried_out(self._call, step)
        while made.now.then is Then.WAIT and not self._ws.closed:
            if self._mouth.until <= time.monotonic() and not herald.said:
                await self._mouth.say([Line(text) for text in made.now.lines])
            made = await self._carried_out(made, self._telephone.dialogue.answered)
        return made

    async def _carried_out(self, call: Call, step: Step) -> Call:
        made = await self._telephone.taken(call, call.turn, step)
        if made is None:
            raise asyncio.TimeoutError(f"turn {call.turn} is not ended")
        self._call = made
        return made

    async def _told(self, call: Call, told: int, said: list[Line]) -> None:
        """What is left of the Prompt when some of it has been said."""
        spoken, lines = [line.text for line in said], list(call.now.lines)
        words = await self._stream.since(self._cid, told) if call.told > told else []
        owners = [seq for _, seq in begun([word for word in words if word.seq <= call.told], self._mouth.reader)]
        owners += [owners[-1] if owners else 0] * len(lines)
        first = len(spoken) if lines[: len(spoken)] == spoken else 0
        left = [
            Line(*line) for line in list(zip(lines, owners, strict=False))[first:] if first or line[0] not in spoken
        ]
        await self._say(call, left, len(lines) - len(left))

    async def _say(self, call: Call, lines: list[Line], said: int) -> None:
        """On the stream, or on the road that the call now takes, which says it."""
        if call.now.then is Then.LISTEN and self._telephone.streams(call):
            await self._mouth.say(lines, call.now.firm)
        elif not self._ws.closed:
            await self._mouth.end(then=call.now.then.value, turn=call.turn, said=said)
            self._came.put_nowait(None)

    async def _note(self, heard: dict[str, Any]) -> None:
        """The record keeps how far the bot's last words were heard, as Twilio tells it."""
        self._notes += 1
        word = await self._stream.word(self._cid, heard["seq"]) if heard.get("seq") else None
        name = f"{self._setup.session}:{self._notes}:heard"
        exchange = word.exchange_id if word else ""
        await self._stream.append(
            Word(self._cid, Speaker.SYSTEM, "", name, Kind.STATE, exchange_id=exchange, meta={"heard": heard})
        )

    async def _broke(self) -> None:
        """A sentence, and back to the action's webhook, which tries again or tells that nothing can be done."""
        await self._mouth.say([Line(say("voice.failed"))])
        await self._mouth.end(then="again", turn=self._call.turn, said=0)
