"""bench/gold, the half that chose no threshold: how often the bot is right, judged at every build.

Without E5, whose vectors take minutes on a fresh clone; `python -m bench gold` judges with it.
"""

from __future__ import annotations

from typing import Any

import pytest

from bench.gold import Row, figures, judge, rows
from bot.language.dialogue import asked, examples, outside, rough, unclear
from bot.language.understand import Understander
from kb.article import Article
from nihongo.normalise import compare_key

pytestmark = pytest.mark.model
ROWS = rows()
# What is promised.
AT_LEAST = {
    "answers_right": 0.95,
    "in_scope_answered": 0.75,
    "in_scope_right_or_offered": 0.92,
    "outside_declined": 0.95,
    "person_recognised": 0.99,
    "complaint_to_person": 0.95,
    "abuse_flagged": 0.90,
}
AT_MOST = {"in_scope_wrong": 0.02, "complaint_flagged": 0.01}


@pytest.fixture(scope="session")
def judged(understander: Understander, shop_articles: list[Article]) -> dict[str, Any]:
    found = figures(judge(understander, {a.id: a for a in shop_articles}, [row for row in ROWS if row.judges]))
    print({name: figure for name, figure in found.items() if name != "by_kind"})
    return found


@pytest.mark.parametrize(("name", "least"), AT_LEAST.items())
def test_at_least_as_often_as_promised(judged: dict[str, Any], name: str, least: float) -> None:
    assert judged[name] >= least


@pytest.mark.parametrize(("name", "most"), AT_MOST.items())
def test_at_most_as_often_as_promised(judged: dict[str, Any], name: str, most: float) -> None:
    assert judged[name] <= most


def test_the_set_is_as_large_as_promised_and_every_row_is_one() -> None:
    assert sum(row.in_scope or row.expect in ("decline", "talk", "unclear") for row in ROWS) >= 1000
    for expect, least in (("person", 150), ("complaint", 100), ("abuse", 60)):
        assert sum(row.expect == expect for row in ROWS) >= least
    assert len({(row.text, row.previous) for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", [row for row in ROWS if row.in_scope], ids=lambda row: row.place)
def test_rows_name_articles_that_are_there(row: Row, shop_articles: list[Article]) -> None:
    assert {*row.articles, *row.both, *filter(None, [row.after])} <= {article.id for article in shop_articles}


def test_no_row_was_learned(shop_articles: list[Article]) -> None:
    talk = [text for texts in examples().values() for text in texts]
    known = {compare_key(text) for text in (*asked(shop_articles), *outside(), *unclear(), *rough(), *talk)}
    assert [row.text for row in ROWS if compare_key(row.text) in known and not _bare(row)] == []


def _bare(row: Row) -> bool:
    """A word or two may well be both."""
    return len(compare_key(row.text)) <= 8
