"""Our short way to a rule finds what Rasa's long way finds."""

from __future__ import annotations

import copy
import random
from typing import Any

import pytest
from rasa.core.policies.rule_policy import RulePolicy
from rasa.shared.core.events import ActionExecuted, BotUttered, Restarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.policies import WARNINGS, IntentRulePolicy
from bot.rules import shortened, without

pytestmark = pytest.mark.model


_WARNINGS = frozenset(WARNINGS.values())


def talk(domain: Any, rng: random.Random, turns: int) -> DialogueStateTracker:
    """Turns of intents and actions as they may come, likely ones or not."""
    tracker = DialogueStateTracker("c", domain.slots)
    utters = [name for name in domain.action_names_or_texts if name.startswith("utter_") and name not in _WARNINGS]
    for _ in range(turns):
        tracker.update(ActionExecuted("action_listen"), domain)
        tracker.update(UserUttered("…", {"name": rng.choice(domain.intents), "confidence": 1.0}), domain)
        tracker.update(SlotSet("misses_in_row", rng.randint(0, 2)), domain)
        for action in rng.choice((["utter_article", "utter_ask_solved"], rng.sample(utters, rng.randint(0, 3)))):
            tracker.update(ActionExecuted(action), domain)
            tracker.update(BotUttered("…"), domain)
    return tracker


@pytest.fixture
def policy(agent: Any) -> IntentRulePolicy:
    nodes = agent.processor.graph_runner._instantiated_nodes.values()
    return next(node._component for node in nodes if isinstance(node._component, IntentRulePolicy))


async def test_the_same_action_as_rasas_own_policy(agent: Any, policy: IntentRulePolicy) -> None:
    rasas: Any = copy.copy(policy)
    rasas.__class__ = RulePolicy
    rng, found = random.Random(7), set()
    for _ in range(400):
        tracker = talk(agent.domain, rng, rng.randint(0, 8))
        action, _, _ = policy._find_action_from_rules(tracker, agent.domain, False)
        assert action == rasas._find_action_from_rules(tracker, agent.domain, False)[0]
        found.add(action)
    assert len(found) > 5


async def test_rules_do_not_see_a_warning(agent: Any, policy: IntentRulePolicy) -> None:
    rng = random.Random(11)
    for _ in range(200):
        tracker = talk(agent.domain, rng, rng.randint(1, 6))
        warned = DialogueStateTracker("c", agent.domain.slots)
        for event in tracker.events:
            warned.update(event, agent.domain)
            if isinstance(event, UserUttered) and rng.random() < 0.5:
                warned.update(ActionExecuted(rng.choice(sorted(_WARNINGS))), agent.domain)
        assert list(without(warned, _WARNINGS).events) == list(tracker.events)
        expected = policy._find_action_from_rules(tracker, agent.domain, False)[0]
        assert policy._find_action_from_rules(warned, agent.domain, False)[0] == expected


async def test_a_long_talk_is_cut_before_a_question_and_keeps_its_slots(agent: Any) -> None:
    tracker = talk(agent.domain, random.Random(1), 30)
    short = shortened(tracker, 3)
    said = [event for event in short.events if not isinstance(event, SlotSet)]
    assert len(said) < 20 < len(tracker.events)
    assert [type(event) for event in said[:2]] == [ActionExecuted, UserUttered]
    (*_, (now, _)) = short.generate_all_prior_trackers()
    assert now.current_slot_values() == tracker.current_slot_values()


async def test_a_talk_whose_past_was_rewritten_is_left_whole(agent: Any) -> None:
    tracker = talk(agent.domain, random.Random(1), 30)
    tracker.update(Restarted(), agent.domain)
    assert shortened(tracker, 3) is tracker
