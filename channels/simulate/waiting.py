"""<Enqueue>: callers who wait for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from channels.simulate import dialing, inputs, player
from channels.simulate.frames import Frame, Kind, Queued
from channels.simulate.signing import Params, TwimlError

if TYPE_CHECKING:
    from channels.simulate.call import Call


async def enqueue(call: Call, verb: Element, frame: Frame) -> Frame | None:
    """Into the queue, to the music of its waitUrl; an agent who waits for a caller takes them at once."""
    if verb.get("workflowSid") or len(verb):
        raise TwimlError(f"{frame.url}: TaskRouter is not played by this stand-in")
    name = (verb.text or "").strip()
    if not name:
        raise TwimlError(f"{frame.url}: <Enqueue> without a name")
    queued = Queued(name, verb, frame, call.clock)
    if len(call.board.queues.get(name, [])) >= int(verb.get("maxQueueSize", "100")):
        await behind(call, queued, "queue-full")
        return None
    call.place = queued
    call.board.queues.setdefault(name, []).append(call)
    call.board.changed()
    music = await _music(call, queued)
    agent = call.board.agent_waiting(name)
    if agent is not None and call.place is queued:
        await dialing.take(agent, name)
        return None
    return music


async def again(call: Call) -> None:
    """One more round of the waiting; a listening that is still open hears silence first."""
    queued = call.place
    assert isinstance(queued, Queued), f"the call is {call.state}, not queued\n{call.transcript()}"
    if call.gathering:
        return await inputs.nothing(call)
    return await player.go_on(call, await _music(call, queued))


async def leave(call: Call, verb: Element, frame: Frame) -> None:
    """<Leave>: out of the queue on the caller's own wish."""
    if not isinstance(call.place, Queued) or frame.kind is not Kind.WAIT:
        raise TwimlError(f"{frame.url}: <Leave> outside a queue")
    await left(call, "leave")


async def left(call: Call, result: str) -> None:
    """Leaves the queue and goes on behind it."""
    await behind(call, out_of_queue(call), result)


async def behind(call: Call, queued: Queued, result: str, extra: Params | None = None) -> None:
    """What the caller goes on with after a queue."""
    params = told(call, queued) | {"QueueResult": result} | (extra or {})
    await player.follow(call, queued.enqueue, queued.frame, params)


async def left_unheard(call: Call, result: str) -> None:
    """Leaves the queue for elsewhere: the action is asked, and its answer not played."""
    queued = out_of_queue(call)
    if queued.enqueue.get("action"):
        params = told(call, queued) | {"QueueResult": result}
        await call.board.note(call, player.action(call, queued.enqueue, queued.frame, params))


def out_of_queue(call: Call) -> Queued:
    queued = call.place
    assert isinstance(queued, Queued)
    if call in call.board.queues[queued.name]:
        call.board.queues[queued.name].remove(call)
    call.place, call.gathering = None, None
    call.board.changed()
    return queued


async def _music(call: Call, queued: Queued) -> Frame | None:
    url = queued.enqueue.get("waitUrl")
    if not url:
        return None
    method = queued.enqueue.get("waitUrlMethod", "POST")
    absolute = call.board.webhooks.absolute(url, queued.frame.url)
    return await player.fetch(call, absolute, told(call, queued) | _standing(call, queued), method, Kind.WAIT)


def told(call: Call, queued: Queued) -> Params:
    """What every webhook of a queue carries."""
    return {"QueueSid": queued.sid, "QueueTime": str(int(call.clock - queued.since))}


def _standing(call: Call, queued: Queued) -> Params:
    line = call.board.queues[queued.name]
    position = line.index(call) + 1 if call in line else 1
    return {
        "QueuePosition": str(position),
        "CurrentQueueSize": str(len(line)),
        "AvgQueueTime": "0",
        "MaxQueueSize": "100",
    }
