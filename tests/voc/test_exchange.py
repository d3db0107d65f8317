"""Every outcome told from the words as they really lie in the stream."""

from __future__ import annotations

from dataclasses import replace

from conversation.words import Choice, Kind, Speaker
from tests.voc.talk import SOLVED, Talk
from voc.exchange import Exchange, build

ASLEEP = {"position": 1, "opens_at": "2026-06-01T00:00:00+00:00"}  # of a ticket while nobody is there


def rows(talk: Talk, **decisions: dict[str, object]) -> list[Exchange]:
    return build(talk.words, decisions, {"channel": "web", "page": "/first"})


def test_an_answer_carries_article_release_confidence_latency_and_the_runner_up() -> None:
    talk = Talk()
    talk.ask("送料はいくら？", message_id="q1")
    talk.answer()
    candidates = [
        {"article_id": "shipping-fee", "probability": 0.91},
        {"article_id": "return-fee", "probability": 0.4, "score": 1.2},
    ]
    (row,) = rows(talk, q1={"intent": "faq_answer", "candidates": candidates})
    assert (row.outcome, row.decision, row.intent) == ("answered", "answer", "faq_answer")
    assert (row.article_id, row.release, row.confidence) == ("shipping-fee", 3, 0.91)
    assert (row.runner_up, row.runner_up_score) == ("return-fee", 0.4)
    assert (row.channel, row.page, row.asked_by, row.latency_ms) == ("web", "/first", "customer", 2000)
    assert (row.question, [answer.text for answer in row.answers]) == ("送料はいくら？", ["送料は550円です。"])
    assert row.asks
    assert row.solved_asked
    assert row.feedback == "none"


def test_the_verdict_belongs_to_the_exchange_that_offered_it_and_the_last_one_counts() -> None:
    talk = Talk()
    talk.ask("送料は？", message_id="q1")
    talk.answer()
    talk.press("いいえ", "/not_solved", "q1")
    talk.say("承知しました。", "talk")
    assert [row.feedback for row in rows(talk)] == ["not_solved", "none"]
    talk.verdict("q1", "solved")
    assert [row.feedback for row in rows(talk)] == ["solved", "none"]
    assert [row.outcome for row in rows(talk)] == ["answered", "action"]


def test_a_verdict_said_in_words_counts_as_the_bot_understood_it() -> None:
    for utter, verdict in (("utter_glad", "solved"), ("utter_related", "not_solved")):
        talk = Talk()
        talk.ask("送料は？")
        talk.answer()
        talk.ask("うん、わかった")
        talk.say("…", "talk", meta={"utter": utter, "intent": "affirm"})
        assert [(row.feedback, row.outcome) for row in rows(talk)] == [(verdict, "answered"), ("none", "small_talk")]


def test_the_same_words_by_button_or_without_the_question_are_no_second_verdict() -> None:
    talk = Talk()
    talk.ask("こんにちは")
    talk.say("…", "talk", meta={"utter": "utter_glad"})
    talk.ask("送料は？", message_id="q1")
    talk.answer()
    talk.press("いいえ", "/not_solved", "q1")
    talk.say("…", "talk", meta={"utter": "utter_related"}, choices=SOLVED)
    assert [row.feedback for row in rows(talk)] == ["none", "not_solved", "none"]


def test_candidates_that_could_not_be_found_are_a_miss() -> None:
    talk = Talk()
    talk.ask("返品")
    talk.say("いま調べられません。", "clarify", meta={"offered": []})
    assert [row.outcome for row in rows(talk)] == ["missed"]


def test_the_runner_up_that_was_told_with_the_answer_goes_before_the_event() -> None:
    talk = Talk()
    talk.ask("送料は？", message_id="q")
    talk.answer(meta={"runner_up": {"article_id": "b", "probability": 0.3}})
    (row,) = rows(talk, q={"candidates": [{"article_id": "x"}, {"article_id": "y", "probability": 0.1}]})
    assert (row.runner_up, row.runner_up_score) == ("b", 0.3)


