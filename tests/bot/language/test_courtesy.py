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
_MARKS = ("。", "？", "?", "！")


def decided(understander: Understander, text: str) -> tuple[str, str, str]:
    found = understander.understand(text, {}, TODAY)
    shown = found.candidates[0].article_id if found.decision is Decision.ANSWER else ""
    return found.decision.value, found.intent, shown


@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_titles_and_phrasings_are_decided_alike_within(
    understander: Understander, shop_articles: list[Article], wrapper: str
) -> None:
    articles = [one for one in shop_articles if one.scope is not Scope.STAFF_ONLY]
    texts = [text for one in articles for text in (one.title, *one.phrasings[:1])]
    changed = []
    for text in texts:
        wrapped = wrapper.format(text if text.endswith(_MARKS) else f"{text}。")
        if decided(understander, wrapped) != decided(understander, text):
            changed.append(wrapped)
    assert len(changed) <= 0.02 * len(texts), changed
