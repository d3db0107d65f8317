"""What customers say of themselves is never in the bot's words, whatever was decided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.language.understanding import Decision, Understanding
from tests.actions.server import running
from tests.bot.conftest import Shop, pointed_at, told
from tests.bot.language_server import answer, candidate, clarify, hand_off, rephrase, talk

pytestmark = pytest.mark.model
PIECES = ("4111-1111-1111-1111", "090-1234-5678", "taro.yamada@example.com", "千代田区丸の内1-2-3", "山田太郎")
TEXT = "、".join(PIECES) + "です。送料は？"
TALK = (
    *("greet", "thanks", "goodbye", "affirm", "deny", "ask_ability", "ask_bot", "ask_repeat", "small_talk"),
    *("chitchat_praise", "abuse", "cancel", "request_agent", "complaint", "ask_hours"),
)
DECISIONS = {
    "answer": answer(TEXT, "shipping-fee", "delivery-days"),
    "both": replace(answer(TEXT, "shipping-fee"), also=(candidate("delivery-days"),)),
    "withdrawn": answer(TEXT, "old-offer"),
    "clarify": clarify(TEXT, "shipping-fee", "delivery-days"),
    "clarify_nothing": clarify(TEXT, "old-offer"),
    "rephrase": rephrase(TEXT),
    "decline": Understanding(TEXT, Decision.DECLINE, "faq", 0.9),
    "hand_off": replace(hand_off(TEXT, "complex_topic"), evidence=PIECES),
    **{intent: talk(TEXT, intent) for intent in TALK},
}


def personal(texts: list[str]) -> list[str]:
    return [piece for piece in PIECES for text in texts if piece in text]


async def shown(shop: Shop) -> list[str]:
    """All that anybody but the customer has said in this conversation, with the buttons."""
    words = [word for word in await shop.stream.since(shop.conversation_id) if word.speaker.value != "customer"]
    return [text for word in words for text in (word.text, *(choice.title for choice in word.choices))]


@pytest.fixture(scope="module")
def actions_url(redis_server: str, language_socket: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One action server for all decisions: every conversation is a new one."""
    folder = tmp_path_factory.mktemp("actions")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in told(redis_server, language_socket, folder).items():
            patch.setenv(name, value)
        with running(folder) as server:
            yield server.url


@pytest.fixture
def actions_server(actions_url: str, agent: Any) -> Iterator[None]:
    with pointed_at(actions_url, agent):
        yield


@pytest.mark.parametrize("decision", DECISIONS)
async def test_no_word_of_the_bot_repeats_it(shop: Shop, actions_server: None, decision: str) -> None:
    await shop.say(TEXT, DECISIONS[decision])
    await shop.say("もう一回", talk("もう一回", "ask_repeat"))
    await shop.press("/not_solved")
    await shop.say(TEXT, rephrase(TEXT))
    await shop.say(TEXT, rephrase(TEXT))
    texts = await shown(shop)
    assert len(texts) >= 3  # one that goes to a person: more out of hours than within
    assert personal(texts) == []


async def test_nor_when_the_language_process_is_away(shop: Shop) -> None:
    await shop.language.stop()
    await shop.say(TEXT)
    texts = await shown(shop)
    assert texts
    assert personal(texts) == []
