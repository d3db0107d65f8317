"""katakana.yml: what is written in katakana alone is read as in hiragana where more is understood so."""

from __future__ import annotations

from datetime import date

import pytest
import yaml

from bot.language.understand import Understander
from bot.language.understanding import Decision, Understanding
from nihongo.normalise import in_hiragana
from tests.bot.language.conftest import HERE

ROWS = yaml.safe_load((HERE / "katakana.yml").read_text(encoding="utf-8"))


def said(understander: Understander, text: str) -> Understanding:
    return understander.understand(text, {}, date(2026, 11, 22))


@pytest.mark.model
@pytest.mark.parametrize(("text", "articles"), ROWS["questions"].items())
def test_its_article_is_answered_or_offered(understander: Understander, text: str, articles: list[str]) -> None:
    found = said(understander, text)
    offered = {Decision.ANSWER: 1, Decision.CLARIFY: 3}.get(found.decision, 0)
    assert {one.article_id for one in found.candidates[:offered]} & set(articles), found
    assert found.text == text  # what was said stays as it was written


@pytest.mark.model
@pytest.mark.parametrize(("text", "intent"), ROWS["talk"].items())
def test_talk_is_heard(understander: Understander, text: str, intent: str) -> None:
    assert said(understander, text).intent == intent


@pytest.mark.model
@pytest.mark.parametrize("text", ROWS["not_answered"])
def test_no_article_is_told_by_chance(understander: Understander, text: str) -> None:
    assert said(understander, text).decision is not Decision.ANSWER


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("ソウリョウ イクラ?", "そうりょう いくら?"),
        ("送料イクラ", None),
        ("ハイ", None),
        ("そうりょう", None),
        ("1234", None),
    ],
)
def test_only_katakana_alone_is_read_otherwise(text: str, plain: str | None) -> None:
    assert in_hiragana(text) == plain
