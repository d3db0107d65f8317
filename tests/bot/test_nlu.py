"""The NLU component: the connector's understanding, its own question where there is none, and silence."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from rasa.shared.nlu.training_data.message import Message

from bot.nlu import LanguageUnderstanding
from tests.bot.language_server import LanguageServer, answer, hand_off

pytestmark = pytest.mark.model


async def parse(text: str, metadata: dict[str, Any] | None = None) -> dict[str, Any]:
    message = Message(data={"text": text, "metadata": metadata})
    done = await asyncio.to_thread(LanguageUnderstanding().process, [message])
    return dict(done[0].as_dict(only_output_properties=True))


async def test_what_the_connector_asked_for_is_taken(environment: None, language: LanguageServer) -> None:
    metadata = {"understanding": answer("送料は？", "shipping-fee").as_dict(), "page": "/"}
    parsed = await parse("送料は？", metadata)
    assert parsed["intent"] == {"name": "faq_answer", "confidence": 0.9}
    assert parsed["understanding"]["candidates"][0]["article_id"] == "shipping-fee"
    assert metadata == {"page": "/"}
    assert language.asked == []


async def test_in_rasas_shell_it_asks_by_itself(environment: None, language: LanguageServer) -> None:
    language.says["けがをした"] = hand_off("けがをした", "complex_topic")
    assert (await parse("けがをした"))["intent"]["name"] == "faq_hand_off"
    assert language.asked == ["けがをした"]


@pytest.mark.parametrize("metadata", [None, {"language_away": True}])
async def test_nobody_to_ask(environment: None, metadata: dict[str, Any] | None) -> None:
    assert (await parse("送料は？", metadata))["intent"]["name"] == "language_away"


async def test_commands_are_left_to_rasa(environment: None, language: LanguageServer) -> None:
    assert "intent" not in await parse('/choose_article{"article_id": "a"}')
    assert language.asked == []
