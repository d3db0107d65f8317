"""firms.yml: when a message that names another firm is about that firm."""

from __future__ import annotations

import pytest

from bot.language.firms import Firms
from bot.language.understand import Understander
from nihongo.normalise import normalise
from tests.bot.language.conftest import table

FIRMS = Firms()
ROWS = [(text, kind == "theirs") for kind, texts in table("firms.yml").items() for text in texts]


@pytest.mark.parametrize(("text", "theirs"), ROWS)
def test_a_name_is_theirs_unless_what_follows_makes_it_ours(text: str, theirs: bool) -> None:
    assert bool(FIRMS.names(normalise(text))) is theirs


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("ヨドバシより高い", "他店より高い"),
        ("みずほ銀行から振り込みました", "銀行から振り込みました"),
        ("楽天カードは使えますか", "クレジットカードは使えますか"),
        ("楽天ペイで払えますか", "楽天ペイで払えますか"),
        ("Amazonの返品方法は", "amazonの返品方法は"),
    ],
)
def test_what_is_our_matter_is_read_without_the_name(text: str, read: str) -> None:
    assert FIRMS.read(normalise(text)) == read


def test_the_names_are_known_without_what_follows() -> None:
    assert FIRMS.names("みずほ") == ["みずほ"]
    assert "ours" not in FIRMS.names("ours")


@pytest.mark.model
@pytest.mark.parametrize(
    ("text", "theirs"),
    [
        ("楽天で買った商品の返品はできますか", True),  # an article speaks of 楽天ペイ
        ("Amazonの返品方法は", True),  # of Amazon Pay
        ("Amazon Payは使えますか", False),
        ("auに乗り換えたのでメールアドレスを変えたい", False),  # of au itself
    ],
)
def test_a_name_in_an_article_is_ours_unless_it_only_begins_what_one_pays_with(
    understander: Understander, text: str, theirs: bool
) -> None:
    assert understander.index
    assert FIRMS.named(normalise(text), understander.index) is theirs
