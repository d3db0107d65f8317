"""Questions rewritten, and what readings make of them."""

from __future__ import annotations

import pytest

from bench import kana, sounds
from bot.language.tokens import Tokeniser
from kb.article import Article, Scope


@pytest.fixture(scope="module")
def words() -> Tokeniser:
    return Tokeniser()


@pytest.mark.parametrize(
    ("text", "read"), [("返品の送料は?", "へんぴんのそうりょうは"), ("返品", "へんぴん"), ("恋", "こい"), ("あ", "あ")]
)
def test_a_reading_is_put_together_from_its_sounds(words: Tokeniser, text: str, read: str) -> None:
    assert sounds.reading(words, text) == read


def test_the_longest_word_is_replaced_and_nothing_where_there_is_none() -> None:
    rewrite = kana.replacing({"履歴": "ふくれき", "購入履歴": "こうにゅうふくれき"})
    assert rewrite("購入履歴と履歴") == "こうにゅうふくれきとふくれき"
    assert rewrite("返品したい") == "返品したい" == kana.replacing({})("返品したい")


def test_every_phrasing_is_held_out_once_and_gone_from_its_article() -> None:
    article = Article(id="a", title="題", category="c", phrasings=tuple(f"文{i}" for i in range(12)))
    staff = article.copy(update={"id": "b", "scope": Scope.STAFF_ONLY})
    asked = [text for fold in range(kana.FOLDS) for text, _ in kana.held_out([article, staff], fold)]
    assert sorted(asked) == sorted(article.phrasings)
    for fold in range(kana.FOLDS):
        held = {text for text, _ in kana.held_out([article], fold)}
        assert held.isdisjoint(kana.without(article, fold).phrasings)
        assert held.union(kana.without(article, fold).phrasings) == set(article.phrasings)


def test_the_change_is_counted_on_the_same_phrasings() -> None:
    asked = [kana.Asked("kana", 1, 3), kana.Asked("kana", 1, 0), kana.Asked("variant", 2, 1)]
    found = kana.figures(asked)
    assert found["kana"]["n"] == 2 and found["kana"]["original hit@1"] == 1.0
    assert found["kana"]["rewritten hit@3"] == 0.5
    assert found["kana"]["change"]["hit@1"] == {"difference": -1.0, "interval": [-1.0, -1.0], "beyond": True}
    assert found["variant"]["change"]["hit@1"]["difference"] == 1.0


def test_kana_meets_the_kanji_that_is_read_alike(words: Tokeniser) -> None:
    rows = [{"kana_input": typed, "expected": meant} for typed, meant in (("へんぴん", "返品"), ("くるま", "送料"))]
    found = sounds.meetings(words, rows)
    assert (found["same"], found["found_first"], found["overlap"]) == (0.5, 0.5, 0.5)


def test_a_word_is_read_rightly_or_as_misread(words: Tokeniser) -> None:
    rows = [
        {"word": "返品", "wrong_reading": "へんしな", "right_reading": "へんぴん"},
        {"word": "返品", "wrong_reading": "ヘンピン", "right_reading": "へんしな"},
    ]
    found = sounds.readings(words, rows)
    assert (found["right"], found["wrong"]) == (0.5, 0.5)
