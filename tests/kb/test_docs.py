"""The editors' page tells the truth: every field, scope and reason is in it, and its example is a good article."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from kb.article import Article, Scope, Status
from kb.check_article import REASONS, within
from kb.source import Source, parse
from settings import ROOT

PAGE = (ROOT / "docs" / "articles.md").read_text(encoding="utf-8")


def test_every_field_and_value_is_explained() -> None:
    names = {*Article.__fields__, *(scope.value for scope in Scope), *(status.value for status in Status), *REASONS}
    names = names - {"answer"} | {"answer.web", "answer.sms", "answer.speech"}
    assert [name for name in sorted(names) if f"`{name}`" not in PAGE] == []


def test_the_example_is_a_good_article() -> None:
    example = re.search("```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert example is not None
    found = parse(example[1], Path("shipping-fee.yml"))
    assert isinstance(found, Source)
    assert list(within(found, date(2027, 1, 1))) == []
