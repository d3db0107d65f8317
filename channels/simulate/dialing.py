"""<Dial>: telephones that ring, whispers, queues, and two people who talk."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from channels.simulate import call as calls
from channels.simulate import legs, player, waiting
from channels.simulate.frames import Bridge, Dialing, Frame, Kind, Queued, Then
from channels.simulate.signing import Params, TwimlError

if TYPE_CHECKING:
    from channels.simulate.call import Call


async def dial(call: Call, verb: Element, frame: Frame) -> None:
    """Rings at every <Number>, or takes the first of a <Queue>."""
    for noun in verb:
        if noun.tag not in ("Number", "Queue"):
            raise TwimlError(f"{frame.url}: <Dial> of <{noun.tag}> is not played by this stand-in")
    queue = verb.find("Queue")
    call.place = dialing = Dialing(verb, frame)
    if queue is None:
        numbers = [_ring(call, dialing, (noun.text or "").strip(), noun) for noun in verb]
        dialing.children = numbers or [_ring(call, dialing, (verb.text or "").strip(), verb)]
        return call.board.changed()
    dialing.queue, dialing.queue_url = (queue.text or "").strip(), queue.get("url", "")
    call.board.changed()
    if call.board.queues.get(dialing.queue):
        await take(call, dialing.queue)
    return None


def _ring(call: Call, dialing: Dialing, number: str, noun: Element) -> Call:
    base = dialing.frame.url
    absolute = call.board.webhooks.absolute
    whispers = noun.tag == "Number" and noun.get("url")
    child = calls.Call(
        call.board,
        dialing.dial.get("callerId") or call.sender,
        number,
        "outbound-dial",
        parent=call,
        url=absolute(noun.get("url", ""), base) if whispers else "",
        method=noun.get("method", "POST"),
        timeout=int(dialing.dial.get("timeout", "30")),
        status_callback=absolute(noun.get("statusCallback", ""), base) if noun.get("statusCallback") else "",
        status_events=frozenset(noun.get("statusCallbackEvent", "completed").split()),
    )
    call.board.calls.append(child)
    child.does("ringing", child.to)
    return child


async def accepted(child: Call) -> None:
    """The called person's whisper is over, and they are still there: both talk, all others stop ringing."""
    parent = child.parent
    if parent is None or not isinstance(parent.place, Dialing):
        await legs.finish(child, "end")
        return
    dialing = parent.place

    async def after(told: Params) -> None:
        await _done(parent, dialing, child.status, child, told)

    async def over(told: Params) -> None:
        await legs.finish(child, "hangup")

    bridge(parent, child, dialing, after, over)
    for other in dialing.children:
        if other is not child:
            await legs.finish(other, "cancelled", "canceled")


async def take(agent: Call, name: str) -> None:
    """The first of the queue: hears the url of the <Queue>, then both talk."""
    dialing = agent.place
    assert isinstance(dialing, Dialing)
    caller = agent.board.queues[name][0]
    caller.epoch += 1
    queued = waiting.out_of_queue(caller)
    extra = {"DequeingCallSid": agent.sid, "DequeuedCallSid": caller.sid}

    async def behind(told: Params) -> None:
        await waiting.behind(caller, queued, "bridged", extra)

    async def after(told: Params) -> None:
        await _done(agent, dialing, "completed", caller, told)

    bridge(agent, caller, dialing, after, behind)
    if dialing.queue_url:
        await _before(caller, queued, agent.board.webhooks.absolute(dialing.queue_url, dialing.frame.url), extra)


async def _before(caller: Call, queued: Queued, url: str, extra: Params) -> None:
    await player.go(caller, url, waiting.told(caller, queued) | extra, "POST", Kind.BEFORE_BRIDGE)


def bridge(dialer: Call, other: Call, dialing: Dialing, then: Then, others_then: Then) -> None:
    dialer.place = Bridge(other, dialer, dialing, then)
    other.place = Bridge(dialer, dialer, dialing, others_then)
    dialer.does("bridged", other.to)
    other.does("bridged", dialer.to)


async def recorded(bridge: Bridge) -> Params:
    """The recording of a talk, when the <Dial> wanted one; it is told before the talk's end is."""
    dial, dialer = bridge.dialing.dial, bridge.dialer
    if dial.get("record", "do-not-record") in ("do-not-record", "false"):
        return {}
    channels = 2 if dial.get("record", "").endswith("dual") else 1
    made = dialer.board.recordings.make(dialer.sid, 5, "DialVerb", channels)
    if dial.get("recordingStatusCallback"):
        await dialer.board.note_recording(
            dialer, dial.get("recordingStatusCallback", ""), bridge.dialing.frame.url, made
        )
    return {"RecordingUrl": made.url, "RecordingSid": made.sid, "RecordingDuration": str(made.seconds)}


async def timed_out(call: Call) -> None:
    """Nobody answered in time, or nobody came into the queue."""
    dialing = call.place
    assert isinstance(dialing, Dialing)
    call.clock += int(dialing.dial.get("timeout", "30"))
    if dialing.queue:
        return await _done(call, dialing, "no-answer", call, {"DialBridged": "false"})
    for child in dialing.children:
        await legs.finish(child, "timeout", "no-answer")
    return None


async def child_gone(child: Call) -> None:
    """A telephone that was not put through; after the last of them the caller goes on."""
    parent = child.parent
    if parent is None or not isinstance(parent.place, Dialing):
        return
    dialing = parent.place
    if all(other.ended_by for other in dialing.children):
        await _done(parent, dialing, child.status, child, {"DialBridged": "false"})


async def _done(call: Call, dialing: Dialing, status: str, other: Call, told: Params) -> None:
    call.place = None
    await player.follow(call, dialing.dial, dialing.frame, outcome(status, other) | told)


def outcome(status: str, other: Call) -> Params:
    """What a <Dial> tells its action."""
    bridged = {"DialCallDuration": "5", "DialBridged": "true"} if status == "completed" else {}
    return {"DialCallStatus": status, "DialCallSid": other.sid} | bridged
