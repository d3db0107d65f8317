"""Our one NLU component: turns the language process's Understanding into Rasa's intent and entities."""

from __future__ import annotations

import logging
from typing import Any, List  # noqa: UP035 - Rasa compares the annotations of `process` literally

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot import process
from bot.intents import LANGUAGE_AWAY, intent_of
from bot.language.by_words import by_words
from bot.language.client import LanguageAway, ask_once
from bot.language.understanding import Understanding

_log = logging.getLogger(__name__)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class LanguageUnderstanding(GraphComponent):
    """Takes what the connector asked for in advance; asks by itself, blocking, only in `rasa shell` and `rasa test`."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LanguageUnderstanding:
        return cls()

    def process(self, messages: List[Message]) -> List[Message]:  # noqa: UP006
        for message in messages:
            text = message.get(TEXT) or ""
            if not text.startswith("/"):  # commands are Rasa's own
                _write(message, _understood(text, message.get("metadata") or {}))
        return messages


def _understood(text: str, metadata: dict[str, Any]) -> dict[str, Any] | None:
    """An Understanding as a dict."""
    # Taken out of the metadata, which Rasa would store a second time beside the parse data.
    if found := metadata.pop("understanding", None):
        return dict(found)
    if metadata.get("language_away"):
        return heard.as_dict() if (heard := by_words(text)) else None
    try:
        return ask_once(process.settings().language_socket, "understand", text=text, context={})
    except LanguageAway as error:
        _log.warning("the language process is away: %s", error)
        return None


def _write(message: Message, understood: dict[str, Any] | None) -> None:
    understanding = Understanding.from_dict(understood) if understood else None
    name = intent_of(understanding) if understanding else LANGUAGE_AWAY
    intent = {"name": name, "confidence": understanding.confidence if understanding else 1.0}
    message.set(INTENT, intent, add_to_output=True)
    message.set(INTENT_RANKING_KEY, [intent], add_to_output=True)
    if understood and understanding:
        message.set(ENTITIES, list(understanding.entities), add_to_output=True)
        message.set("understanding", understood, add_to_output=True)
