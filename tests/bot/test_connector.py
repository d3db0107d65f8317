"""The connector: secret, once only, what Rasa missed, and that a turn survives its caller."""

from __future__ import annotations

import asyncio
import json
import uuid
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from conversation.words import Kind, Speaker, Word
from tests.bot.conftest import Shop
from tests.bot.language_server import answer, candidate, clarify, rephrase, talk

pytestmark = pytest.mark.model


def request(shop: Shop, body: Any, secret: str = "between-us-two-of-us") -> Any:
    context = SimpleNamespace(ctx=SimpleNamespace(agent=shop.agent))
    return SimpleNamespace(headers={"X-Connector-Secret": secret}, json=body, app=context)


def body(shop: Shop, **fields: Any) -> dict[str, Any]:
    return {"conversation_id": shop.conversation_id, "message_id": uuid.uuid4().hex, "text": "送料は？", **fields}


async def test_only_who_knows_the_secret_may_ask(shop: Shop) -> None:
    assert (await shop.door._turn(request(shop, body(shop), "ちがう"))).status == 403
    assert (await shop.door._turn(request(shop, {"text": "?"}))).status == 400
    assert shop.language.asked == []


async def test_a_turn_tells_how_many_words_were_said_and_runs_once(shop: Shop) -> None:
    shop.language.says["送料は？"] = answer("送料は？", "shipping-fee")
    asked = body(shop)
    first = json.loads((await shop.door._turn(request(shop, asked))).body)
    again = json.loads((await shop.door._turn(request(shop, asked))).body)
    assert first == {"status": "done", "words": 2}
    assert again == {"status": "repeat", "words": 2}
    assert len(await shop.heard(asked["message_id"])) == 2


async def test_the_same_turn_in_flight_is_awaited(shop: Shop) -> None:
    asked = body(shop)
    answers = await asyncio.gather(*(shop.door._turn(request(shop, asked)) for _ in range(3)))
    assert [json.loads(one.body)["status"] for one in answers] == ["done"] * 3
    assert len(await shop.heard(asked["message_id"])) == 1


async def test_a_turn_lives_on_when_the_door_hangs_up(shop: Shop) -> None:
    asked = body(shop)
    call = asyncio.create_task(shop.door._turn(request(shop, asked)))
    while not shop.door._running:  # noqa: ASYNC110
        await asyncio.sleep(0)
    running = next(iter(shop.door._running.values()))
    call.cancel()
    assert (await running)["status"] == "done"
    assert len(await shop.heard(asked["message_id"])) == 1


async def test_what_rasa_missed_is_told_first_and_neither_counts_nor_answers(shop: Shop) -> None:
    await shop.say("むにゃ", rephrase("むにゃ"))
    missed = [
        {"speaker": "customer", "text": "あのですね", "at": 1.0, "message_id": "x1"},
        {"speaker": "agent", "text": "担当の鈴木です", "at": 2.0, "message_id": "x2"},
        {"speaker": "customer", "text": "ありがとう", "at": 3.0, "message_id": "x3"},
    ]
    said = await shop.say("送料は？", answer("送料は？", "shipping-fee"), missed=missed)
    assert [word.meta["utter"] for word in said] == ["utter_article", "utter_ask_solved"]
    tracker = await shop.agent.tracker_store.retrieve(shop.conversation_id)
    texts = [getattr(event, "text", None) for event in tracker.events]
    assert texts.index("担当の鈴木です") < texts.index("送料は？")
    assert not tracker.is_paused()
    await shop.say("送料は？", missed=missed)  # told again: known already
    tracker = await shop.agent.tracker_store.retrieve(shop.conversation_id)
    assert [getattr(event, "text", None) for event in tracker.events].count("担当の鈴木です") <= 1


async def test_yes_after_a_talk_with_a_person_is_not_a_yes_to_the_bot(shop: Shop) -> None:
    await shop.say("送料は？", answer("送料は？", "shipping-fee"))
    missed = [{"speaker": "agent", "text": "お待たせしました", "at": 2.0, "message_id": "x2"}]
    said = await shop.say("はい", talk("はい", "affirm"), missed=missed)
    assert [word.meta["utter"] for word in said] == ["utter_go_on"]


async def test_words_are_refused_quietly_while_a_person_has_the_conversation(shop: Shop) -> None:
    await shop.stream.set_state(shop.conversation_id, talking_to="agent")
    message_id = uuid.uuid4().hex
    await shop.stream.append(Word(shop.conversation_id, Speaker.CUSTOMER, "送料は？", message_id))
    assert await shop.turn(message_id, "送料は？") == {"status": "done", "words": 1}
    assert await shop.heard(message_id) == []


async def test_ready_tells_what_is_missing(shop: Shop) -> None:
    assert (await shop.door._ready(request(shop, None))).status == 200
    await shop.language.stop()
    answered = await shop.door._ready(request(shop, None))
    assert answered.status == 503
    assert json.loads(answered.body)["problems"] == ["language process"]


