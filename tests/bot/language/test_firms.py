"""firms.yml: when a message that names another firm is about that firm."""

from __future__ import annotations

import pytest

from bot.language.firms import Firms
from nihongo.normalise import normalise
from tests.bot.language.conftest import table

FIRMS = Firms()
ROWS = [(text, kind == "theirs") for kind, texts in table("firms.yml").items() for text in texts]


@pytest.mark.parametrize(("text", "theirs"), ROWS)
def test_a_name_is_theirs_unless_what_follows_makes_it_ours(text: str, theirs: bool) -> None:
    assert bool(FIRMS.names(normalise(text))) is theirs


def test_the_names_are_known_without_what_follows() -> None:
    assert FIRMS.names("みずほ") == ["みずほ"]
    assert "ours" not in FIRMS.names("ours")
