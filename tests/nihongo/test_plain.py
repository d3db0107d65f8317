"""Markdown as plain text and as safe HTML."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nihongo.plain import plain, render_html

TAGS = {"p", "br", "hr", "strong", "em", "s", "code", "pre", "blockquote", "a", "ul", "ol", "li"} | {
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}

ANSWER = """送料は**全国一律550円**です。

- 沖縄・離島は[1,650円](https://shop.example/fee)
- 3,980円以上で無料
  1. 会員
  2. ゲスト

お電話でも承ります。"""


def test_marks_go_and_words_stay() -> None:
    assert plain(ANSWER).split("\n") == [
        "送料は全国一律550円です。",
        "",
        "・沖縄・離島は1,650円",
        "・3,980円以上で無料",
        "　1. 会員",
        "　2. ゲスト",
        "",
        "お電話でも承ります。",
    ]


def test_links_stand_behind_their_words_where_asked_for() -> None:
    assert (
        plain("[送料](https://shop.example/fee)をご覧ください", links=True)
        == "送料 https://shop.example/fee をご覧ください"
    )


def test_tables_quotes_and_code_are_readable() -> None:
    assert plain("|地域|送料|\n|-|-|\n|本州|550円|\n\n> 引用\n\n`TB1`") == "地域　送料\n本州　550円\n\n引用\n\nTB1"


def test_links_open_outside_and_carry_nothing() -> None:
    html = render_html("[送料](https://shop.example/fee)")
    assert html == (
        '<p><a href="https://shop.example/fee" target="_blank" rel="noopener noreferrer nofollow">送料</a></p>\n'
    )


@pytest.mark.parametrize("target", ["https://a.example", "http://a.example", "mailto:a@a.example", "tel:0120000123"])
def test_the_allowed_schemes_keep_their_target(target: str) -> None:
    assert f'href="{target}"' in render_html(f"[x]({target})")


@pytest.mark.parametrize(
    "markdown",
    ["[x](javascript:alert(1))", "[x](data:text/html,x)", "[x](/relative)", "[x](//a.example)", "[x](ftp://a.example)"]
    + [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![x](https://a.example/x.png)",
        "<a href='javascript:x'>x</a>",
    ],
)
def test_nothing_else_can_be_followed_run_or_loaded(markdown: str) -> None:
    html = render_html(markdown)
    assert not re.search(r"<(?:script|img)|<[^>]*href=", html)


@example("\ud800")
@given(st.text(st.characters() | st.sampled_from("*_[]()<>#-`|!\n a"), max_size=80))
def test_any_text_renders_without_scripts_and_reads_without_failing(text: str) -> None:
    plain(text)
    assert set(re.findall(r"<([a-z0-9]+)", render_html(text))) <= TAGS