def test_clarify_then_choice_is_two_exchanges() -> None:
    talk = Talk()
    talk.ask("返品", message_id="q1")
    talk.say("どちらでしょうか。", "clarify", choices=(Choice("返品の送料", '/choose_article{"article_id":"a"}', "a"),))
    talk.press("返品の送料", '/choose_article{"article_id":"a"}', "q1")
    talk.answer(article_id="a")
    assert [(row.outcome, row.article_id) for row in rows(talk)] == [("clarified", None), ("answered", "a")]


def test_what_the_bot_decided_becomes_the_outcome() -> None:
    for decision, outcome in (("rephrase", "missed"), ("decline", "declined"), ("clarify", "clarified")):
        talk = Talk()
        talk.ask("ほげ")
        talk.say("…", decision)
        assert [row.outcome for row in rows(talk)] == [outcome]


def test_talk_is_small_talk_or_an_action_or_refused_abuse() -> None:
    for intent, outcome in (("greet", "small_talk"), ("ask_hours", "action"), ("abuse", "refused")):
        talk = Talk()
        talk.ask("…", message_id="q")
        talk.say("…")
        assert [row.outcome for row in rows(talk, q={"intent": intent, "decision": "talk"})] == [outcome]


def test_hand_off_talk_with_a_person_and_return() -> None:
    talk = Talk()
    talk.ask("人と話したい", message_id="q1")
    talk.state("queue", reason="customer_request", exchange_id="q1")
    talk.say("順番は1番目です。", "hand_off", meta={"ticket": "12345674"})
    talk.state("agent")
    talk.system("担当者の山田が承ります。", meta={"ticket": "12345674"})
    talk.ask("壊れました")
    talk.agent("お待たせしました。")
    talk.ask("お願いします")
    talk.state("bot")
    talk.ask("送料は？")
    talk.answer()
    found = rows(talk)
    assert [row.outcome for row in found] == ["handed_off", "with_agent", "with_agent", "answered"]
    assert (found[0].reason, found[0].ticket) == ("customer_request", "12345674")
    assert [row.agent for row in found] == [None, "山田", None, None]
    assert len(found[0].answers) == 2


def test_a_ticket_of_the_night_hands_off_though_the_bot_serves_on() -> None:
    talk = Talk()
    talk.ask("担当者お願いします", message_id="q1")
    talk.state("bot", reason="after_hours", exchange_id="q1")
    talk.say("営業時間外です。", "hand_off", meta={"ticket": "12345674"})
    talk.press("伝言を残す", "/leave_message", "q1")
    talk.system("ご用件をどうぞ。", meta={"ticket": "12345674"})
    talk.state("queue", queue=ASLEEP)
    talk.ask("折り返しください")
    talk.state("bot", queue=ASLEEP)
    talk.system("承りました。", meta={"ticket": "12345674"})
    talk.ask("担当者は？")
    talk.say("受け付けています。", "hand_off", meta={"ticket": "12345674"})
    assert [row.outcome for row in rows(talk)] == ["handed_off", "action", "handed_off", "handed_off"]


def test_a_message_of_the_night_is_with_an_agent_once_one_speaks() -> None:
    talk = Talk()
    talk.ask("担当者お願いします", message_id="q1")
    talk.state("bot", exchange_id="q1", queue=ASLEEP)
    talk.press("伝言を残す", "/leave_message", "q1")
    talk.state("queue", queue=ASLEEP)
    talk.state("queue", ticket=None, refused="too_long")
    talk.ask("折り返しください")
    assert rows(talk)[-1].outcome == "handed_off"  # nobody has confirmed it yet
    talk.state("bot", queue=ASLEEP)
    talk.system("承りました。", meta={"ticket": "12345674"})
    talk.state("bot", queue={"opens_at": None})
    talk.state("agent")
    assert rows(talk)[-1].outcome == "handed_off"
    talk.agent("ご伝言を拝見しました。")
    assert rows(talk)[-1].outcome == "with_agent"


def test_a_word_said_while_the_ticket_was_being_opened_waits_for_the_person() -> None:
    talk = Talk()
    talk.ask("人と", message_id="q1")
    talk.ask("早く", message_id="q2")
    talk.state("queue", exchange_id="q1")
    talk.say("おつなぎします。", "hand_off", exchange_id="q1")
    assert [row.outcome for row in rows(talk)] == ["handed_off", "with_agent"]


