"""A person at a terminal on the telephone with the bot, or writing texts to it."""

from __future__ import annotations

import asyncio
import contextlib
import re
import threading
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path

from channels.simulate.call import Call
from channels.simulate.messages import Sent
from channels.simulate.signing import TwimlError
from channels.simulate.twilio import Twilio
from tasks import beside, end
from wording import Wording

Show = Callable[[str], None]
_EVER = 1e9
_LETTERS_A_SECOND = 4
words = Wording(Path(__file__).with_name("words.yml")).say


class Lines:
    """What is typed, line by line; None when it ends."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[str | None] = asyncio.Queue()

    def read(self, source: Iterable[str]) -> None:
        """Reads in a thread of its own, which does not keep the program alive."""
        loop = asyncio.get_running_loop()
        threading.Thread(target=self._read, args=(source, loop), daemon=True).start()

    def _read(self, source: Iterable[str], loop: asyncio.AbstractEventLoop) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens any more
            for line in source:
                loop.call_soon_threadsafe(self._queue.put_nowait, line.strip())
            loop.call_soon_threadsafe(self._queue.put_nowait, None)

    async def next(self) -> str | None:
        return await self._queue.get()


async def phone(twilio: Twilio, sender: str, lines: Lines, show: Show) -> None:
    """One call, from the first ring to the end."""
    show(words("call.begin"))
    async with beside(_show_for_ever(twilio, show)):
        try:
            call = await twilio.call(sender)
            await _talk(twilio, call, lines, show)
        except AssertionError as error:
            show(words("problem.door", error=error))
    _show_news(twilio, show)
    answer = max(twilio.calls[0].latencies, default=0.0)
    show(words("call.silences", seconds=twilio.calls[0].longest_silence, answer=answer))


async def _talk(twilio: Twilio, call: Call, lines: Lines, show: Show) -> None:
    while (line := await _line_or_end(call, lines)) is not None:
        if not line.startswith(("@", "＠")):
            await act(call, line)
        elif not (agents := [other for other in twilio.calls[1:] if other.state != "ended"]):
            show(words("call.nobody"))
        else:
            await act_as_agent(agents[0], line[1:])
    if call.state == "recording":
        await call.record()
    await call.hang_up()


async def _line_or_end(call: Call, lines: Lines) -> str | None:
    """What is typed next; None when nothing is any more, or the call is over."""
    typed, over = asyncio.create_task(lines.next()), asyncio.create_task(call.until_state("ended", seconds=_EVER))
    try:
        await asyncio.wait({typed, over}, return_when=asyncio.FIRST_COMPLETED)
        if over.done():
            return over.result()
        return typed.result()
    finally:
        await end(typed, over)


async def act(call: Call, line: str) -> None:
    """One line of the caller."""
    keys = unicodedata.normalize("NFKC", line)
    if call.state == "recording" and line:
        await call.record(max(1, len(line) // _LETTERS_A_SECOND), "#", transcription=line)
    elif keys.startswith("#"):
        await call.press("".join(re.findall(r"[0-9*#]", keys[1:])) or "#")
    elif line:
        await call.say(line)
    elif call.state == "queued":
        await call.wait()
    elif call.state in ("gathering", "recording", "relay"):
        await call.silence()


async def act_as_agent(call: Call, line: str) -> None:
    """One line of whoever was called."""
    if line == "!":
        await (call.no_answer() if call.state == "ringing" else call.hang_up())
    elif call.state == "ringing":
        await call.answer()
    else:
        await act(call, line)


async def write(twilio: Twilio, sender: str, lines: Lines, show: Show) -> None:
    """Texts to the bot until nothing more is typed."""
    show(words("sms.begin"))
    async with beside(_show_for_ever(twilio, show)):
        while (line := await lines.next()) is not None:
            if line:
                await _send(twilio, sender, line, show)
    _show_news(twilio, show)


async def _send(twilio: Twilio, sender: str, line: str, show: Show) -> None:
    try:
        reply = await twilio.text(line, sender)
    except TwimlError as error:
        show(words("problem.door", error=error))
        return
    if reply.status >= 300:
        show(words("sms.refused", status=reply.status))


async def _show_for_ever(twilio: Twilio, show: Show) -> None:
    """Shows what is heard and what arrives while it does."""
    while True:
        _show_news(twilio, show)
        try:
            await twilio.until(lambda: _news(twilio), _EVER)
        except Exception as error:  # of the background: shown, and the call goes on as far as it can
            show(words("problem.door", error=error))


def _news(twilio: Twilio) -> bool:
    return any(len(call.log) > call.shown for call in twilio.calls) or len(twilio.sent) > twilio.shown


def _show_news(twilio: Twilio, show: Show) -> None:
    for call in twilio.calls:
        for what, text in call.log[call.shown :]:
            show(_heading(twilio, call) + words(f"call.{what}", text=text))
        call.shown = len(call.log)
    for sent in twilio.sent[twilio.shown :]:
        show(_arrived(sent))
    twilio.shown = len(twilio.sent)


def _heading(twilio: Twilio, call: Call) -> str:
    return "" if call is twilio.calls[0] else words("call.agent", number=call.to)


def _arrived(sent: Sent) -> str:
    units = len(sent.body.encode("utf-16-le")) // 2
    return words("sms.arrived", to=sent.to, parts=sent.num_segments, units=units, text=sent.body)


def e164(number: str) -> str:
    """A number as people write it, in the form that Twilio gives; a withheld one is `anonymous`."""
    if number in ("anonymous", words("withheld")):
        return "anonymous"
    digits = re.sub(r"[^\d+]", "", unicodedata.normalize("NFKC", number))
    return f"+81{digits[1:]}" if digits.startswith("0") else digits
