"""Saving: whole or not at all, one at a time, nothing lost; what is written is read back the same."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from kb import versions
from kb.article import Answer, Article, Scope, Status
from kb.editing import Conflict, Editing
from kb.files import load
from kb.problem import Refused
from kb.render import read_back, render
from settings import ROOT

Make = Callable[..., Article]
TEXT = st.text(max_size=60)
LINE = st.text(min_size=1, max_size=30).filter(lambda text: Article(id="a", title="t", category="c", owner=text).owner)
LINES = st.lists(LINE, max_size=4)
DAY = st.none() | st.dates()
ARTICLES = st.builds(
    Article,
    id=st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,2}", fullmatch=True),
    title=LINE,
    status=st.sampled_from(Status),
    scope=st.sampled_from(Scope),
    reason=st.none() | LINE,
    category=LINE,
    keywords=LINES,
    phrasings=LINES,
    answer=st.builds(Answer, web=TEXT, sms=TEXT, speech=TEXT),
    related=LINES,
    owner=TEXT,
    review_by=DAY,
    valid_from=DAY,
    valid_until=DAY,
    version=st.integers(0, 10**6),
    updated_by=TEXT,
    updated_at=st.none() | st.datetimes(timezones=st.just(timezone.utc)),
)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(ARTICLES)
def test_what_is_written_is_read_back(article: Article) -> None:
    assert read_back(render(article)) == article


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(ARTICLES, ARTICLES)
def test_written_over_another_it_is_read_back_too(before: Article, after: Article) -> None:
    assert read_back(render(after, render(before))) == after


@pytest.mark.slow
def test_an_untouched_file_is_written_as_it_was() -> None:
    for source in load(ROOT / "kb" / "articles").sources:
        text = source.path.read_text(encoding="utf-8")
        assert render(source.article, text) == text, source.path


def test_comments_and_order_stay(make: Make) -> None:
    old = (
        render(make("a"))
        .replace("title:", "# 題は短く\ntitle:")
        .replace("  - aの聞き方その三", "  - aの聞き方その三 # 電話から")
    )
    article = read_back(old)
    assert article is not None
    changed = article.copy(update={"owner": "新チーム", "phrasings": (*article.phrasings[1:], "新しい聞き方")})
    new = render(changed, old)
    assert "# 題は短く\ntitle:" in new
    assert "  - aの聞き方その三 # 電話から" in new
    assert "新しい聞き方" in new
    assert "その一" not in new


@pytest.fixture
def editing(kb_dir: Path, sql: sa.engine.Engine) -> Editing:
    return Editing(kb_dir, sql)


def test_a_saved_article_has_the_next_version_and_its_author(editing: Editing, make: Make) -> None:
    saved = editing.save(make("shipping-fee", title="送料はいくら？"), "佐藤", expected_version=1)
    assert isinstance(saved, Article)
    assert (saved.version, saved.updated_by) == (2, "佐藤")
    assert load(editing.kb_dir).articles["shipping-fee"] == saved
    assert [entry.action for entry in versions.of_article(editing.engine, saved.id)] == ["save", "found"]


def test_who_comes_second_is_told_who_saved(editing: Editing, make: Make) -> None:
    editing.save(make("shipping-fee", title="送料はいくら？"), "佐藤", expected_version=1)
    refused = editing.save(make("shipping-fee", title="別の題"), "鈴木", expected_version=1)
    assert isinstance(refused, Conflict)
    assert refused.theirs is not None
    assert refused.theirs.updated_by == "佐藤"


def test_of_many_saving_at_once_one_wins(editing: Editing, make: Make) -> None:
    def save(number: int) -> object:
        return editing.save(make("shipping-fee", title=f"題{number}"), f"編集者{number}", expected_version=1)

    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(save, range(8)))
    won = [result for result in results if isinstance(result, Article)]
    assert len(won) == 1
    assert sum(isinstance(result, Conflict) for result in results) == 7
    assert load(editing.kb_dir).articles["shipping-fee"].title == won[0].title


def test_a_new_article_lies_beside_its_category(editing: Editing, make: Make) -> None:
    saved = editing.save(make("island-fee"), "佐藤", expected_version=0)
    assert isinstance(saved, Article)
    assert (editing.kb_dir / "delivery" / "island-fee.yml").is_file()


def test_a_new_article_never_falls_on_another_file(editing: Editing, make: Make) -> None:
    path = editing.kb_dir / "delivery" / "island-fee.yml"
    path.write_text("id: [", encoding="utf-8")
    assert isinstance(editing.save(make("island-fee"), "佐藤", expected_version=0), Refused)
    assert path.read_text(encoding="utf-8") == "id: ["


def test_a_ready_article_with_errors_is_refused_a_draft_is_not(editing: Editing, make: Make) -> None:
    faulty = make("island-fee", answer={"web": "あり"})
    assert isinstance(editing.save(faulty, "佐藤", expected_version=0), Refused)
    draft = faulty.copy(update={"status": Status.DRAFT})
    assert isinstance(editing.save(draft, "佐藤", expected_version=0), Article)


def test_withdrawing_makes_a_draft_and_deleting_keeps_the_text(editing: Editing) -> None:
    withdrawn = editing.withdraw("shipping-fee", "佐藤", expected_version=1)
    assert isinstance(withdrawn, Article)
    assert set(load(editing.kb_dir).ready) == {"free-shipping"}
    assert isinstance(editing.delete("shipping-fee", "佐藤", expected_version=1), Conflict)
    editing.delete("shipping-fee", "佐藤", expected_version=2)
    assert set(load(editing.kb_dir).articles) == {"free-shipping"}
    kept = versions.of_article(editing.engine, "shipping-fee")
    assert [entry.action for entry in kept] == ["delete", "withdraw", "found"]
    assert read_back(kept[0].yaml) == withdrawn


def test_a_deleted_article_written_anew_goes_on_counting(editing: Editing, make: Make) -> None:
    editing.delete("shipping-fee", "佐藤", expected_version=1)
    again = editing.save(make("shipping-fee"), "佐藤", expected_version=0)
    assert isinstance(again, Article)
    assert again.version == 3


def test_no_unfinished_file_is_left_or_read(editing: Editing, make: Make) -> None:
    (editing.kb_dir / "delivery" / ".shipping-fee.yml.1.tmp").write_text("id: ", encoding="utf-8")
    (editing.kb_dir / "delivery" / ".half.yml").write_text("id: ", encoding="utf-8")
    editing.save(make("shipping-fee"), "佐藤", expected_version=1)
    loaded = load(editing.kb_dir)
    assert (len(loaded.articles), loaded.problems) == (2, ())