async def test_what_the_broker_notes_holds_no_words(shop: Shop, redis_client: Any) -> None:
    said = await shop.say("ひみつの送料は？", answer("ひみつの送料は？", "shipping-fee", "delivery-days"))
    entries: list[Any] = []
    while not entries:
        entries = await redis_client.xrange("events")
    noted = json.loads(entries[0][1]["json"])
    assert noted["message_id"] == said[0].exchange_id
    assert (noted["intent"], noted["decision"], noted["release"]) == ("faq_answer", "answer", 1)
    assert [one["article_id"] for one in noted["candidates"]] == ["shipping-fee", "delivery-days"]
    assert "ひみつ" not in entries[0][1]["json"]
    tracker = await shop.agent.tracker_store.retrieve(shop.conversation_id)
    shop.agent.tracker_store._tracker_store.event_broker.publish(
        {"sender_id": shop.conversation_id, **tracker.latest_message.as_dict()}
    )
    await shop.say("送料は？", answer("送料は？", "shipping-fee"))
    while len(entries) < 2:
        entries = await redis_client.xrange("events")
    assert len(entries) == 2


async def test_the_language_process_is_told_the_answer_before(shop: Shop) -> None:
    shop.language.says["送料は？"] = answer("送料は？", "shipping-fee")
    await shop.say("送料は？")
    await shop.say("沖縄だと？")
    assert [context["article"] for context in shop.language.contexts] == ["", "shipping-fee"]
    await shop.say("別の話")  # the answer before was none
    assert shop.language.contexts[-1]["article"] == ""


async def test_two_questions_in_one_message_get_two_answers(shop: Shop) -> None:
    both = answer("送料は？あと何日で届く？", "shipping-fee")
    both = replace(both, also=(candidate("delivery-days"),))
    shop.language.says[both.text] = both
    said = await shop.say(both.text)
    assert [word.article_id for word in said] == ["shipping-fee", "delivery-days", None]
    assert said[-1].meta["utter"] == "utter_ask_solved"


async def test_the_language_process_is_told_the_question_before_and_thanks_change_nothing(shop: Shop) -> None:
    await shop.say("送料は？", answer("送料は？", "shipping-fee"))
    await shop.say("ありがとう", talk("ありがとう", "thanks"))
    await shop.say("沖縄だと？")
    told = shop.language.contexts[-1]
    assert (told["article"], told["question"], told["offered"]) == ("shipping-fee", "送料は？", [])


async def test_the_language_process_is_told_what_was_offered(shop: Shop) -> None:
    await shop.say("配送", clarify("配送", "delivery-days", "shipping-fee"))
    await shop.say("料金のほう")
    told = shop.language.contexts[-1]
    assert (told["article"], told["question"], told["offered"]) == ("", "配送", ["delivery-days", "shipping-fee"])


async def test_what_a_person_said_between_ends_the_turn_before(shop: Shop) -> None:
    await shop.say("送料は？", answer("送料は？", "shipping-fee"))
    await shop.stream.append(Word(shop.conversation_id, Speaker.AGENT, "担当の鈴木です", "a1"))
    await shop.say("沖縄だと？")
    assert shop.language.contexts[-1]["article"] == ""


@pytest.mark.parametrize(("text", "intent"), [("はい", "affirm"), ("いいえ", "deny")])
@pytest.mark.parametrize(("had", "silent"), [("agent", True), ("agent", False), ("queue", True)])
async def test_after_a_person_nothing_of_the_bots_own_talk_lives_on(
    shop: Shop, text: str, intent: str, had: str, silent: bool
) -> None:
    """Candidates that were offered, and misses that were counted, ended with the handoff; candidates also where the
    customer only waited for somebody."""
    await shop.say("むにゃ", rephrase("むにゃ"))
    await shop.say("送料", clarify("送料", "shipping-fee", "free-shipping"))
    meta = {"talking_to": had, "ticket": "12345675"}
    await shop.stream.append(Word(shop.conversation_id, Speaker.SYSTEM, "", "s1", Kind.STATE, meta=meta))
    missed = [{"speaker": "system", "text": "担当の鈴木が承ります。", "at": 1.0, "message_id": "s2"}]
    if not silent:
        missed += [{"speaker": "agent", "text": "お待たせしました", "at": 2.0, "message_id": "s3"}]
    said = await shop.say(text, talk(text, intent), missed=missed)
    assert [word.meta["utter"] for word in said] == ["utter_go_on"]
    context = shop.language.contexts[-1]
    assert (context["article"], context["question"], context["offered"]) == ("", "", [])
    slots = (await shop.agent.tracker_store.retrieve(shop.conversation_id)).current_slot_values()
    assert silent or (slots["misses_in_row"], slots["misses_total"], slots["mood"]) == (0, 0, None)
