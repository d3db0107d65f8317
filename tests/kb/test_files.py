"""Reading the files: lines are right, values stay as written, a broken file hides nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kb.files import load
from kb.problem import Problem, reason, words
from kb.source import Source, parse
from settings import ROOT


def problems(text: str) -> list[Problem]:
    found = parse(text, Path("x.yml"))
    assert isinstance(found, list)
    return found


def test_every_article_of_the_shop_is_read() -> None:
    loaded = load(ROOT / "kb" / "articles")
    assert loaded.problems == ()
    assert len(loaded.articles) == len(loaded.sources) >= 80


def test_a_broken_file_never_hides_the_others(kb_dir: Path) -> None:
    (kb_dir / "delivery" / "broken.yml").write_text("id: broken\ntitle: [開いたまま\n", encoding="utf-8")
    (kb_dir / "delivery" / "latin.yml").write_bytes("id: latin\ntitle: 送料\n".encode("cp932"))
    loaded = load(kb_dir)
    assert set(loaded.articles) == {"shipping-fee", "free-shipping"}
    assert [(problem.file.name, problem.code) for problem in loaded.problems] == [
        ("broken.yml", "broken_yaml"),
        ("latin.yml", "unreadable"),
    ]


def test_a_changed_file_is_read_again(kb_dir: Path) -> None:
    path = kb_dir / "delivery" / "shipping-fee.yml"
    before = load(kb_dir).articles["shipping-fee"].title
    path.write_text(path.read_text(encoding="utf-8").replace(before, "送料はいくら"), encoding="utf-8")
    assert load(kb_dir).articles["shipping-fee"].title == "送料はいくら"


def test_values_stay_what_the_editor_wrote() -> None:
    found = parse("id: a\ntitle: 10:30\ncategory: no\nkeywords: [24, yes, 1e3, 012]\n", Path("a.yml"))
    assert isinstance(found, Source)
    assert (found.article.title, found.article.category) == ("10:30", "no")
    assert found.article.keywords == ("24", "yes", "1e3", "012")


def test_a_field_knows_its_line() -> None:
    text = "id: a\ntitle: 題\ncategory: 配送\nphrasings:\n  - 一\n  - 二\nanswer:\n  web: |\n    本文\n  sms: 短文\n"
    found = parse(text, Path("a.yml"))
    assert isinstance(found, Source)
    assert [found.line("title"), found.line("phrasings", 1), found.line("answer", "sms")] == [2, 6, 10]
    assert [found.line("answer", "speech"), found.line("owner")] == [7, 1]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("id: a\ntitle: 題\n", "missing_field", 1),
        ("id: a\ntitle: 題\ncategory: 配送\ntilte: 題\n", "unknown_field", 4),
        ("id: 送料\ntitle: 題\ncategory: 配送\n", "bad_id", 1),
        ("id: a\ntitle: 題\ncategory: 配送\nscope: everyone\n", "bad_scope", 4),
        ("id: a\ntitle: 題\ncategory: 配送\nstatus: done\n", "bad_status", 4),
        ("id: a\ntitle: 題\ncategory: 配送\nreview_by: 2027\n", "bad_date", 4),
        ("id: a\ntitle: 題\ncategory: 配送\nvalid_until: 2027-02-30\n", "bad_date", 4),
        ("id: a\nid: b\ntitle: 題\n", "repeated_field", 2),
        ("id: a\ntitle: 題\ncategory: 配送\nphrasings: 送料\n", "not_a_list", 4),
        ("id: a\n\ttitle: 題\n", "broken_yaml", 2),
        ("a: *x\n", "broken_yaml", 1),
        ("a: &x\n  b: *x\n", "too_deep", 1),
        ("a:\n b:\n  c:\n   d:\n    e:\n     f: 1\n", "too_deep", 6),
        ("- 送料\n", "not_an_article", 1),
        ("", "not_an_article", 1),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, code: str, line: int) -> None:
    assert (code, line) in [(problem.code, problem.line) for problem in problems(text)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("id: a\ntitle: 送料: 全国\n", "「: 」が二つ"),
        ("id: a\ntitle\ncategory: 配送\n", "「: 」がありません"),
        ("id: a\n\ttitle: 題\n", "タブ"),
        ("\tid: a\n", "タブ"),
        ("answer:\n  web: |\n\t送料\n", "タブ"),
        ("title: @送料\n", "@ % `"),
        ("title: [開いたまま\nid: a\n", "[ や { が閉じて"),
        ("title: {開いたまま\n", "[ や { が閉じて"),
        ('title: "開いたまま\nid: a\n', "引用符が閉じて"),
        ("answer:\n  web: a\n sms: b\n", "字下げが上下の行と"),
        ("title: *必須\n", "* か &"),
        ("a: *x\n", "* で始まって"),
        ('title: "\\q"\n', "「\\\\」と書く"),
        ("id: a\n---\nid: b\n", "「---」"),
        ("title: \x01\n", "制御文字"),
        ("id: a\ncategory: b\ntitle: [送料]\n", "一覧や入れ子に"),
        ("id: a\ncategory: b\ntitle: c\nversion: 初\n", "整数で"),
        ("id: a\ncategory: b\ntitle: c\nupdated_at: 昨日\n", "日時で"),
    ],
)
def test_what_the_libraries_say_is_told_in_japanese(text: str, told: str) -> None:
    messages = [problem.message for problem in problems(text)]
    assert any(told in message for message in messages), messages
    assert not re.search(r"[a-z]{3,} [a-z]{3,}", "".join(messages))


def test_what_we_have_no_words_for_is_left_out(kb_dir: Path) -> None:
    (problem,) = problems("%YAML 3\n---\nid: a\n")
    assert problem.message.startswith("YAML の書き方が正しくありません。この行")
    (kb_dir / "latin.yml").write_bytes("title: 送料\n".encode("cp932"))
    (kb_dir / "long.yml").write_text("a" * 200_001)
    latin, long = load(kb_dir).problems
    assert "UTF-8 で書かれていません" in latin.message
    assert "大きすぎます" in long.message


def test_the_same_is_told_without_the_fast_reader() -> None:
    """ruamel's own scanner, there where its C library is not, has other words."""
    said = ["mapping values are not allowed here", "expected <block end>, but found '<scalar>'"]
    said += ["found character '\\t' that cannot start any token", "found undefined alias 'x'"]
    said += ["while scanning a simple key\n could not find expected ':'", "expected the node content, but found ']'"]
    assert all(reason(one) for one in said)


def test_every_problem_speaks_japanese() -> None:
    assert all(any(char > "\u3000" for char in sentence) for sentence in words().values())
    assert str(problems("id: a\n")[0]).startswith("x.yml:1: エラー: ")
