"""A telephone call as the person at its other end lives through it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Literal

from channels.simulate import frames, inputs, legs, waiting
from channels.simulate.numbers import geography, new_sid
from channels.simulate.signing import HONEST, Forgery, Params

if TYPE_CHECKING:
    from channels.simulate.relay import Relay
    from channels.simulate.switchboard import Switchboard

State = Literal["ringing", "playing", "gathering", "recording", "queued", "dialing", "bridged", "relay", "ended"]
_STATES: dict[type[object], State] = {
    frames.Recording: "recording",
    frames.Queued: "queued",
    frames.Dialing: "dialing",
    frames.Bridge: "bridged",
}


@dataclass(eq=False)
class Call:
    """One leg. What is heard, said and pressed is in `log`; time spent in speech and pauses passes in `clock` only."""

    board: Switchboard
    sender: str
    to: str
    direction: Literal["inbound", "outbound-api", "outbound-dial"] = "inbound"
    parent: Call | None = None
    url: str = ""
    method: str = "POST"
    twiml: str = ""
    timeout: int = 60
    status_callback: str = ""
    status_events: frozenset[str] = frozenset({"completed"})
    detects: bool = False
    extra: Params = field(default_factory=dict)
    forgery: Forgery = HONEST
    sid: str = field(default_factory=lambda: new_sid("CA"))
    status: str = "ringing"
    ended_by: str = ""
    made: datetime = field(default_factory=lambda: datetime.now(timezone.utc))
    ended: datetime | None = None
    heard: list[str] = field(default_factory=list)
    log: list[tuple[str, str]] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    longest_silence: float = 0.0
    clock: float = 0.0
    gathering: frames.Gathering | None = None
    place: frames.Place = None
    relay: Relay | None = None
    recorded_to: str = ""
    epoch: int = 0
    hops: int = 0
    documents: int = 0
    quiet: float = 0.0
    shown: int = 0

    @property
    def state(self) -> State:
        if self.ended_by:
            return "ended"
        if self.status in ("queued", "ringing") and self.direction != "inbound":
            return "ringing"
        if self.place:
            return _STATES[type(self.place)]
        if self.relay:
            return "relay"
        return "gathering" if self.gathering else "playing"

    @property
    def bridged_with(self) -> Call | None:
        return self.place.other if isinstance(self.place, frames.Bridge) else None

    def transcript(self) -> str:
        """A line for all that was heard, said, pressed or paused."""
        return "\n".join(f"{who}: {what}" for who, what in self.log)

    # What a caller does. Each gives what is heard until the call waits again.
    async def say(
        self, text: str, confidence: float | None = 0.9, *, over: bool = False, partial: tuple[str, ...] = ()
    ) -> list[str]:
        """Speaks after the prompt, or `over` it: then only its first sentence has been heard, where it may be cut."""
        return await self._acting(lambda: inputs.speech(self, text, confidence, over, partial))

    async def press(self, keys: str, *, over: bool = False) -> list[str]:
        return await self._acting(lambda: inputs.keys(self, keys, over))

    async def silence(self) -> list[str]:
        """Says nothing until the listening (or a <Dial>'s ringing) ends."""
        return await self._acting(lambda: inputs.nothing(self))

    async def wait(self) -> list[str]:
        """Hears what there is to hear in the queue once more."""
        return await self._acting(lambda: waiting.again(self))

    async def record(self, seconds: int = 5, digits: str = "hangup", transcription: str | None = None) -> list[str]:
        """Speaks after the tone; no seconds: says nothing. `transcription`: what Twilio's own would have found."""
        return await self._acting(lambda: inputs.after_tone(self, seconds, digits, transcription))

    async def interrupt(self, heard: str, milliseconds: int = 500) -> None:
        """Speaks into a streamed answer of which `heard` had been said."""
        assert self.relay, "there is no ConversationRelay"
        await self.relay.interrupt(heard, milliseconds)

    async def hang_up(self) -> None:
        await legs.finish(self, "caller")

    # What the called person of an outgoing call does.
    async def answer(self, by: str = "human") -> list[str]:
        return await self._acting(lambda: legs.answered(self, by))

    async def no_answer(self) -> None:
        await legs.not_answered(self, "no-answer")

    async def busy(self) -> None:
        await legs.not_answered(self, "busy")

    async def fail(self) -> None:
        await legs.not_answered(self, "failed")

    async def until(self, condition: Callable[[Call], bool], seconds: float = 10.0) -> None:
        """Waits until something holds of this call, for what happens in the background."""
        await self.board.until(lambda: condition(self), seconds)

    async def until_heard(self, words: str, seconds: float = 10.0) -> None:
        await self.until(lambda call: any(words in text for text in call.heard), seconds)

    async def until_state(self, *states: State, seconds: float = 10.0) -> None:
        await self.until(lambda call: call.state in states, seconds)

    async def _acting(self, act: Callable[[], inputs.Doing]) -> list[str]:
        self.board.raise_errors()
        before = len(self.heard)
        self.begins()
        await act()
        self.longest_silence = max(self.longest_silence, self.quiet)
        return self.heard[before:]

    # What the player notes.
    def begins(self) -> None:
        """Somebody has done something: what is counted until the next answer begins anew."""
        self.hops, self.documents, self.quiet = 0, 0, 0.0

    def hear(self, text: str, seconds: float) -> None:
        self.heard.append(text)
        self.sounds("bot", text, seconds)

    def sounds(self, who: str, what: str, seconds: float) -> None:
        """Something is heard or shown to be a pause: the silence before it is over."""
        self.log.append((who, what))
        self.clock += seconds
        self.longest_silence, self.quiet, self.hops = max(self.longest_silence, self.quiet), 0.0, 0
        self.board.changed()

    def does(self, what: str, text: str = "") -> None:
        self.log.append((what, text))
        self.board.changed()

    def fields(self) -> Params:
        """What comes with every webhook of this call."""
        sides = geography("Caller", "Called", "From", "To")
        numbers = {"From": self.sender, "Caller": self.sender, "To": self.to, "Called": self.to}
        parent = {"ParentCallSid": self.parent.sid} if self.parent else {}
        own = {
            "CallSid": self.sid,
            "AccountSid": self.board.account_sid,
            "CallStatus": self.status,
            "ApiVersion": "2010-04-01",
            "Direction": self.direction,
        }
        return sides | numbers | parent | own | self.extra
