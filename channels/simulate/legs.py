"""The beginning and the end of a leg, and what its end does to the other one."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

from channels.simulate import dialing, player, twiml, waiting
from channels.simulate.frames import Bridge, Dialing, Kind, Queued
from channels.simulate.schema import VOICE
from channels.simulate.signing import TwimlError

if TYPE_CHECKING:
    from channels.simulate.call import Call


async def answered(call: Call, by: str) -> None:
    """The called person takes the call."""
    assert call.state == "ringing", f"the call is {call.state}"
    call.status = "in-progress"
    call.does("answered")
    await call.board.tell(call, "answered")
    if call.direction == "outbound-dial":
        return await (
            player.go(call, call.url, None, call.method, Kind.WHISPER) if call.url else dialing.accepted(call)
        )
    if call.twiml:
        return await given(call, call.twiml)
    return await player.go(call, call.url, {"AnsweredBy": by} if call.detects else None, call.method)


async def given(call: Call, text: str) -> None:
    """Plays TwiML that came with a REST request."""
    try:
        frame = player.framed(twiml.parse(text.encode(), "Twiml", VOICE), call.board.webhooks.absolute(""))
    except TwimlError as error:
        await broken(call, error)
        raise
    await player.go_on(call, frame)


async def not_answered(call: Call, status: str) -> None:
    assert call.state == "ringing", f"the call is {call.state}"
    await finish(call, "called", status)


async def broken(call: Call, error: TwimlError) -> None:
    """The caller hears that an application error has occurred, and is hung up on."""
    call.does("error", str(error))
    await finish(call, "error")


async def led_away(call: Call) -> None:
    """A REST request takes the call out of whatever it is in."""
    call.epoch += 1
    call.gathering = None
    if call.relay:
        await call.relay.close()
    await _let_go(call, "redirected")


async def finish(call: Call, by: str, status: str = "completed") -> None:
    """The end of a leg, once."""
    if call.ended_by:
        return
    call.ended_by, call.status, call.ended = by, status, datetime.now(timezone.utc)
    call.epoch += 1
    call.gathering = None
    call.does("ended", by)
    if call.relay:
        await call.relay.hung_up()
    await _let_go(call, "hangup")
    await dialing.child_gone(call)
    if call.recorded_to:
        made = call.board.recordings.make(call.sid, max(1, int(call.clock)), "StartCallRecordingTwiML", 2)
        await call.board.note_recording(call, call.recorded_to, call.recorded_to, made)
    await call.board.tell(call, "completed")


async def _let_go(call: Call, result: str) -> None:
    """Whatever the leg was in: its queue, telephones that ring for it, the person it talks with."""
    place = call.place
    if isinstance(place, Queued):
        await waiting.left_unheard(call, result)
    call.place = None
    if isinstance(place, Dialing):
        for child in place.children:
            await finish(child, "cancelled", "canceled")
    if isinstance(place, Bridge):
        await _parted(call, place)


async def _parted(call: Call, bridge: Bridge) -> None:
    """The other one goes on; where the leg that ended had dialled, its action is told and its answer not played."""
    told = await dialing.recorded(bridge)
    other = bridge.other
    if bridge.dialer is call and call.ended_by and bridge.dialing.dial.get("action"):
        params = dialing.outcome("completed", other) | told
        dial = bridge.dialing
        await call.board.note(call, player.action(call, dial.dial, dial.frame, params))
    if isinstance(other.place, Bridge):
        then, other.place = other.place.then, None
        await then(told)
