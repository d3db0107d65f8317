"""What a caller says, presses or leaves unsaid, and where it leads."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from channels.simulate import dialing, legs, player
from channels.simulate.frames import Dialing, Gathering, Recording
from channels.simulate.recordings import Recording as Kept
from channels.simulate.signing import Params

if TYPE_CHECKING:
    from channels.simulate.call import Call

Doing = Coroutine[Any, Any, None]
_KEYS = frozenset("0123456789*#")
_GATHER_SECONDS = 5


async def speech(call: Call, text: str, confidence: float | None, over: bool, partial: tuple[str, ...]) -> None:
    """Words. Where nobody listens for words they are lost, as on the telephone."""
    call.does("caller", text)
    if call.relay:
        return await call.relay.prompt(text, partial)
    if call.place and not call.gathering:
        return None
    gathering = _listening(call)
    if over and not _cut(call, gathering):
        return None
    if "speech" not in gathering.inputs:
        return await _empty(call)
    found = {"SpeechResult": text, "Language": gathering.gather.get("language", "")}
    return await _result(call, found | ({} if confidence is None else {"Confidence": f"{confidence:.8g}"}))


async def keys(call: Call, pressed: str, over: bool) -> None:
    if not pressed or set(pressed) - _KEYS:
        raise ValueError(f"{pressed!r} are not keys of a telephone")
    call.does("keys", pressed)
    if call.relay:
        return await call.relay.keys(pressed)
    if isinstance(call.place, Recording):
        return await after_tone(call, 5, pressed[0], None)
    if call.place and not call.gathering:
        return None
    gathering = _listening(call)
    if over and not _cut(call, gathering):
        return None
    digits, finished = _collected(gathering, pressed)
    if "dtmf" not in gathering.inputs or not (digits or finished):
        return await _empty(call)
    return await _result(call, {"Digits": digits, "FinishedOnKey": finished, "msg": "Gather End"})


def _collected(gathering: Gathering, pressed: str) -> tuple[str, str]:
    """The digits that the listening ends with, and the key that ended it."""
    most, finish = int(gathering.gather.get("numDigits", "0")), gathering.gather.get("finishOnKey", "#")
    digits = ""
    for key in pressed:
        if key in finish:
            return digits, key
        digits += key
        if len(digits) == most:
            break
    return digits, ""


async def nothing(call: Call) -> None:
    call.does("silence")
    if call.relay:
        return
    if isinstance(call.place, Recording):
        await after_tone(call, 0, "", None)
        return
    if isinstance(call.place, Dialing):
        await dialing.timed_out(call)
        return
    gathering = _listening(call)
    call.clock += int(gathering.gather.get("timeout", _GATHER_SECONDS))
    await _empty(call)


async def after_tone(call: Call, seconds: int, digits: str, transcription: str | None) -> None:
    """The end of a <Record>: silence leads to the next verb, all else to the action."""
    place = call.place
    assert isinstance(place, Recording), f"the call is {call.state}, not recording"
    call.place = None
    if not seconds:
        await player.go_on(call, place.frame)
        return
    call.clock += seconds
    made = call.board.recordings.make(call.sid, min(seconds, int(place.record.get("maxLength", "3600"))), "RecordVerb")
    told = {"RecordingUrl": made.url, "RecordingSid": made.sid, "RecordingDuration": str(made.seconds)}
    if digits == "hangup":
        await legs.finish(call, "caller")
        await call.board.note(call, player.action(call, place.record, place.frame, told | {"Digits": digits}))
    await _tell_recording(call, place, made, transcription)
    if digits != "hangup":
        await player.go(call, *player.action(call, place.record, place.frame, told | {"Digits": digits}))


async def _tell_recording(call: Call, place: Recording, made: Kept, transcription: str | None) -> None:
    record, frame = place.record, place.frame
    if record.get("recordingStatusCallback"):
        await call.board.note_recording(call, record.get("recordingStatusCallback", ""), frame.url, made)
    if record.get("transcribeCallback"):
        url = call.board.webhooks.absolute(record.get("transcribeCallback", ""), frame.url)
        await call.board.post(url, call.fields() | _transcribed(made, transcription))


def _transcribed(made: Kept, transcription: str | None) -> Params:
    return {
        "RecordingSid": made.sid,
        "RecordingUrl": made.url,
        "TranscriptionSid": made.sid.replace("RE", "TR", 1),
        "TranscriptionText": transcription or "",
        "TranscriptionStatus": "completed" if transcription else "failed",
        "TranscriptionType": "fast",
    }


def _listening(call: Call) -> Gathering:
    assert call.gathering, f"nobody listens: the call is {call.state} ({call.ended_by})\n{call.transcript()}"
    return call.gathering


def _cut(call: Call, gathering: Gathering) -> bool:
    """Whether speaking over the prompt is heard; what it cuts off has not been heard."""
    if gathering.gather.get("bargeIn", "true") != "true":
        return False
    del call.heard[gathering.first :]
    return True


async def _result(call: Call, params: Params) -> None:
    gathering = _listening(call)
    call.gathering = None
    await player.go(call, *player.action(call, gathering.gather, gathering.frame, params))


async def _empty(call: Call) -> None:
    """Nothing was recognised: the action if it wants to know, else the next verb."""
    gathering = _listening(call)
    if gathering.gather.get("actionOnEmptyResult") == "true":
        keys = {"Digits": "", "FinishedOnKey": "", "msg": "Gather End"}
        return await _result(call, keys if "dtmf" in gathering.inputs else {})
    call.gathering = None
    return await player.go_on(call, gathering.frame)
