"""What rules cannot say: a person after misses or growing anger, what abuse brings, that an action failed."""

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

from bot.conduct import conduct
from bot.intents import LIFE
from bot.language.understanding import ACCIDENT
from bot.misses import MISS, Misses
from bot.mood import Mood
from bot.offences import Offences, Step
from bot.recall import Recall
from bot.rules import cues, may_follow, shortened, without
from bot.signs import signs_of

HAND_OFF = "action_hand_off"
MISSES = "utter_misses_to_person"  # a rule goes on to the handoff
MOOD = "utter_mood_to_person"
FAILED = "utter_action_failed"
# A warning stands before what the rules say, and they do not see it.
WARNINGS = {Step.WARN: "utter_warn_abuse", Step.LAST_WARNING: "utter_warn_abuse_last"}
ENDS = {Step.END: "utter_abuse_end", Step.SUPERVISOR: "utter_abuse_to_supervisor"}
# These go to a person anyway.
_TO_PERSON = frozenset({"complaint", "faq_hand_off", "request_agent", "leave_message", ACCIDENT, LIFE})
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
        short = shortened(without(tracker, frozenset(WARNINGS.values())), longest)
        return super()._prediction_states(short, *args, **given)

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
        misses, mood, offences = _before(tracker)
        recall, message_id = Recall(tracker), str(getattr(tracker.latest_message, "message_id", "") or "")
        after = misses.after(intent)
        felt = mood.after(signs_of(recall, intent), conduct().mood, message_id) if intent != "solved" else Mood()
        found = offences.after(message_id, *recall.abuse) if recall.abuse else offences
        step = found.step(conduct().abuse, recall.ticket_open) if recall.abuse else None
        action = _due(intent, after, felt, step)
        return self._say(action, domain, _changes(tracker, after, felt, found))

    def _say(self, action: str | None, domain: Domain, events: list[Event] | None = None) -> PolicyPrediction:
        probabilities = self._default_predictions(domain)
        if action:
            probabilities[domain.index_for_action(action)] = 1.0
        return self._prediction(probabilities, events=events)


def _before(tracker: DialogueStateTracker) -> tuple[Misses, Mood, Offences]:
    """The counts before the latest message."""
    misses = Misses(int(tracker.get_slot("misses_in_row") or 0), int(tracker.get_slot("misses_total") or 0))
    return misses, Mood.from_dict(tracker.get_slot("mood")), Offences.from_list(tracker.get_slot("offences"))


def _due(intent: str, misses: Misses, mood: Mood, step: Step | None) -> str | None:
    """What must be said before the rules, or instead of them. `step`: when the message itself is abusive."""
    if intent == LIFE:
        return None
    if step and step in ENDS:
        return ENDS[step]
    if intent in MISS and misses.enough:
        return MISSES
    if intent in _TO_PERSON:
        return None
    if step:
        return WARNINGS[step]
    return MOOD if mood.enough(conduct().mood) else None


def _changes(tracker: DialogueStateTracker, misses: Misses, mood: Mood, offences: Offences) -> list[Event]:
    now: dict[str, Any] = {"misses_in_row": misses.in_row, "misses_total": misses.total}
    now |= {"mood": mood.as_dict(), "offences": offences.as_list()}
    return [SlotSet(name, value) for name, value in now.items() if tracker.get_slot(name) != value]


def _said_nothing(tracker: DialogueStateTracker) -> bool:
    """Whether an action of the action server left no trace: Rasa goes on silently when the server is away."""
    last = tracker.events[-1] if tracker.events else None
    return isinstance(last, ActionExecuted) and last.action_name in _OURS
