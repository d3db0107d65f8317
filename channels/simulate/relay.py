"""<Connect><ConversationRelay>: Twilio's websocket client, its handshake signed, its messages checked."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element

import aiohttp

from channels.simulate import player, speech
from channels.simulate.frames import Frame
from channels.simulate.numbers import new_sid
from channels.simulate.signing import Params, TwimlError

if TYPE_CHECKING:
    from channels.simulate.call import Call

_FIELDS: dict[str, set[str]] = {
    "text": {"token", "last", "lang", "interruptible", "preemptible"},
    "play": {"source", "loop", "interruptible", "preemptible"},
    "sendDigits": {"digits"},
    "language": {"ttsLanguage", "transcriptionLanguage"},
    "end": {"handoffData"},
}
_ANSWER_SECONDS = 15.0


@dataclass(eq=False)
class Relay:
    """The streamed talk of a call. `tokens` are all that came, with the seconds since the caller's last words."""

    call: Call
    verb: Element
    frame: Frame
    element: Element
    tokens: list[tuple[str, float]] = field(default_factory=list)
    first_token: list[float] = field(default_factory=list)
    session: str = field(default_factory=lambda: new_sid("VX"))
    over: bool = False
    _socket: aiohttp.ClientWebSocketResponse[Any] | None = None
    _reading: asyncio.Task[Any] | None = None
    _part: str = ""
    _asked: float = 0.0
    _answers: int = 0

    async def open(self) -> None:
        webhooks = self.call.board.webhooks
        url = self.element.get("url", "")
        if not url.startswith(("wss://", "ws://")):
            raise TwimlError(f"{self.frame.url}: ConversationRelay url {url!r} is not a websocket")
        socket = self._socket = await webhooks.handshake(url)
        await self._send(self._setup())
        self._reading = self.call.board.spawn(self._read(socket))

    def _setup(self) -> dict[str, Any]:
        call = self.call
        return {
            "type": "setup",
            "sessionId": self.session,
            "accountSid": call.board.account_sid,
            "parentCallSid": "",
            "callSid": call.sid,
            "from": call.sender,
            "to": call.to,
            "forwardedFrom": "",
            "callType": "PSTN",
            "callerName": "",
            "direction": call.direction,
            "callStatus": "IN-PROGRESS",
            "customParameters": {p.get("name"): p.get("value") for p in self.element.iter("Parameter")},
        }

    # What the caller does.
    async def prompt(self, text: str, partial: tuple[str, ...]) -> None:
        """Speaks, and waits for the whole answer or the end."""
        lang = self.element.get("transcriptionLanguage") or self.element.get("language", "")
        answers = self._begin()
        if self.element.get("partialPrompts") == "true":
            for part in partial:
                await self._send({"type": "prompt", "voicePrompt": part, "lang": lang, "last": False})
        await self._send({"type": "prompt", "voicePrompt": text, "lang": lang, "last": True})
        await self._answered(answers)

    async def keys(self, pressed: str) -> None:
        if self.element.get("dtmfDetection") != "true":
            return
        answers = self._begin()
        for digit in pressed:
            await self._send({"type": "dtmf", "digit": digit})
        await self._answered(answers)

    async def interrupt(self, heard: str, milliseconds: int) -> None:
        self.call.does("interrupts", heard)
        self._part = ""
        await self._send(
            {"type": "interrupt", "utteranceUntilInterrupt": heard, "durationUntilInterruptMs": milliseconds}
        )

    async def error(self, description: str) -> None:
        await self._send({"type": "error", "description": description})

    def _begin(self) -> int:
        self._asked = time.monotonic()
        return self._answers

    async def _answered(self, before: int) -> None:
        await self.call.board.until(lambda: self._answers > before or self.over, _ANSWER_SECONDS)

    async def _send(self, message: dict[str, Any]) -> None:
        assert self._socket is not None
        await self._socket.send_str(json.dumps(message, ensure_ascii=False))

    # What the product sends.
    async def _read(self, socket: aiohttp.ClientWebSocketResponse[Any]) -> None:
        async for raw in socket:
            message = self._checked(raw)
            if message["type"] == "text":
                self._token(message)
            elif message["type"] == "end":
                await self._end(message.get("handoffData"))
                return
            else:
                self.call.does("sound", str(message.get("source") or message.get("digits") or ""))
        await self._end(None)

    def _checked(self, raw: aiohttp.WSMessage) -> dict[str, Any]:
        try:
            message = json.loads(raw.data)
            known = _FIELDS[message["type"]]
        except (ValueError, KeyError, TypeError):
            raise TwimlError(f"{self.element.get('url')}: bad message {raw.data!r} (64107)") from None
        if set(message) - known - {"type"} or (message["type"] == "text" and not isinstance(message.get("token"), str)):
            raise TwimlError(f"{self.element.get('url')}: bad message {raw.data!r} (64107)")
        return dict(message)

    def _token(self, message: dict[str, Any]) -> None:
        self.tokens.append((message["token"], time.monotonic() - self._asked))
        if not self._part:
            self.first_token.append(time.monotonic() - self._asked)
        self._part += message["token"]
        if message.get("last"):
            text, self._part = self._part.strip(), ""
            self._answers += 1
            if text:
                self.call.hear(text, speech.seconds(text))
        self.call.board.changed()

    async def _end(self, handoff: str | None) -> None:
        """After `end`, or when the socket has gone: the action hears of it and goes on with the call."""
        if self.over:
            return
        await self.close()
        broken = {"ErrorCode": "64105", "ErrorMessage": "WebSocket ended"}
        data = broken if handoff is None else {"HandoffData": handoff}
        told = self._told("failed" if handoff is None else "ended")
        try:
            await player.follow(self.call, self.verb, self.frame, told | data)
        finally:
            self.over = True
            self.call.board.changed()

    def _told(self, status: str) -> Params:
        return {"SessionId": self.session, "SessionStatus": status, "SessionDuration": "5"}

    async def hung_up(self) -> None:
        """The caller has gone: the action is told, and nobody hears its answer."""
        await self.close()
        if self.verb.get("action"):
            await self.call.board.note(
                self.call, player.action(self.call, self.verb, self.frame, self._told("completed"))
            )

    async def close(self) -> None:
        """The caller's side goes."""
        self.call.relay = None
        if self._reading is not asyncio.current_task():
            self.over = True
        if self._socket is not None:
            await self._socket.close()


async def connect(call: Call, verb: Element, frame: Frame) -> None:
    """Opens the websocket; the greeting is heard first."""
    element = verb.find("ConversationRelay")
    if element is None or len(verb) != 1:
        raise TwimlError(f"{frame.url}: <Connect> without one <ConversationRelay> is not played by this stand-in")
    languages = (element.get("ttsLanguage"), element.get("transcriptionLanguage"), element.get("language"))
    if speech.LANGUAGE not in languages or any(found not in (None, speech.LANGUAGE) for found in languages):
        raise TwimlError(f"{frame.url}: ConversationRelay speaks {languages}, not {speech.LANGUAGE}")
    relay = Relay(call, verb, frame, element)
    call.relay = relay
    await relay.open()
    if element.get("welcomeGreeting"):
        call.hear(element.get("welcomeGreeting", ""), 1)
