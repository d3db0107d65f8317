"""What the agent is told: recorded events and words in, a packet out."""

from __future__ import annotations

from typing import Any

import pytest

from actions.packet import packet, reason_of
from conversation.words import Kind, Speaker, Word
from handoff.ticket import Reason


def user(text: str, intent: str, message_id: str, **understanding: Any) -> dict[str, Any]:
    parsed: dict[str, Any] = {"intent": {"name": intent}}
    if understanding:
        parsed["understanding"] = understanding
    return {"event": "user", "text": text, "message_id": message_id, "parse_data": parsed}


def action(name: str) -> dict[str, Any]:
    return {"event": "action", "name": name}


def word(message_id: str, speaker: Speaker = Speaker.CUSTOMER, exchange: str = "", **fields: Any) -> Word:
    return Word("c", speaker, fields.pop("text", ""), message_id, exchange_id=exchange or message_id, **fields)


CANDIDATES = [{"article_id": "fee", "title": "送料", "probability": 0.9, "score": 3.1, "scope": "self_service"}]


@pytest.mark.parametrize(
    ("intent", "given", "reason"),
    [
        ("request_agent", None, Reason.CUSTOMER_REQUEST),
        ("complaint", "negative_emotion", Reason.NEGATIVE_EMOTION),
        ("complaint", None, Reason.COMPLAINT_RECOVERY),
        ("faq_hand_off", "policy_restriction", Reason.POLICY_RESTRICTION),
        ("faq_hand_off", "a reason of tomorrow", Reason.COMPLEX_TOPIC),
        ("faq_rephrase", None, Reason.REPEATED_MISS),
        ("something new", None, Reason.LOW_CONFIDENCE),
    ],
)
def test_why_a_person_is_fetched(intent: str, given: str | None, reason: Reason) -> None:
    assert reason_of([user("", intent, "m", reason=given)]) is reason


def test_the_question_is_masked_and_is_the_last_one_about_something_we_know() -> None:
    events = [
        user("090-1234-5678 の者です。送料は？", "faq_answer", "m1", candidates=CANDIDATES, evidence=["x@y.jp に送料"]),
        action("utter_article"),
        user("人を出して", "request_agent", "m2", candidates=[]),
    ]
    found = packet(events, [], str)
    assert "1234" not in found.question
    assert "送料は？" in found.question
    assert "x@y.jp" not in found.evidence[0]
    assert found.candidates == ({"article_id": "fee", "title": "送料", "probability": 0.9},)


def test_the_sentence_that_asks_for_a_person_gives_no_candidates() -> None:
    complaint = [{"article_id": "complaint-manager", "title": "責任者", "probability": 0.92}]
    before = user("送料は？", "faq_rephrase", "m1", candidates=CANDIDATES)
    for intent in ("request_agent", "complaint"):
        asks = user("担当者と話したいです", intent, "m2", candidates=complaint, evidence=["complaint 0.93"])
        alone = packet([asks], [], str)
        assert (alone.question, alone.candidates) == ("担当者と話したいです", ())
        after = packet([before, asks], [], str)
        assert after.question == "送料は？"
        assert [one["article_id"] for one in after.candidates] == ["fee"]
        assert after.evidence == ("complaint 0.93",)  # why, whatever it was about


@pytest.mark.parametrize("utter", ["utter_mood_to_person", "utter_abuse_to_supervisor"])
def test_what_brought_the_customer_is_quoted_not_the_question_before(utter: str) -> None:
    events = [
        user("送料は？", "faq_answer", "m1", candidates=CANDIDATES),
        action("utter_article"),
        user("はあ？話にならない", "faq_rephrase", "m2"),
        action(utter),
    ]
    found = packet(events, [], str)
    assert found.question == "はあ？話にならない"
    assert [one["article_id"] for one in found.candidates] == ["fee"]
    pressed = packet([*events[:2], user("/not_solved", "not_solved", "m2"), action(utter)], [], str)
    assert pressed.question == "送料は？"


def test_a_button_does_not_repeat_what_an_earlier_message_was_about() -> None:
    complained = user(
        "対応が悪い", "complaint", "m1", reason="complaint_recovery", matter="complaint", evidence=["対応が悪い"]
    )
    assert packet([complained, user("/request_agent", "request_agent", "m2")], [], str).signs == ()


def test_a_matter_for_people_is_itself_the_question() -> None:
    matter = [{"article_id": "legal", "title": "法的なご連絡", "probability": 0.9}]
    events = [
        user("送料は？", "faq_answer", "m1", candidates=CANDIDATES),
        user("弁護士から連絡させます", "faq_hand_off", "m2", candidates=matter),
    ]
    found = packet(events, [], str)
    assert found.question == "弁護士から連絡させます"
    assert [one["article_id"] for one in found.candidates] == ["legal"]


