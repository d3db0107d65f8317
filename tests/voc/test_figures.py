"""Each figure on a small week that can be counted by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from voc.figures import Line, Rate, Report, report
from voc.report import as_dict, as_text
from voc.words import words

NOW = 1_790_000_000.0
DAY = 86_400.0
PLAIN = Line("c", "e", "2026-09-01", NOW, "web", "", "answered", None, None, 100, "none", False, None)


def line(talk: str, outcome: str, **fields: object) -> Line:
    return replace(PLAIN, conversation_id=talk, outcome=outcome, **fields)  # type: ignore[arg-type]


def told(*lines: Line) -> Report:
    return report(lines, "2026-09-01", "2026-09-07", NOW)


def test_answer_rate_counts_only_what_the_bot_owed_an_answer() -> None:
    lines = [line("a", outcome) for outcome in ("answered", "missed", "declined", "failed", "clarified", "handed_off")]
    extra = [line("a", outcome) for outcome in ("small_talk", "action", "with_agent", "refused")]
    found = told(*lines, *extra)
    assert found.rates["answer"] == Rate(1, 6)
    assert found.rates["coverage"] == Rate(2, 4)
    assert found.rates["hand_off"] == Rate(1, 6)


def test_silence_is_never_solved() -> None:
    put = [line("a", "answered", solved_asked=True, feedback=said) for said in ("solved", "not_solved", "none", "none")]
    not_put = line("a", "answered", feedback="solved")
    assert told(*put, not_put).rates["self_resolution"] == Rate(1, 4)


def test_a_rate_without_a_base_says_so() -> None:
    assert told().rates["answer"].share is None
    assert words()["report"]["no_base"] in as_text(told())


def test_first_miss_looks_at_the_first_question_of_each_talk() -> None:
    lines = [
        line("a", "small_talk"),
        line("a", "missed", opened_at=NOW + 1),
        line("a", "answered", opened_at=NOW + 2),
        line("b", "answered"),
        line("c", "with_agent"),
    ]
    assert told(*lines).rates["first_miss"] == Rate(1, 2)


def test_automation_is_involvement_times_resolution() -> None:
    lines = [
        line("a", "answered", feedback="solved"),
        line("b", "answered", feedback="solved"),
        line("b", "handed_off"),
        line("c", "answered"),
        line("d", "handed_off"),
        line("e", "small_talk"),
    ]
    rates = told(*lines).rates
    assert (rates["involvement"], rates["resolution"], rates["automation"]) == (Rate(3, 4), Rate(1, 3), Rate(1, 4))


def test_durable_resolution_needs_a_week_of_silence_from_the_same_customer() -> None:
    long_ago = {"opened_at": NOW - 9 * DAY, "article_id": "fee", "feedback": "solved"}
    lines = [
        line("a", "answered", **long_ago, contact="x"),
        line("a2", "answered", opened_at=NOW - 8 * DAY, article_id="fee", contact="x"),
        line("b", "answered", **long_ago, contact="y"),
        line("b2", "answered", opened_at=NOW - 8 * DAY, article_id="other", contact="y"),
        line("c", "answered", feedback="solved", article_id="fee"),
    ]
    assert told(*lines).rates["durable"] == Rate(1, 4)


def test_unanswered_questions_are_grouped_as_they_read_and_the_most_frequent_comes_first() -> None:
    lines = [
        line("a", "missed", question="支払い方法は？", opened_at=NOW),
        line("b", "handed_off", question="支払い方法は", opened_at=NOW + 1, exchange_id="last", reason="repeated_miss"),
        line("c", "declined", question="天気は？", opened_at=NOW + 2),
        line("d", "handed_off", question="人と話したい", reason="customer_request"),
    ]
    first, second = told(*lines).unanswered
    assert (first.count, first.example, first.outcomes) == (2, ("b", "last"), {"missed": 1, "handed_off": 1})
    assert (second.question, second.count) == ("天気は？", 1)


def test_articles_are_ranked_with_what_customers_said_of_them() -> None:
    lines = [
        line("a", "answered", article_id="fee", solved_asked=True, feedback="solved"),
        line("b", "answered", article_id="fee", solved_asked=True),
        line("c", "answered", article_id="return"),
    ]
    first, second = told(*lines).articles
    assert (first.article_id, first.shown, first.solved, first.solving) == ("fee", 2, 1, Rate(1, 2))
    assert second.solving.share is None


def test_days_channels_reasons_and_latency() -> None:
    lines = [
        line("a", "answered", latency_ms=100),
        line("b", "handed_off", channel="sms", reason="after_hours", latency_ms=300),
        line("c", "with_agent", latency_ms=90_000, day="2026-09-02"),
    ]
    found = told(*lines)
    assert [(day.day, day.channel, day.exchanges) for day in found.days] == [
        ("2026-09-01", "sms", 1),
        ("2026-09-01", "web", 1),
        ("2026-09-02", "web", 1),
    ]
    assert found.reasons == {"after_hours": 1}
    assert found.latency_ms == {"p50": 200, "p95": 290}


def test_the_report_prints_every_rate_with_its_formula() -> None:
    found = told(line("a", "answered"))
    text = as_text(found)
    for name, rate in words()["rates"].items():
        assert rate["name"] in text
        assert rate["formula"] in text
        assert as_dict(found)["rates"][name]["formula"] == rate["formula"]


@pytest.mark.parametrize("table", ["outcomes", "reasons"])
def test_every_outcome_and_reason_has_a_japanese_name(table: str) -> None:
    from handoff.ticket import Reason
    from voc.exchange import Outcome

    wanted = {one.value for one in (Outcome if table == "outcomes" else Reason)}
    assert wanted <= set(words()[table])
