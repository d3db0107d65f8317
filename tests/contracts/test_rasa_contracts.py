"""The traps of Rasa 3.6.21 that our design relies on; one that changes with an upgrade fails here first."""

from __future__ import annotations

import inspect
import logging
from typing import Any

import pytest

pytestmark = pytest.mark.model


class Broken(Exception):
    pass


async def test_a_misspelt_broker_is_only_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    """Why bot/check.py reads the class paths itself."""
    from rasa.core.brokers.broker import EventBroker
    from rasa.utils.endpoints import EndpointConfig

    with caplog.at_level(logging.WARNING):
        assert await EventBroker.create(EndpointConfig(type="voc.broker.Misspelt")) is None


def test_a_misspelt_tracker_store_falls_back_to_memory() -> None:
    """Why /ready writes a tracker to our own store."""
    from rasa.core.tracker_store import InMemoryTrackerStore, TrackerStore
    from rasa.utils.endpoints import EndpointConfig

    with pytest.warns(UserWarning, match="not found"):
        assert isinstance(TrackerStore.create(EndpointConfig(type="bot.nothing.Here")), InMemoryTrackerStore)


def test_rasa_hands_the_responses_only_to_a_templated_nlg() -> None:
    """Why ArticleNLG is a subclass: the domain that its constructor gets is empty."""
    from rasa.core.agent import Agent
    from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator

    from bot.nlg import ArticleNLG

    assert issubclass(ArticleNLG, TemplatedNaturalLanguageGenerator)
    assert "isinstance(self.nlg, TemplatedNaturalLanguageGenerator)" in inspect.getsource(Agent.load_model)


async def test_events_are_published_and_stored_only_at_the_end_of_a_turn(shop: Any) -> None:
    """Trap 12: a turn that fails stores nothing, so it may simply be run again."""
    from tests.bot.language_server import answer

    async def fail(*_: Any, **__: Any) -> None:
        raise Broken

    own = shop.agent.tracker_store._tracker_store
    shop.language.says["送料は？"] = answer("送料は？", "shipping-fee")
    was, shop.agent.processor._run_prediction_loop = shop.agent.processor._run_prediction_loop, fail
    try:
        with pytest.raises(Broken):
            await shop.turn("m1", "送料は？")
    finally:
        shop.agent.processor._run_prediction_loop = was
    assert await own.retrieve(shop.conversation_id) is None
    assert (await shop.turn("m1", "送料は？"))["status"] == "done"
    assert await own.answered(shop.conversation_id, ["m1"]) == {"m1": 2}


async def test_a_raising_output_channel_loses_the_whole_turn_and_a_raising_broker_too(shop: Any) -> None:
    """Trap 13: why StreamOutput and VocBroker swallow everything."""
    from rasa.core.channels.channel import OutputChannel, UserMessage

    class Raising(OutputChannel):
        async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
            raise Broken

    message = UserMessage("/greet", Raising(), "raising", message_id="m1")
    with pytest.raises(Broken):
        await shop.agent.handle_message(message)
    assert await shop.agent.tracker_store.retrieve("raising") is None


async def test_the_user_event_carries_what_the_broker_reads(shop: Any) -> None:
    """Trap 16 and 38: own keys reach parse_data by add_to_output; the understanding is not stored twice."""
    from tests.bot.language_server import answer

    await shop.say("送料は？", answer("送料は？", "shipping-fee"), page="/cart")
    tracker = await shop.agent.tracker_store.retrieve(shop.conversation_id)
    event = tracker.latest_message.as_dict()
    assert event["parse_data"]["understanding"]["decision"] == "answer"
    assert event["parse_data"]["intent"]["name"] == "faq_answer"
    assert event["input_channel"] == "web"
    assert event["message_id"]
    assert event["metadata"]["page"] == "/cart"
    assert "understanding" not in event["metadata"]


async def test_free_text_that_looks_like_a_command_is_obeyed(shop: Any) -> None:
    """Trap 17: why the door takes the leading slash off before Rasa hears it."""
    said = await shop.turn("m1", "/goodbye")
    assert said["words"] == 1
    assert (await shop.heard("m1"))[0].meta["utter"] == "utter_goodbye"
    assert shop.language.asked == ["/goodbye"]


async def test_a_failing_action_is_swallowed_silently(shop: Any) -> None:
    """Trap 18: without DialoguePolicy the customer would hear nothing."""
    shop.agent.processor.action_endpoint.url = "http://127.0.0.1:9/webhook"
    await shop.turn("m1", command="/request_agent")
    tracker = await shop.agent.tracker_store.retrieve(shop.conversation_id)
    names = [getattr(event, "action_name", None) for event in tracker.events]
    assert names[names.index("action_hand_off") + 1] == "utter_action_failed"


async def test_while_paused_rasa_parses_and_predicts_nothing(shop: Any) -> None:
    """Trap 21: what `missed` words rely on."""
    from rasa.shared.core.events import ConversationPaused

    from tests.bot.language_server import answer

    shop.language.says["送料は？"] = answer("送料は？", "shipping-fee")
    await shop.turn("m1", "送料は？")
    store = shop.agent.tracker_store
    tracker = await store.retrieve(shop.conversation_id)
    tracker.update(ConversationPaused())
    await store.save(tracker)
    assert (await shop.turn("m2", "送料は？")) == {"status": "done", "words": 0}


def test_rasas_own_stores_find_an_events_class_by_walking_all_subclasses() -> None:
    """Why StreamTrackerStore keeps a table: the walk took a fifth of a turn."""
    from rasa.shared.core.events import Event, UserUttered

    from bot.tracker_store import _event, _types

    assert "all_subclasses" in inspect.getsource(Event.resolve_by_type)
    for name, kind in _types().items():
        assert Event.resolve_by_type(name) is kind, name
    made = UserUttered("text", {"name": "greet"}, message_id="m")
    assert _event(made.as_dict()) == made


async def test_rasa_hides_a_broken_store(shop: Any) -> None:
    """Trap 36: reading goes on from memory, so only our own probe tells."""
    from channels.tracker import kept

    own = shop.agent.tracker_store._tracker_store
    was, own._write = own._write, _fail
    try:
        tracker = await shop.agent.tracker_store.get_or_create_tracker("hidden", append_action_listen=True)
        assert tracker is not None
        assert not await kept(shop.agent)
    finally:
        own._write = was
    assert await kept(shop.agent)


async def test_a_turn_that_answers_nothing_is_no_error(shop: Any) -> None:
    """Trap 37: so the connector reports the number of words."""
    assert (await shop.turn("m1", command="/restart"))["words"] == 0


def test_the_component_has_the_annotations_that_rasa_compares() -> None:
    """Trap 38."""
    from typing import List, get_type_hints  # noqa: UP035

    from rasa.shared.nlu.training_data.message import Message

    from bot.nlu import LanguageUnderstanding

    hints = get_type_hints(LanguageUnderstanding.process)
    assert hints["messages"] == List[Message] == hints["return"]  # noqa: UP006


async def _fail(*_: Any) -> None:
    raise Broken
