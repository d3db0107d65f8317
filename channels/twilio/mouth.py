"""What the bot says over the socket of ConversationRelay: sentence by sentence, and how much of it has been heard."""

from __future__ import annotations

import asyncio
import json
import re
import time
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web
from async_timeout import timeout

from channels.twilio.came import Cut
from channels.twilio.streaming import plain_words
from nihongo.aloud import Reader

LETTERS_A_SECOND = 6.5  # of a Japanese voice; Twilio does not tell when something has been said
_LONGEST_WAIT = 20.0
_SEND_SECONDS = 5.0
_SENTENCE = re.compile(r"[^。！？!?]*[。！？!?]+|[^。！？!?]+")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Line:
    """`seq`: the word of the conversation that it reads, 0 for none."""

    text: str
    seq: int = 0


class Mouth:
    """`until`: when all that was sent has been said, about. `unheard`: what an interruption cut off."""

    def __init__(self, ws: web.WebSocketResponse, reader: Reader) -> None:
        self._ws, self.reader = ws, reader
        self._said: list[Line] = []
        self._whole, self._cut, self._quiet = True, False, asyncio.Event()
        self.until = time.monotonic()
        self.unheard: list[Line] = []

    def greeted(self, lines: list[Line]) -> None:
        """Twilio says these itself, as the stream's greeting."""
        self._begin()
        for line in lines:
            self._counts(replace(line, text=plain_words(line.text, self.reader)))

    async def say(self, lines: list[Line], firm: bool = False, last: bool = True) -> None:
        """`last`: with it the talk is whole. What was interrupted is not gone on with."""
        if self._whole:
            self._begin()
        self._whole = last
        sentences = [
            replace(line, text=text)
            for line in lines
            for text in _SENTENCE.findall(plain_words(line.text, self.reader))
        ]
        ends = [False] * (len(sentences) - 1) + [last]
        for sentence, end in zip(sentences, ends, strict=False):
            self._counts(sentence)
            await self._token(sentence.text, firm, end)
        if last and not sentences:
            await self._token("", firm, True)

    def _begin(self) -> None:
        self._said, self.unheard, self._cut = [], [], False
        self._quiet.clear()

    def _counts(self, line: Line) -> None:
        if self._cut:
            return
        self._said.append(line)
        self.until = max(self.until, time.monotonic()) + len(line.text) / LETTERS_A_SECOND

    async def _token(self, text: str, firm: bool, last: bool) -> None:
        if not self._cut:
            await self._send({"type": "text", "token": text, "last": last, "interruptible": not firm})

    def answered(self) -> None:
        """The caller says or presses something: where that is heard at all, nothing is being said any more."""
        self.until = min(self.until, time.monotonic())

    def cut(self, cut: Cut) -> dict[str, Any] | None:
        """What is known of how far the conversation's words were heard; None where none were being said."""
        self.until, self._cut = time.monotonic(), not self._whole
        self._quiet.set()
        if not any(line.seq for line in self._said):
            return None
        known: dict[str, Any] = {"until": cut.until} | ({} if cut.ms is None else {"ms": cut.ms})
        return known | self._place(_SPACE.sub("", cut.until))

    def _place(self, until: str) -> dict[str, Any]:
        """The word in which it stopped, where Twilio's text is one of ours."""
        texts = [_SPACE.sub("", line.text) for line in self._said]
        at = "".join(texts).find(until)
        if at < 0:
            return {}
        end = at + len(until)
        for number, text in enumerate(texts):
            if end < len(text) or number == len(texts) - 1:
                rest = [replace(self._said[number], text=text[end:])] if text[end:] else []
                self.unheard = [*rest, *self._said[number + 1 :]]
                return {"seq": self._said[number].seq, "whole": not self.unheard}
            end -= len(text)
        return {}

    async def end(self, **handoff: Any) -> None:
        """Gives the call back to the action's TwiML, once all has been said."""
        if not self._whole:
            await self.say([])
        left = min(self.until - time.monotonic(), _LONGEST_WAIT)
        try:
            async with timeout(max(0.0, left)):
                await self._quiet.wait()
        except asyncio.TimeoutError:
            pass
        await self._send({"type": "end", "handoffData": json.dumps(handoff)})

    async def _send(self, message: dict[str, Any]) -> None:
        """To who has gone nothing is sent: the call's next road says it."""
        if self._ws.closed:
            return
        try:
            async with timeout(_SEND_SECONDS):
                await self._ws.send_str(json.dumps(message, ensure_ascii=False))
        except (ConnectionError, asyncio.TimeoutError):
            await self._ws.close()
