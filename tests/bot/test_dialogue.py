"""The rules of data/rules/, played through the connector on the trained model."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.language.understanding import Decision
from conversation.words import Word
from handoff.queue import Queue
from handoff.ticket import Reason, Ticket
from kb.article import Answer
from tests.bot.conftest import Shop, article, publish
from tests.bot.language_server import answer, candidate, clarify, hand_off, rephrase, talk

pytestmark = pytest.mark.model


def utters(words: list[Word]) -> list[str]:
    return [str(word.meta.get("utter")) for word in words]


def commands(words: list[Word]) -> list[str]:
    return [choice.command for word in words for choice in word.choices]


async def asked(shop: Shop) -> list[Word]:
    return await shop.say("送料は？", answer("送料は？", "shipping-fee", "delivery-days"))


async def ticket_of(shop: Shop) -> Ticket | None:
    return await Queue(shop.stream.redis, shop.stream).of_conversation(shop.conversation_id)


async def test_yes_to_solved_by_button_and_in_words(shop: Shop) -> None:
    await asked(shop)
    assert utters(await shop.press("/solved")) == ["utter_glad"]
    await asked(shop)
    assert utters(await shop.say("はい", talk("はい", "affirm"))) == ["utter_glad"]


async def test_no_offers_what_is_related_and_a_person(shop: Shop) -> None:
    await asked(shop)
    said = await shop.say("いいえ", talk("いいえ", "deny"))
    assert utters(said) == ["utter_related"]
    assert [choice.article_id for choice in said[0].choices] == ["free-shipping", "delivery-days", None, None]
    assert utters(await shop.press(said[0].choices[0])) == ["utter_article", "utter_ask_solved"]


async def test_nothing_related_offers_only_a_person(shop: Shop, redis_client: Any) -> None:
    await publish(redis_client, article("lonely"), number=2)
    await shop.say("ひとつ", answer("ひとつ", "lonely"))
    said = await shop.press("/not_solved")
    assert commands(said) == ["/request_agent", "/deny"]
    assert "近いご案内" not in said[0].text


async def test_yes_after_what_is_related_brings_a_person(shop: Shop, actions_server: Any) -> None:
    await asked(shop)
    await shop.press("/not_solved")
    said = await shop.say("お願いします", talk("お願いします", "affirm"))
    ticket = await ticket_of(shop)
    assert ticket is not None
    assert ticket.reason is Reason.LOW_CONFIDENCE
    assert said[-1].meta["ticket"] == ticket.number
    assert ticket.packet.question == "送料は？"
    assert ticket.packet.shown == (
        {"article_id": "shipping-fee", "title": "送料はいくらですか？", "verdict": "not_solved"},
    )
    assert ticket.packet.tried == ("related",)


async def test_clarify_offers_candidates_that_can_be_shown(shop: Shop) -> None:
    means = clarify("配送", "old-offer", "accident", "delivery-days", "shipping-fee", "free-shipping", "nowhere")
    said = await shop.say("配送", means)
    assert [choice.article_id for choice in said[0].choices] == ["delivery-days", "shipping-fee", "free-shipping", None]
    chosen = await shop.press(said[0].choices[1])
    assert chosen[0].article_id == "shipping-fee"
    assert chosen[0].meta["decision"] == "answer"


async def test_none_of_these_then_a_miss_brings_a_person(shop: Shop, actions_server: Any) -> None:
    await shop.say("配送", clarify("配送", "delivery-days", "shipping-fee"))
    assert utters(await shop.press("/none_of_these")) == ["utter_none_of_these"]
    await shop.say("あれ", rephrase("あれ"))
    ticket = await ticket_of(shop)
    assert ticket is not None
    assert ticket.reason is Reason.REPEATED_MISS


async def test_the_second_miss_in_a_row_brings_a_person_and_an_answer_forgives(shop: Shop, actions_server: Any) -> None:
    assert utters(await shop.say("むにゃ", rephrase("むにゃ"))) == ["utter_rephrase"]
    await asked(shop)
    assert utters(await shop.say("ほげ", rephrase("ほげ"))) == ["utter_rephrase"]
    assert await ticket_of(shop) is None
    assert utters(await shop.say("ふが", rephrase("ふが")))[0] == "utter_misses_to_person"
    ticket = await ticket_of(shop)
    assert ticket is not None
    assert ticket.reason is Reason.REPEATED_MISS


async def test_the_third_miss_in_a_conversation_brings_a_person(shop: Shop, actions_server: Any) -> None:
    for _ in range(2):
        assert utters(await shop.say("むにゃ", rephrase("むにゃ"))) == ["utter_rephrase"]
        await asked(shop)
    await shop.say("むにゃ", rephrase("むにゃ"))
    assert await ticket_of(shop) is not None


@pytest.mark.parametrize(
    ("means", "first", "reason"),
    [
        (talk("人と話したい", "request_agent"), None, Reason.CUSTOMER_REQUEST),
        (talk("ひどい対応だ", "complaint"), "utter_apologise", Reason.COMPLAINT_RECOVERY),
        (hand_off("もう許せない", "negative_emotion"), "utter_apologise", Reason.NEGATIVE_EMOTION),
        (hand_off("弁護士に相談する", "complex_topic"), "utter_to_person", Reason.COMPLEX_TOPIC),
        (replace(hand_off("けがをした", "complex_topic"), matter="accident"), "utter_accident", Reason.COMPLEX_TOPIC),
    ],
)
async def test_matters_for_people_go_to_people(
    shop: Shop, actions_server: Any, means: Any, first: str | None, reason: Reason
) -> None:
    said = await shop.say(means.text, means)
    ticket = await ticket_of(shop)
    assert ticket is not None
    assert ticket.reason is reason
    assert ticket.exchange_id == said[0].exchange_id
    assert utters(said)[:-1] == ([first] if first else [])
    assert said[-1].meta["reason"] == reason.value


async def test_a_dead_action_server_gets_an_honest_line_and_the_telephone(shop: Shop) -> None:
    shop.agent.processor.action_endpoint.url = "http://127.0.0.1:9/webhook"
    said = await shop.say("人と話したい", talk("人と話したい", "request_agent"))
    assert utters(said) == ["utter_action_failed"]
    assert "0120-000-123" in said[0].text


async def test_business_hours_come_from_the_calendar(shop: Shop, actions_server: Any) -> None:
    said = await shop.say("何時まで？", talk("何時まで？", "ask_hours"))
    assert "承" in said[0].text or "休止" in said[0].text


@pytest.mark.parametrize(
    ("intent", "utter"),
    [
        ("greet", "utter_greet"),
        ("thanks", "utter_thanks"),
        ("may_ask", "utter_may_ask"),
        ("go_on", "utter_go_on"),
        ("goodbye", "utter_goodbye"),
        ("affirm", "utter_go_on"),
        ("deny", "utter_go_on"),
        ("ask_ability", "utter_ability"),
        ("ask_bot", "utter_bot"),
        ("small_talk", "utter_small_talk"),
        ("chitchat_praise", "utter_praise"),
        ("abuse", "utter_calm"),
        ("cancel", "utter_cancel"),
        ("ask_repeat", "utter_repeat"),
    ],
)
async def test_what_people_say_beside_questions(shop: Shop, intent: str, utter: str) -> None:
    assert utters(await shop.say(intent, talk(intent, intent))) == [utter]


@pytest.mark.parametrize(
    ("text", "greeted"),
    [("こんばんは", "こんばんは。"), ("おはようございます", "おはようございます。"), ("やあ", "こんにちは。")],
)
async def test_who_greets_is_greeted_alike(shop: Shop, text: str, greeted: str) -> None:
    assert (await shop.say(text, talk(text, "greet")))[0].text.startswith(greeted)


async def test_say_that_again(shop: Shop) -> None:
    await asked(shop)
    said = await shop.say("もう一回", talk("もう一回", "ask_repeat"))
    assert said[0].text == "**shipping-fee** です。\n解決しましたか？"
    assert commands(said) == ["/solved", "/not_solved", "/request_agent"]


@pytest.mark.parametrize(
    ("channel", "text"), [("sms", "shipping-fee です。"), ("voice", "shipping-fee とは、こうです。")]
)
async def test_each_channel_has_its_wording(shop: Shop, channel: str, text: str) -> None:
    shop.channel = channel
    said = await asked(shop)
    assert said[0].text == text
    assert ("おっしゃってください" in said[1].text) is (channel == "voice")


async def test_a_yes_that_opens_the_article_is_said_only_where_it_fits(shop: Shop, redis_client: Any) -> None:
    said = Answer(web="はい、使えます。", sms="使えます。", speech="はい、使えます。")
    await publish(redis_client, article("cod", title="代引きは使えますか？", answer=said), number=2)
    asked = answer("沖縄でも代引きできる？", "cod")
    conditional = await shop.say("沖縄でも代引きできる？", asked)
    plain = await shop.say("代引きできる？", replace(asked, text="代引きできる？", assent=True))
    chosen = await shop.press('/choose_article{"article_id": "cod"}')
    assert [words[0].text for words in (conditional, plain, chosen)] == [
        "使えます。",
        "はい、使えます。",
        "はい、使えます。",
    ]


async def test_what_has_no_answer_is_not_passed_over(shop: Shop) -> None:
    heard = "送料は？明日の天気は？"
    said = await shop.say(heard, replace(answer(heard, "shipping-fee"), unanswered=True))
    assert utters(said) == ["utter_article", "utter_ask_solved"]
    assert "もう一つのご質問" in said[1].text
    assert commands(said) == ["/solved", "/not_solved", "/request_agent"]


async def test_what_is_declined_is_not_said_to_be_answered(shop: Shop) -> None:
    declined = replace(rephrase("お盆は配達してますか"), decision=Decision.DECLINE, intent="faq_decline")
    said = await shop.say("お盆は配達してますか", declined)
    assert said[0].text.index("ほかのご質問") < said[0].text.index("配送")


async def test_an_article_withdrawn_meanwhile_is_not_shown(shop: Shop) -> None:
    said = await shop.say("古い", answer("古い", "old-offer"))
    assert said[0].article_id is None
    assert "公開されていません" in said[0].text
    assert commands(said) == ["/request_agent", "/deny"]


async def test_a_new_release_is_answered_from_at_once(shop: Shop, redis_client: Any) -> None:
    await asked(shop)
    from bot import process

    new = article("shipping-fee", answer={"web": "値上げしました。", "sms": "", "speech": ""})
    await publish(redis_client, new, number=2)
    live = await process.live()
    for _ in range(200):
        if live.current and live.current.number == 2:
            break
        await redis_client.get("kb:live")  # lets the follower run
    said = await asked(shop)
    assert said[0].text == "値上げしました。"
    assert said[0].meta["release"] == 2


async def test_without_the_language_process_a_search_by_characters_helps(shop: Shop) -> None:
    await shop.language.stop()
    said = await shop.say("送料はいくら")
    assert utters(said) == ["utter_search_answer"]
    assert said[0].choices[0].article_id == "shipping-fee"
    assert utters(await shop.press(said[0].choices[0])) == ["utter_article", "utter_ask_solved"]
    nothing = await shop.say("ほげほげ")
    assert commands(nothing) == ["/request_agent"]


@pytest.mark.parametrize(
    ("text", "utter", "reason"),
    [
        ("もう死にたいです", "utter_life", Reason.NEGATIVE_EMOTION),
        ("お前を殺すぞ", "utter_abuse_to_supervisor", Reason.ABUSE),
        ("責任者出せ", "utter_apologise", Reason.COMPLAINT_RECOVERY),
        ("店の商品でけがをしました", "utter_accident", Reason.COMPLEX_TOPIC),
        ("オペレーターと話したい", None, Reason.CUSTOMER_REQUEST),
    ],
)
async def test_without_the_language_process_what_a_person_must_hear_still_comes_to_one(
    shop: Shop, actions_server: Any, text: str, utter: str | None, reason: Reason
) -> None:
    await shop.language.stop()
    said = await shop.say(text)
    ticket = await ticket_of(shop)
    assert ticket is not None and ticket.reason is reason
    assert utter in (None, said[0].meta.get("utter"))


async def test_a_third_question_is_asked_for_next(shop: Shop) -> None:
    two = replace(answer("送料は？いつ届く？", "shipping-fee"), also=(candidate("delivery-days"),))
    said = await shop.say(two.text, two)
    assert utters(said) == ["utter_article", "utter_second_article", "utter_ask_solved"]
    assert said[2].text == "解決しましたか？"
    three = replace(two, text="送料は？いつ届く？領収書は？", more=1)
    said = await shop.say(three.text, three)
    assert utters(said) == ["utter_article", "utter_second_article", "utter_ask_solved"]
    assert "続けてお送りください" in said[2].text and commands(said)[0] == "/solved"


async def test_who_is_hurt_is_told_what_to_do_first(shop: Shop, actions_server: Any) -> None:
    means = replace(hand_off("ドライヤーから火が出た", "complex_topic"), matter="accident")
    said = await shop.say(means.text, means)
    assert said[0].text.index("119番") < said[0].text.index("電源プラグ") < said[0].text.index("担当者")


async def test_decline_names_what_the_bot_can_do(shop: Shop) -> None:
    from bot.language.understanding import Decision, Understanding

    said = await shop.say("明日の天気", Understanding("明日の天気", Decision.DECLINE, "faq", 0.9))
    assert "配送" in said[0].text
    assert "{" not in said[0].text


async def test_a_correction_after_an_answer_is_neither_a_miss_nor_a_no(shop: Shop) -> None:
    await asked(shop)
    text = "いや、送料じゃなくて日数"
    said = await shop.say(text, answer(text, "delivery-days"))
    assert utters(said) == ["utter_article", "utter_ask_solved"]
    tracker = await shop.agent.tracker_store.retrieve(shop.conversation_id)
    assert tracker.get_slot("misses_total") == 0