def test_articles_shown_carry_the_customers_verdict_however_it_was_given() -> None:
    words = [
        word("m1"),
        word("m1:1", Speaker.BOT, "m1", article_id="a"),
        word("m2", kind=Kind.CHOICE, meta={"command": "/not_solved", "offered_in": "m1"}),
        word("m3"),
        word("m3:1", Speaker.BOT, "m3", article_id="b"),
        word("m4", text="はい"),
        word("m5"),
        word("m5:1", Speaker.BOT, "m5", article_id="c"),
        word("f1", kind=Kind.FEEDBACK, exchange="m5", meta={"value": "not_solved"}),
        word("m6"),
        word("m6:1", Speaker.BOT, "m6", article_id="d"),
    ]
    events = [action("utter_ask_solved"), action("action_listen"), user("はい", "affirm", "m4")]
    found = packet(events, words, lambda id: id.upper())
    verdicts = [(one["article_id"], one["title"], one["verdict"]) for one in found.shown]
    assert verdicts == [
        ("a", "A", "not_solved"),
        ("b", "B", "solved"),
        ("c", "C", "not_solved"),
        ("d", "D", "none"),
    ]


def test_yes_to_something_else_is_no_verdict() -> None:
    words = [word("m1"), word("m1:1", Speaker.BOT, "m1", article_id="a"), word("m2", text="はい")]
    events = [action("utter_candidates"), user("はい", "affirm", "m2")]
    assert packet(events, words, str).shown[0]["verdict"] == "none"


def test_what_the_bot_tried_and_the_page() -> None:
    events = [action("utter_rephrase"), action("utter_candidates"), action("utter_rephrase")]
    found = packet(events, [word("m1", meta={"page": "/cart"}), word("m2")], str)
    assert found.tried == ("rephrase", "clarify")
    assert found.page == "/cart"


def test_the_reason_is_what_the_bot_said_before_it_fetched_somebody() -> None:
    asks = user("送料は？", "faq_answer", "m1")
    for utter, reason in (
        ("utter_mood_to_person", Reason.NEGATIVE_EMOTION),
        ("utter_abuse_to_supervisor", Reason.ABUSE),
        ("utter_misses_to_person", Reason.REPEATED_MISS),
    ):
        assert reason_of([asks, action(utter)]) is reason
        assert reason_of([action(utter), user("人と", "request_agent", "m2")]) is Reason.CUSTOMER_REQUEST


@pytest.mark.parametrize(
    ("given", "sign"),
    [
        (
            {"reason": "complaint_recovery", "matter": "complaint", "evidence": ["対応が悪い", "a@b.jp"]},
            {"kind": "words", "matter": "complaint", "words": ["対応が悪い", "【メール】"]},
        ),
        (
            {"reason": "complaint_recovery", "evidence": ["complaint 0.93"], "feelings": {"complaint": 0.93}},
            {"kind": "score", "score": 0.93},
        ),
        (
            {"reason": "policy_restriction", "evidence": ["個人情報の削除"]},
            {"kind": "article", "words": ["個人情報の削除"]},
        ),
    ],
)
def test_signs_tell_why_without_personal_data(given: dict[str, Any], sign: dict[str, Any]) -> None:
    assert packet([user("…", "complaint", "m1", **given)], [], str).signs == (sign,)


def test_evidence_is_quoted_with_its_sentence() -> None:
    asks = user("鍋の件。オペレータにつないで、090-1234-5678です。早く", "request_agent", "m1", evidence=["オペレータ"])
    assert packet([asks], [], str).evidence == ("オペレータにつないで、【電話番号】です",)
    upset = user("お店の対応が悪いです。", "complaint", "m1", matter="complaint", evidence=["対応が悪い"])
    (sign,) = packet([upset], [], str).signs
    assert (sign["words"], sign["said"]) == (["対応が悪い"], ["お店の対応が悪いです"])


def test_signs_of_the_talk_name_the_messages_by_their_numbers() -> None:
    slots = {
        "misses_total": 2,
        "mood": {"level": 2.1, "turns": [{"message": "m1", "signs": ["words"], "words": ["はあ?"]}]},
        "offences": [{"message": "m9", "kind": "insult", "words": ["クズ"]}],
    }
    found = packet([user("…", "faq_answer", "m1")], [word("m1", seq=4)], str, slots)
    assert found.signs == (
        {"kind": "misses", "count": 2},
        {"kind": "mood", "signs": ["words"], "message": 4, "words": ["はあ?"]},
        {"kind": "abuse", "category": "insult", "message": 0, "words": ["クズ"]},
    )
