"""dialogues.yml: what a message means after the ones before it, as the connector tells the language process of them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import yaml

from bot.language.understand import Understander
from bot.language.understanding import Decision, Understanding
from kb.article import Article
from tests.bot.language.conftest import HERE

pytestmark = pytest.mark.model
TODAY = date(2026, 11, 22)
ROWS: list[dict[str, Any]] = yaml.safe_load((HERE / "dialogues.yml").read_text(encoding="utf-8"))
_SHOWN = {Decision.ANSWER: 1, Decision.CLARIFY: 3}


def surfaced(found: Understanding) -> list[str]:
    """What the customer sees of the articles."""
    also = [one.article_id for one in found.also]
    return [one.article_id for one in found.candidates[: _SHOWN.get(found.decision, 0)]] + also


def after(context: dict[str, Any], text: str, found: Understanding) -> dict[str, Any]:
    """What the connector tells of this turn in the next one: talk changes nothing."""
    if found.decision is Decision.TALK:
        return context
    seen = surfaced(found)
    if found.decision is Decision.ANSWER:
        return {"article": seen[-1], "question": text}
    return {"question": text, "offered": seen}


def play(understander: Understander, turns: list[str]) -> Understanding:
    context: dict[str, Any] = {}
    for text in turns[:-1]:
        context = after(context, text, understander.understand(text, context, TODAY))
    return understander.understand(turns[-1], context, TODAY)


@pytest.mark.parametrize(
    ("shown", "text", "expected"),
    [
        ("return-how", "それって何日以内ですか？", "return-period"),
        ("shipping-fee", "沖縄だと？", "shipping-fee-islands"),
    ],
)
def test_an_article_shown_elsewhere_is_leant_on(
    understander: Understander, shop_articles: list[Article], shown: str, text: str, expected: str
) -> None:
    """Who goes on by telephone: the question is the article's title (channels/before.py)."""
    title = next(one.title for one in shop_articles if one.id == shown)
    found = understander.understand(text, {"article": shown, "question": title, "offered": []}, TODAY)
    assert found.decision is Decision.ANSWER and surfaced(found) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("送料はいくらですか", "shipping-fee"),
        ("送料はいくら", "shipping-fee"),
        ("送料は", "shipping-fee"),
        ("沖縄", "shipping-fee-islands"),
        ("離島のほう", "shipping-fee-islands"),
        ("離島の送料", "shipping-fee-islands"),
        ("離島への送料はいくらですか", "shipping-fee-islands"),
    ],
)
def test_a_piece_of_what_was_offered_that_asks_for_another_article_is_a_new_question(
    understander: Understander, text: str, expected: str
) -> None:
    offered = ["shipping-fee-islands", "delivery-overseas", "large-delivery"]
    found = understander.understand(text, {"question": "北海道に送れますか", "offered": offered}, TODAY)
    assert surfaced(found)[0] == expected, surfaced(found)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: " / ".join(row["turns"]))
def test_the_last_message_means_what_the_table_says(understander: Understander, row: dict[str, Any]) -> None:
    found = play(understander, row["turns"])
    seen, expected = surfaced(found), row.get("expect", [])
    said = f"{found.decision.value} {found.intent} {[(c.article_id, c.probability) for c in found.candidates[:3]]}"
    assert not set(seen) & set(row.get("not", [])), said
    if expected:
        assert found.decision is Decision.ANSWER or row.get("offer"), said
        assert set(seen) & set(expected), said
    answers = len(seen) if found.decision is Decision.ANSWER else 0
    assert answers == row.get("answers", answers), said
    assert found.more == row.get("left", found.more), said
    assert found.unanswered == row.get("unanswered", found.unanswered), said
