"""Plays TwiML to a call, verb by verb, until the call waits for something or is over."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from channels.simulate import dialing, legs, relay, speech, twiml, waiting
from channels.simulate.frames import Frame, Gathering, Kind, Recording
from channels.simulate.schema import VOICE
from channels.simulate.signing import Params, TwimlError, WebhookError

if TYPE_CHECKING:
    from channels.simulate.call import Call

MOST_DOCUMENTS = 500
"""Before the caller is heard; an answer that takes long may be asked for often."""
_MOST_HOPS = 20


async def go(call: Call, url: str, params: Params | None = None, method: str = "POST", kind: Kind = Kind.MAIN) -> None:
    """Fetches a document and plays it."""
    try:
        await _play(call, await fetch(call, url, params, method, kind))
    except TwimlError as error:
        await legs.broken(call, error)
        raise


async def go_on(call: Call, frame: Frame | None) -> None:
    """Plays the rest of a document."""
    try:
        await _play(call, frame)
    except TwimlError as error:
        await legs.broken(call, error)
        raise


async def follow(call: Call, verb: Element, frame: Frame, params: Params) -> None:
    """What comes after a verb: its action, or the next verb where it has none."""
    if verb.get("action") is None:
        return await go_on(call, frame)
    return await go(call, *action(call, verb, frame, params))


def action(call: Call, verb: Element, frame: Frame, params: Params) -> tuple[str, Params, str, Kind]:
    """Where a verb leads: its action, or else its own document again."""
    url = call.board.webhooks.absolute(verb.get("action") or frame.url, frame.url)
    return url, params, verb.get("method", "POST"), frame.kind


async def fetch(
    call: Call, url: str, params: Params | None = None, method: str = "POST", kind: Kind = Kind.MAIN
) -> Frame | None:
    """One webhook of the call; none when the call was led elsewhere meanwhile."""
    call.hops += 1
    call.documents += 1
    if call.documents > MOST_DOCUMENTS:
        raise TwimlError(f"{url}: {MOST_DOCUMENTS} documents one after the other, and the caller is never heard")
    if call.hops > _MOST_HOPS:
        raise TwimlError(f"{url}: {_MOST_HOPS} documents one after the other without a word to the caller")
    epoch = call.epoch
    try:
        answer = await call.board.webhooks.send(
            url, call.fields() | (params or {}), method=method, forgery=call.forgery
        )
        call.latencies.append(answer.seconds)
        call.quiet += answer.seconds
        if call.epoch != epoch:
            return None
        document = twiml.voice(answer, may_be_empty=kind is not Kind.MAIN)
    except WebhookError:
        if not call.board.fallback or kind is not Kind.MAIN:
            raise
        document = twiml.parse(call.board.fallback.encode(), "the fallback", VOICE)
    return framed(document, url, kind)


def framed(document: Element, url: str, kind: Kind = Kind.MAIN) -> Frame:
    if kind is Kind.WAIT:
        twiml.check_waiting(document, url)
    if kind is Kind.BEFORE_BRIDGE:
        twiml.check_before_bridge(document, url)
    return Frame(url, deque(document), kind)


async def _play(call: Call, frame: Frame | None) -> None:
    epoch = call.epoch
    while frame is not None and call.epoch == epoch:
        if not frame.verbs:
            return await _ended(call, frame)
        verb = frame.verbs.popleft()
        play = _VERBS.get(verb.tag)
        if play is None:
            raise TwimlError(f"{frame.url}: <{verb.tag}> is not played by this stand-in")
        frame = await play(call, verb, frame)
    return None


async def _ended(call: Call, frame: Frame) -> None:
    """The end of a document: the caller is hung up on, waits on, or is put through."""
    if frame.kind is Kind.MAIN:
        await legs.finish(call, "end")
    elif frame.kind is Kind.WHISPER:
        await dialing.accepted(call)
    call.board.changed()


async def _say(call: Call, verb: Element, frame: Frame) -> Frame:
    text = speech.flat(verb)
    call.hear(text, speech.seconds(text))
    await call.board.pass_time(speech.seconds(text))
    return frame


async def _sound(call: Call, verb: Element, frame: Frame) -> Frame:
    call.sounds("sound", (verb.text or verb.get("digits") or "").strip(), 0)
    return frame


async def _pause(call: Call, verb: Element, frame: Frame) -> Frame:
    length = int(verb.get("length", "1"))
    call.sounds("pause", f"{length}", length)
    await call.board.pass_time(length)
    return frame


async def _gather(call: Call, verb: Element, frame: Frame) -> None:
    first = len(call.heard) + 1
    for child in verb:
        await _VERBS[child.tag](call, child, frame)
    call.gathering = Gathering(verb, frame, first)
    call.board.changed()


async def _redirect(call: Call, verb: Element, frame: Frame) -> Frame | None:
    url = call.board.webhooks.absolute(verb.text or "", frame.url)
    return await fetch(call, url, None, verb.get("method", "POST"), frame.kind)


async def _hangup(call: Call, verb: Element, frame: Frame) -> None:
    await legs.finish(call, "hangup")


async def _reject(call: Call, verb: Element, frame: Frame) -> None:
    if call.log:
        raise TwimlError(f"{frame.url}: <Reject> after the call was answered")
    await legs.finish(call, "reject", "busy" if verb.get("reason") == "busy" else "no-answer")


async def _record(call: Call, verb: Element, frame: Frame) -> None:
    if verb.get("playBeep", "true") == "true":
        call.sounds("sound", "beep", 1)
    call.place = Recording(verb, frame)
    call.board.changed()


async def _start(call: Call, verb: Element, frame: Frame) -> Frame:
    for child in verb:
        if child.tag != "Recording":
            raise TwimlError(f"{frame.url}: <Start> of <{child.tag}> is not played by this stand-in")
        call.recorded_to = call.board.webhooks.absolute(child.get("recordingStatusCallback") or "", frame.url)
    return frame


async def _enqueue(call: Call, verb: Element, frame: Frame) -> Frame | None:
    return await waiting.enqueue(call, verb, frame)


async def _leave(call: Call, verb: Element, frame: Frame) -> None:
    await waiting.leave(call, verb, frame)


async def _dial(call: Call, verb: Element, frame: Frame) -> None:
    await dialing.dial(call, verb, frame)


async def _connect(call: Call, verb: Element, frame: Frame) -> None:
    await relay.connect(call, verb, frame)


_VERBS: dict[str, Callable[[Call, Element, Frame], Awaitable[Frame | None]]] = {
    "Say": _say,
    "Play": _sound,
    "Pause": _pause,
    "Gather": _gather,
    "Redirect": _redirect,
    "Hangup": _hangup,
    "Reject": _reject,
    "Record": _record,
    "Start": _start,
    "Enqueue": _enqueue,
    "Leave": _leave,
    "Dial": _dial,
    "Connect": _connect,
}
