"""A long tracker made short: what decides the next turn stays, older words go (the conversation stream has them)."""

from __future__ import annotations

from rasa.shared.core.constants import ACTION_SESSION_START_NAME
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    ConversationPaused,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

# Rules look back one or two turns; the rest is for 「もう一度」 and the packet of a handoff.
TURNS_KEPT = 3


def compacted(tracker: DialogueStateTracker) -> list[Event]:
    """Session start, the state just before the kept turns, then these turns unchanged."""
    every = list(tracker.events)
    cut = _cut(every)
    before = DialogueStateTracker.from_events(tracker.sender_id, every[:cut], tracker.slots.values())
    at = every[cut].timestamp if cut < len(every) else every[-1].timestamp
    return [*_state(before, at), *every[cut:]]


def _cut(every: list[Event]) -> int:
    """Where the kept part begins: at the action (`action_listen`) before the oldest kept user event."""
    said = [number for number, event in enumerate(every) if isinstance(event, UserUttered)]
    start = said[-TURNS_KEPT] if len(said) >= TURNS_KEPT else 0
    while start > 0 and not isinstance(every[start], ActionExecuted):
        start -= 1
    return start


def _state(before: DialogueStateTracker, at: float) -> list[Event]:
    events: list[Event] = [ActionExecuted(ACTION_SESSION_START_NAME, timestamp=at), SessionStarted(timestamp=at)]
    for slot in before.slots.values():
        if slot.value != slot.initial_value:
            events.append(SlotSet(slot.name, slot.value, timestamp=at))
    if before.active_loop_name:
        events.append(ActiveLoop(before.active_loop_name, timestamp=at))
    if before.is_paused():
        events.append(ConversationPaused(timestamp=at))
    return events
