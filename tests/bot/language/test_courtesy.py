"""Courtesy around a question changes nothing of what is decided about it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from bot.language.understand import Understander
from bot.language.understanding import Decision
from kb.article import Article, Scope

pytestmark = pytest.mark.model
TODAY = date(2026, 11, 22)
WRAPPERS = YAML(typ="safe").load(Path(__file__).with_name("courtesies.yml"))
Decided = tuple[str, str, str]
_MARKS = ("。", "？", "?", "！")


def decided(understander: Understander, text: str) -> Decided:
    found = understander.understand(text, {}, TODAY)
    shown = found.candidates[0].article_id if found.decision is Decision.ANSWER else ""
    return found.decision.value, found.intent, shown


@pytest.fixture(scope="module")
def plain(understander: Understander, shop_articles: list[Article]) -> dict[str, Decided]:
    """Every third title or phrasing as it stands, and what is decided."""
    articles = [one for one in shop_articles if one.scope is not Scope.STAFF_ONLY]
    texts = [text for one in articles for text in (one.title, *one.phrasings[:1])]
    return {text: decided(understander, text) for text in texts[::3]}


@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_titles_and_phrasings_are_decided_alike_within(
    understander: Understander, plain: dict[str, Decided], wrapper: str
) -> None:
    wrapped = {text: wrapper.format(text if text.endswith(_MARKS) else f"{text}。") for text in plain}
    changed = [around for text, around in wrapped.items() if decided(understander, around) != plain[text]]
    assert len(changed) <= 0.02 * len(plain), changed
