"""safety_forms.yml: a danger is told in every form of its verb."""

from __future__ import annotations

from itertools import product

import pytest
import yaml

from bot.language.by_words import by_words
from tests.bot.language.conftest import HERE

FORMS = yaml.safe_load((HERE / "safety_forms.yml").read_text(encoding="utf-8"))


def sentences(group: str) -> list[str]:
    parts = FORMS[group]
    return ["".join(words) for words in product(parts["who"], parts["what"], parts["done"])]


@pytest.mark.parametrize(("group", "kind"), [("swallowed", "accident"), ("ill", "accident")])
def test_an_accident_is_told_in_every_form(group: str, kind: str) -> None:
    said = [(text, by_words(text)) for text in sentences(group)]
    assert [text for text, found in said if found is None or found.matter != kind] == []


def test_who_announces_a_visit_threatens() -> None:
    said = [(text, by_words(text)) for text in sentences("visit")]
    assert [text for text, found in said if found is None or found.abuse != "threat"] == []


def test_what_only_sounds_like_it_is_neither() -> None:
    assert [text for text in sentences("harmless") if by_words(text)] == []
