"""Mood and abuse played through the connector on the trained model: warnings, the end, supervisors, growing anger."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot import conduct as rules
from conversation.words import Kind
from handoff.reception import URGENT
from handoff.ticket import Reason
from tests.bot.conftest import Shop
from tests.bot.language_server import abusive, answer, hand_off, rephrase, talk
from tests.bot.test_dialogue import asked, ticket_of, utters

pytestmark = pytest.mark.model
RUDE = abusive(talk("このクズ", "abuse"), "insult", "このクズ")


def rude_question(text: str) -> Any:
    return abusive(answer(text, "shipping-fee", "delivery-days"), "insult", "バカ")


@pytest.fixture
def supervised(monkeypatch: pytest.MonkeyPatch) -> None:
    """`then: supervisor`."""
    usual = rules.conduct()
    changed = replace(usual, abuse=replace(usual.abuse, then="supervisor"))
    monkeypatch.setattr("bot.policies.conduct", lambda: changed)


async def test_a_question_with_abuse_is_answered_behind_a_polite_warning(shop: Shop) -> None:
    said = await shop.say("送料は？バカ", rude_question("送料は？バカ"))
    assert utters(said) == ["utter_warn_abuse", "utter_article", "utter_ask_solved"]
    assert said[1].meta["abuse"] == "insult"
    assert utters(await shop.say("はい", talk("はい", "affirm"))) == ["utter_glad"]


async def test_the_second_warning_is_the_last_and_the_third_message_ends_the_talk(shop: Shop) -> None:
    assert utters(await shop.say("このクズ", RUDE)) == ["utter_warn_abuse", "utter_calm"]
    await asked(shop)
    assert utters(await shop.say("このクズ", RUDE)) == ["utter_warn_abuse_last", "utter_calm"]
    assert not (await shop.stream.state(shop.conversation_id)).get("ended_at")
    (last,) = await shop.say("このクズ", RUDE)
    assert last.meta["utter"] == "utter_abuse_end"
    assert (last.meta["outcome"], last.meta["reason"]) == ("refused", "abuse")
    assert "0120-000-123" in last.text
    assert (await shop.stream.state(shop.conversation_id))["ended_at"]
    (told,) = [word for word in await shop.stream.since(shop.conversation_id) if word.meta.get("over") is True][1:]
    assert (told.kind, told.seq) == (Kind.STATE, last.seq + 1)


async def test_a_threat_brings_a_supervisor_with_the_evidence(shop: Shop, actions_server: Any) -> None:
    await shop.say("このクズ", RUDE)
    threat = abusive(talk("090-1234-5678 火をつけてやる", "abuse"), "threat", "火をつけてやる")
    said = await shop.say(threat.text, threat)
    ticket = await ticket_of(shop)
    assert ticket is not None
    assert (ticket.reason, ticket.for_supervisor) == (Reason.ABUSE, True)
    assert utters(said)[0] == "utter_abuse_to_supervisor"
    offences = [sign for sign in ticket.packet.signs if sign["kind"] == "abuse"]
    assert [(one["category"], one["words"]) for one in offences] == [
        ("insult", ["このクズ"]),
        ("threat", ["火をつけてやる"]),
    ]
    words = {word.seq: word.text for word in await shop.stream.since(shop.conversation_id)}
    assert [words[one["message"]] for one in offences] == ["このクズ", threat.text]


async def test_a_talk_that_a_supervisor_has_to_take_is_not_ended(shop: Shop, actions_server: Any) -> None:
    threat = abusive(talk("火をつけてやる", "abuse"), "threat", "火をつけてやる")
    await shop.say(threat.text, threat)
    assert await ticket_of(shop) is not None
    await shop.stream.set_state(shop.conversation_id, talking_to="bot")  # as out of hours
    await asked(shop)
    for _ in range(3):
        said = await shop.say("このクズ", RUDE)
        assert utters(said) == ["utter_warn_abuse_last", "utter_calm"]
    assert not (await shop.stream.state(shop.conversation_id)).get("ended_at")


@pytest.mark.usefixtures("supervised")
async def test_the_shop_may_choose_a_supervisor_instead_of_the_end(shop: Shop, actions_server: Any) -> None:
    for _ in range(3):
        said = await shop.say("このクズ", RUDE)
    assert utters(said)[0] == "utter_abuse_to_supervisor"
    assert not (await shop.stream.state(shop.conversation_id)).get("ended_at")


async def test_growing_anger_brings_a_person_though_no_message_alone_does(shop: Shop, actions_server: Any) -> None:
    await asked(shop)
    await shop.press("/not_solved")
    cross = replace(answer("さっきも聞いたけど送料は？", "shipping-fee"), feelings={"complaint": 0.05, "abuse": 0.05})
    await shop.say(cross.text, cross)
    assert await ticket_of(shop) is None
    said = await shop.press("/not_solved")
    ticket = await ticket_of(shop)
    assert ticket is not None
    assert utters(said)[0] == "utter_mood_to_person"
    assert ticket.reason is Reason.NEGATIVE_EMOTION
    signs = [sign["signs"] for sign in ticket.packet.signs if sign["kind"] == "mood"]
    assert signs == [["unsolved"], ["words", "repeated"], ["unsolved"]]
    tracker = await shop.agent.tracker_store.retrieve(shop.conversation_id)
    assert tracker.get_slot("mood") is None


async def test_an_answer_that_helped_is_a_new_beginning(shop: Shop) -> None:
    await asked(shop)
    await shop.press("/not_solved")
    await shop.press("/solved")
    tracker = await shop.agent.tracker_store.retrieve(shop.conversation_id)
    assert tracker.get_slot("mood") is None


async def test_mood_and_warnings_survive_the_trackers_compaction(shop: Shop) -> None:
    await shop.say("このクズ", RUDE)
    for _ in range(25):
        await asked(shop)
    tracker = await shop.agent.tracker_store.retrieve(shop.conversation_id)
    assert [one["words"] for one in tracker.get_slot("offences")] == [["このクズ"]]
    assert utters(await shop.say("このクズ", RUDE))[0] == "utter_warn_abuse_last"


async def test_who_speaks_of_dying_is_comforted_and_served_first(shop: Shop, actions_server: Any) -> None:
    means = replace(hand_off("もう死にたい", "negative_emotion"), matter="life")
    said = await shop.say("もう死にたい", means)
    ticket = await ticket_of(shop)
    assert ticket is not None
    assert utters(said)[0] == "utter_life"
    assert "0120-279-338" in said[0].text and "申し訳" not in said[0].text
    assert (ticket.reason, ticket.priority) == (Reason.NEGATIVE_EMOTION, URGENT)
    assert ticket.packet.signs[0]["matter"] == "life"


async def test_misses_and_an_earlier_ticket_are_among_the_evidence(
    shop: Shop, actions_server: Any, redis_client: Any
) -> None:
    from handoff.queue import Queue

    await shop.say("むにゃ", rephrase("むにゃ"))
    await shop.say("ほげ", rephrase("ほげ"))
    first = await ticket_of(shop)
    assert first is not None
    assert {"kind": "misses", "count": 2} in first.packet.signs
    await Queue(redis_client, shop.stream).cancel(first.number)
    await shop.say("人と", talk("人と", "request_agent"))
    second = await ticket_of(shop)
    assert second is not None
    earlier = {"kind": "earlier", "number": first.number, "reason": "repeated_miss"}
    assert earlier in second.packet.signs
