"""From what was understood to what is printed, by bench: on understandings and rows made here."""

from __future__ import annotations

from typing import Any

import pytest

from bench import abuse, dialogue, gate, gold, retrieval
from bot.language.understanding import Candidate, Decision, Understanding


def understood(decision: Decision, *ids: str, intent: str = "", probability: float = 0.9) -> Understanding:
    candidates = tuple(Candidate(id, id, 1.0, probability) for id in ids)
    return Understanding("…", decision, intent, probability, candidates=candidates)


def test_retrieval_keeps_its_documented_keys_and_its_outcomes_are_their_shares() -> None:
    ranks = [1, 2, 11, 1]
    found = retrieval.figures(ranks, [1.0] * 4)
    assert list(found) == ["hit@1", "hit@3", "hit@10", "mrr", "n", "p50_ms", "p95_ms"]
    outcomes = retrieval.outcomes(ranks)
    assert list(outcomes) == ["hit@1", "hit@3", "hit@10", "mrr"]
    assert all(sum(of) / 4 == pytest.approx(found[name], abs=1e-4) for name, of in outcomes.items())  # type: ignore[arg-type]


PAIRS = [
    (understood(Decision.ANSWER, "a"), {"a"}),
    (understood(Decision.ANSWER, "b"), {"a"}),
    (understood(Decision.CLARIFY, "b", "a"), {"a"}),
    (understood(Decision.REPHRASE), {"a"}),
]
BEYOND = [understood(Decision.DECLINE, "a", probability=0.1), understood(Decision.ANSWER, "a")]


def test_gate_counts_what_was_decided_inside_and_outside() -> None:
    found = gate.figures(PAIRS, BEYOND)
    assert found["in"] == {"right": 1, "wrong": 1, "clarified_right": 1, "clarified_wrong": 0, "declined": 1}
    assert found["out"] == {"declined": 1, "n": 2}
    assert found["risk_coverage"]["points"][-1]["wrong"] == pytest.approx(5 / 6, abs=1e-4)
    assert 0 <= found["ece"] <= 1


def test_gate_shares_of_inside_and_outside_do_not_mix() -> None:
    outcomes = gate.outcomes(PAIRS, BEYOND)
    assert outcomes["right"] == [1, 0, 0, 0, None, None]
    assert outcomes["out_declined"] == [None] * 4 + [1, 0]


def test_gold_shares_are_of_the_rows_that_they_speak_of() -> None:
    rows: list[Any] = [
        (gold.Row("送料は", "plain", articles=("a",)), understood(Decision.ANSWER, "a"), "right"),
        (gold.Row("返品は", "plain", articles=("b",)), understood(Decision.ANSWER, "a"), "wrong"),
        (gold.Row("天気は", "general", expect="decline"), understood(Decision.ANSWER, "a"), "wrong"),
        (gold.Row("人を", "plain", expect="person"), understood(Decision.TALK), "talk:request_agent"),
    ]
    found = gold.figures(rows)
    assert (found["n"], found["in_scope"], found["in_scope_wrong"]) == (4, 2, 0.5)
    assert found["answers_right"] == 0.3333 and found["outside_declined"] == 0.0 and found["person_recognised"] == 1.0
    assert found["interval"]["person_recognised"] == [1.0, 1.0] and found["interval"]["abuse_flagged"] is None


@pytest.mark.parametrize(
    ("decision", "intent", "heard"),
    [
        (Decision.TALK, "affirm", "yes"),
        (Decision.TALK, "deny", "no"),
        (Decision.TALK, "request_agent", "request"),
        (Decision.TALK, "thanks", "other"),
        (Decision.DECLINE, "faq_decline", "request"),
    ],
)
def test_what_was_decided_is_heard_as_an_act(decision: Decision, intent: str, heard: str) -> None:
    assert dialogue.heard(understood(decision, intent=intent)) == heard


def test_dialogue_counts_acts_against_what_was_heard() -> None:
    acts = [dialogue.act({"speech_act": name}) for name in ("はい", "はい", "いいえ", "要求", "感想")]
    found = dialogue.figures(
        [("…", act, heard) for act, heard in zip(acts, ["yes", "no", "no", "request", "yes"], strict=True)]
    )
    assert found["confusion"]["yes"] == {"yes": 1, "no": 1, "request": 0, "other": 0}
    assert (found["accuracy"], found["recall yes"], found["precision yes"]) == (0.75, 0.5, 0.5)
    assert found["recall no"] == found["recall request"] == 1.0 and found["n"] == 5


def votes(harmless: int, toxic: int, voters: int) -> dict[str, str]:
    counts = {"Not Toxic": harmless, "Toxic": toxic, "Very Toxic": 0, "category_卑語": toxic, "annotation_num": voters}
    return {"text": "…"} | {name: str(count) for name, count in counts.items()}


def test_only_what_more_than_half_agree_on_is_clear() -> None:
    assert [abuse.toxic(votes(*count, 4)) for count in ((1, 3), (4, 0), (2, 2), (0, 2))] == [True, False, None, None]


def test_abuse_counts_recall_and_false_alarms_by_themselves() -> None:
    rows, flagged = [votes(0, 4, 4), votes(0, 4, 4), votes(4, 0, 4), votes(4, 0, 4)], [True, False, False, False]
    found = abuse.figures(rows, flagged)
    assert (found["recall"], found["false_alarms"], found["toxic"], found["harmless"]) == (0.5, 0.0, 2, 2)
    assert found["by_category"] == {"卑語": [1, 2]}
    by_limit = {one["from"]: one["recall"] for one in abuse.curve(rows, [0.9, 0.35, 0.2, 0.1])}
    assert by_limit[0.3] == 1.0 and by_limit[0.4] == 0.5
