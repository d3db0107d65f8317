"""Finding the rules that may apply, without reading the whole talk or every rule."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from rasa.core.policies.rule_policy import SHOULD_NOT_BE_SET
from rasa.shared.core.constants import PREVIOUS_ACTION, USER
from rasa.shared.core.domain import State
from rasa.shared.core.events import (
    ActionExecuted,
    ActionReverted,
    ActiveLoop,
    BotUttered,
    DefinePrevUserUtteredFeaturization,
    Restarted,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ACTION_NAME, INTENT

_SAID = frozenset({ActionExecuted, UserUttered, BotUttered, DefinePrevUserUtteredFeaturization})
# Change what earlier events mean: then the whole talk is read.
_REWRITING = frozenset({ActionReverted, UserUtteranceReverted, Restarted, ActiveLoop})


def shortened(tracker: DialogueStateTracker, actions: int) -> DialogueStateTracker:
    """A tracker with the last turns only, at least so many actions, and with slots as they were before them."""
    events = list(tracker.events)
    if any(type(event) in _REWRITING for event in events):
        return tracker
    start, left, asked = len(events), actions + 1, False
    while start > 0 and not (left <= 0 and asked and type(events[start]) is ActionExecuted):
        start -= 1
        left -= type(events[start]) is ActionExecuted
        asked = asked or (left <= 0 and type(events[start]) is UserUttered)
    short = tracker.init_copy()
    short.events.extend([*(event for event in events[:start] if type(event) not in _SAID), *events[start:]])
    return short


def without(tracker: DialogueStateTracker, actions: frozenset[str]) -> DialogueStateTracker:
    """The tracker as if these actions had not been carried out; their words are not looked for."""
    if not any(isinstance(event, ActionExecuted) and event.action_name in actions for event in tracker.events):
        return tracker
    kept = [e for e in tracker.events if not (isinstance(e, ActionExecuted) and e.action_name in actions)]
    left = tracker.init_copy()
    left.events.extend(kept)
    return left


def cues(state: State) -> tuple[Any, Any]:
    """Last action and intent: what tells most rules apart. None: any."""
    action = state.get(PREVIOUS_ACTION, {}).get(ACTION_NAME)
    return _set(action), _set(state.get(USER, {}).get(INTENT))


def _set(value: Any) -> Any:
    return value if value and value != SHOULD_NOT_BE_SET else None


@lru_cache(maxsize=1000)
def _cues_of(rule: str) -> tuple[Any, Any]:
    return cues(json.loads(rule)[-1])


def may_follow(rule: str, now: tuple[Any, Any]) -> bool:
    action, intent = _cues_of(rule)
    if action is None or now[0] is None:  # the start of a conversation has its own ways: let Rasa look
        return True
    return bool(action == now[0] and intent in (None, now[1]))
