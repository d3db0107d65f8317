"""What rules cannot say: a person after repeated misses, an honest word when an action failed."""

from __future__ import annotations

from typing import Any

from rasa.core.policies.policy import Policy, PolicyPrediction, SupportedData
from rasa.core.policies.rule_policy import RULES, RULES_FOR_LOOP_UNHAPPY_PATH, RulePolicy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.events import ActionExecuted, Event, SlotSet
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker

from bot.misses import MISS, Misses
from bot.rules import cues, may_follow, shortened

HAND_OFF = "action_hand_off"
MISSES = "utter_misses_to_person"  # a rule goes on to the handoff
FAILED = "utter_action_failed"
# Actions of the action server; each always says something.
_OURS = frozenset({HAND_OFF, "action_leave_message", "action_business_hours"})


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class IntentRulePolicy(RulePolicy):
    """Rasa's RulePolicy with the same answers at half the price.

    It does not search by the message's text (our rules speak of intents only), makes the states of the last turns
    only, and compares only rules that can follow the last action and intent.
    """

    def _find_action_from_rules(
        self, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool
    ) -> tuple[str | None, str | None, bool]:
        if use_text_for_last_user_input:
            return None, None, False
        return super()._find_action_from_rules(tracker, domain, use_text_for_last_user_input)

    def _prediction_states(self, tracker: DialogueStateTracker, *args: Any, **given: Any) -> list[State]:
        rules = [*self.lookup[RULES], *self.lookup[RULES_FOR_LOOP_UNHAPPY_PATH]]
        longest = max((len(self._rule_key_to_state(rule)) for rule in rules), default=0)
        return super()._prediction_states(shortened(tracker, longest), *args, **given)

    def _get_possible_keys(self, lookup: dict[str, str], states: list[State]) -> set[str]:
        if states:
            now = cues(states[-1])
            lookup = {rule: lookup[rule] for rule in lookup if may_follow(rule, now)}
        return super()._get_possible_keys(lookup, states)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=False)
class DialoguePolicy(Policy):
    """Speaks rarely, and then over the rules. Its counts are slots, so they survive the tracker's compaction."""

    @staticmethod
    def supported_data() -> SupportedData:
        return SupportedData.ML_AND_RULE_DATA

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"priority": 7}  # RulePolicy has 6

    def train(self, training_trackers: list[TrackerWithCachedStates], domain: Domain, **_kwargs: Any) -> Resource:
        return self._resource

    def predict_action_probabilities(
        self, tracker: DialogueStateTracker, domain: Domain, rule_only_data: Any = None, **_kwargs: Any
    ) -> PolicyPrediction:
        if tracker.latest_action_name != ACTION_LISTEN_NAME:
            return self._say(FAILED if _said_nothing(tracker) else None, domain)
        intent = str(tracker.latest_message.intent.get("name")) if tracker.latest_message else ""
        before = Misses(int(tracker.get_slot("misses_in_row") or 0), int(tracker.get_slot("misses_total") or 0))
        after = before.after(intent)
        person = MISSES if intent in MISS and after.enough else None
        return self._say(person, domain, _changes(before, after))

    def _say(self, action: str | None, domain: Domain, events: list[Event] | None = None) -> PolicyPrediction:
        probabilities = self._default_predictions(domain)
        if action:
            probabilities[domain.index_for_action(action)] = 1.0
        return self._prediction(probabilities, events=events)


def _changes(before: Misses, after: Misses) -> list[Event]:
    changed: list[Event] = []
    if after.in_row != before.in_row:
        changed.append(SlotSet("misses_in_row", after.in_row))
    if after.total != before.total:
        changed.append(SlotSet("misses_total", after.total))
    return changed


def _said_nothing(tracker: DialogueStateTracker) -> bool:
    """Whether an action of the action server left no trace: Rasa goes on silently when the server is away."""
    last = tracker.events[-1] if tracker.events else None
    return isinstance(last, ActionExecuted) and last.action_name in _OURS
