"""All calls: those that come in, those that the product places, and what it changes in them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.utils import format_datetime
from typing import Any

from channels.simulate import legs, player
from channels.simulate.call import Call
from channels.simulate.fields import CALL_CHANGES
from channels.simulate.frames import Dialing, Kind
from channels.simulate.numbers import valid
from channels.simulate.recordings import Recording, Recordings
from channels.simulate.refusals import Refusal, not_found
from channels.simulate.shown import shown
from channels.simulate.signing import Params, TwimlError, WebhookError, Webhooks

_FINISHED = {"completed", "busy", "no-answer", "canceled", "failed"}


@dataclass(eq=False)
class Switchboard:
    """Where the legs meet. Errors of what runs in the background wait in `errors` for the next thing the test does."""

    account_sid: str
    numbers: set[str]
    webhooks: Webhooks
    recordings: Recordings
    voice_path: str = "/twilio/voice"
    status_path: str = "/twilio/voice/status"
    fallback: str = ""
    pace: float = 0.0
    calls: list[Call] = field(default_factory=list)
    queues: dict[str, list[Call]] = field(default_factory=dict)
    errors: list[BaseException] = field(default_factory=list)
    unanswered: list[tuple[str, Params]] = field(default_factory=list)
    tasks: set[asyncio.Task[Any]] = field(default_factory=set)
    _change: asyncio.Event = field(default_factory=asyncio.Event)

    async def ring(self, call: Call) -> None:
        """A call comes in: the first webhook says ringing, all others in-progress."""
        self.calls.append(call)
        try:
            frame = await player.fetch(call, self.webhooks.at_door(self.voice_path))
        except TwimlError as error:
            await legs.broken(call, error)
            raise
        if not call.ended_by:
            call.status = "in-progress"
        await player.go_on(call, frame)
        call.longest_silence = max(call.longest_silence, call.quiet)

    def agent_waiting(self, name: str) -> Call | None:
        """Who dials a queue that was empty."""
        for call in self.calls:
            if isinstance(call.place, Dialing) and call.place.queue == name:
                return call
        return None

    # What the REST API asks.
    def place(self, params: Params) -> dict[str, Any]:
        self._check(params)
        call = Call(
            self,
            params["From"],
            params["To"],
            "outbound-api",
            url=params.get("Url", ""),
            method=params.get("Method", "POST"),
            twiml="" if params.get("Url") else params.get("Twiml", ""),
            timeout=int(params.get("Timeout", "60")),
            status_callback=params.get("StatusCallback", ""),
            status_events=frozenset(params.get("StatusCallbackEvent", "completed").split()),
            detects=params.get("MachineDetection", "") in ("Enable", "DetectMessageEnd"),
            status="queued",
        )
        self.calls.append(call)
        call.does("ringing", call.to)
        self.spawn(self._begin(call))
        return shown(call)

    def _check(self, params: Params) -> None:
        to, sender, url = params.get("To", ""), params.get("From", ""), params.get("Url", "")
        if not to:
            raise Refusal(400, 21201, "No 'To' number is specified")
        if not sender:
            raise Refusal(400, 21213, "No 'From' number is specified")
        if not valid(to):
            raise Refusal(400, 21211, f"The 'To' number {to} is not a valid phone number.")
        if sender not in self.numbers:
            raise Refusal(400, 21210, f"'From' phone number not verified: {sender}")
        if not url.startswith(("http://", "https://")) and (url or not params.get("Twiml")):
            raise Refusal(400, 21205, f"Url is not a valid URL: {url}")

    async def _begin(self, call: Call) -> None:
        if call.status == "queued":  # else it has been answered, or has ended
            call.status = "ringing"
        await self.tell(call, "initiated")
        await self.tell(call, "ringing")

    def change(self, sid: str, params: Params) -> dict[str, Any]:
        call = self._find(sid)
        wanted, talking = params.get("Status", ""), call.status == "in-progress"
        if wanted and wanted not in CALL_CHANGES:
            raise Refusal(400, 20001, f"Status {wanted} is not one of {sorted(CALL_CHANGES)}")
        if call.ended_by or (not wanted and call.state == "ringing"):
            raise Refusal(400, 21220, "Call is not in-progress. Cannot redirect.")
        if wanted:
            if wanted == "completed" or not talking:  # one that talks cannot be canceled any more
                self.spawn(legs.finish(call, "rest", "completed" if talking else "canceled"))
        elif params.get("Twiml") or params.get("Url"):
            self.spawn(self._led_elsewhere(call, params))
        return shown(call)

    async def _led_elsewhere(self, call: Call, params: Params) -> None:
        await legs.led_away(call)
        call.begins()
        if params.get("Twiml"):
            return await legs.given(call, params["Twiml"])
        return await player.go(call, params["Url"], None, params.get("Method", "POST"), Kind.MAIN)

    def resource(self, sid: str) -> dict[str, Any]:
        return shown(self._find(sid))

    def _find(self, sid: str) -> Call:
        for call in self.calls:
            if call.sid == sid:
                return call
        raise not_found(f"/2010-04-01/Accounts/{self.account_sid}/Calls/{sid}.json")

    # What Twilio tells without wanting an answer.
    async def tell(self, call: Call, event: str) -> None:
        """A call's status callback: for our number's calls at their end, for placed calls at the events asked for."""
        incoming = call.direction == "inbound"
        url = self.webhooks.at_door(self.status_path) if incoming else call.status_callback
        if not url or (event != "completed" if incoming else event not in call.status_events):
            return
        ended = {"CallDuration": str(int(call.clock)), "Duration": "1"} if call.status in _FINISHED else {}
        source = {"CallbackSource": "call-progress-events", "Timestamp": format_datetime(datetime.now(timezone.utc))}
        now = {"CallStatus": "initiated"} if event == "initiated" else {}
        await self.post(self.webhooks.absolute(url), call.fields() | source | ended | now)

    async def note_recording(self, call: Call, callback: str, base: str, made: Recording) -> None:
        await self.post(self.webhooks.absolute(callback, base), call.fields() | made.told())

    async def note(self, call: Call, action: tuple[str, Params, str, Kind]) -> None:
        """An action whose answer nobody hears any more."""
        url, params, method, _ = action
        await self.post(url, call.fields() | params, method)

    async def post(self, url: str, params: Params, method: str = "POST") -> None:
        """Nobody home is only noted, as Twilio does; a refusal is an error of the product."""
        try:
            answer = await self.webhooks.send(url, params, method=method)
        except WebhookError:
            self.unanswered.append((url, params))
            return
        if answer.status >= 300:
            self.errors.append(WebhookError(f"{url}: answered {answer.status}"))
        self.changed()

    async def pass_time(self, seconds: float) -> None:
        """Speech and pauses take no time in a test; in the terminal, a part of what they would."""
        if self.pace:
            await asyncio.sleep(seconds * self.pace)

    # The background.
    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.create_task(self._guarded(work))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    async def _guarded(self, work: Coroutine[Any, Any, Any]) -> None:
        try:
            await work
        except Exception as error:
            self.errors.append(error)
        self.changed()

    def changed(self) -> None:
        change, self._change = self._change, asyncio.Event()
        change.set()

    def raise_errors(self) -> None:
        if self.errors:
            raise self.errors.pop(0)

    async def until(self, condition: Callable[[], Any], seconds: float = 10.0) -> None:
        """Waits until something holds, and no longer."""
        try:
            await asyncio.wait_for(self._until(condition), seconds)
        except asyncio.TimeoutError:
            calls = "\n\n".join(f"{call.sid} {call.state}\n{call.transcript()}" for call in self.calls)
            raise AssertionError(f"did not come to hold in {seconds:g} s; calls:\n{calls}") from None

    async def _until(self, condition: Callable[[], Any]) -> None:
        self.raise_errors()
        while not condition():
            await self._change.wait()
            self.raise_errors()