def test_a_wish_for_a_person_without_a_ticket_is_a_miss() -> None:
    talk = Talk()
    talk.ask("壊れた")
    talk.say("いま担当者におつなぎできません。", "hand_off")
    assert [row.outcome for row in rows(talk)] == ["missed"]


def test_silence_and_the_apology_for_it_are_failures() -> None:
    talk = Talk()
    talk.ask("もしもし")
    assert [row.outcome for row in rows(talk)] == ["failed"]
    talk.system("ただいま込み合っています。", meta={"outcome": "failed"})
    assert [row.outcome for row in rows(talk)] == ["failed"]


def test_a_refusal_is_counted_though_its_words_were_not_kept() -> None:
    talk = Talk()
    meta = {"refused": "too_long", "talking_to": "bot"}
    talk.add(Speaker.SYSTEM, "長すぎます。", kind=Kind.STATE, message_id="q:refused", exchange_id="q", meta=meta)
    (row,) = rows(talk)
    assert (row.outcome, row.reason, row.asks, row.question) == ("refused", "too_long", True, "")
    assert [answer.text for answer in row.answers] == ["長すぎます。"]


def test_a_refused_message_sent_again_under_its_name_is_answered() -> None:
    talk = Talk()
    meta = {"refused": "too_fast", "talking_to": "bot"}
    talk.add(Speaker.SYSTEM, "少しお待ちください。", kind=Kind.STATE, exchange_id="q", meta=meta)
    talk.ask("送料は？", message_id="q")
    talk.answer()
    (row,) = rows(talk)
    assert (row.outcome, row.question, len(row.answers)) == ("answered", "送料は？", 1)


def test_words_that_staff_start_have_no_question_and_no_outcome() -> None:
    talk = Talk()
    talk.agent("先日の件でご連絡しました。")
    talk.ask("ありがとう")
    found = rows(talk)
    assert [(row.asks, row.outcome, row.asked_by) for row in found] == [
        (False, None, "agent"),
        (True, "failed", "customer"),
    ]


def test_notes_alone_are_no_exchange() -> None:
    talk = Talk()
    talk.state("bot", ticket=None)
    talk.verdict("nowhere", "solved")
    assert rows(talk) == []


def test_the_page_is_where_the_customer_was_when_asking() -> None:
    talk = Talk()
    talk.ask("a", meta={"page": "/items/1"})
    talk.ask("b")
    talk.ask("c", meta={"page": "/cart"})
    assert [row.page for row in rows(talk)] == ["/items/1", "/items/1", "/cart"]


def test_a_reduced_turn_says_so() -> None:
    talk = Talk()
    talk.ask("a")
    talk.answer(meta={"reduced": True})
    assert [row.reduced for row in rows(talk)] == [True]


def test_a_line_of_caution_is_shown_but_neither_answers_nor_counts_as_the_first_answer() -> None:
    talk = Talk()
    talk.ask("番号は4111111111111111です。送料は？")
    talk.system("カード番号は…", meta={"notice": "card"})
    talk.answer()
    talk.ask("4111111111111111")
    talk.system("カード番号は…", meta={"notice": "card"})
    answered, alone = rows(talk)
    assert (answered.outcome, answered.latency_ms, len(answered.answers)) == ("answered", 4000, 2)
    assert (alone.outcome, alone.latency_ms) == ("failed", None)


def test_abuse_is_refused_where_it_ends_the_talk_and_noted_where_it_was_answered() -> None:
    talk = Talk()
    talk.ask("送料は？このクズ", message_id="q1")
    talk.answer(meta={"reason": "abuse", "abuse": "insult"})
    talk.ask("このクズ")
    talk.say(
        "恐れ入りますが、この会話を終了いたします。",
        "talk",
        meta={"outcome": "refused", "reason": "abuse", "over": True},
    )
    assert [(row.outcome, row.reason) for row in rows(talk)] == [("answered", "abuse"), ("refused", "abuse")]


def test_how_surely_a_caller_was_heard() -> None:
    talk = Talk()
    talk.ask("送料はいくら", message_id="q1")
    talk.answer()
    asked = replace(talk.words[0], meta={"recognition": 0.87, "call": "CA1"})
    assert build([asked, *talk.words[1:]], {}, {"channel": "voice"})[0].recognition == 0.87
    assert rows(talk)[0].recognition is None
