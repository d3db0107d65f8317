"""asked_day_table.yml: which day a question about hours is about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from nihongo.asked_day import Kind, asked_day

TABLE = yaml.safe_load(Path(__file__).with_name("asked_day_table.yml").read_text(encoding="utf-8"))


def dated() -> Iterator[tuple[date, str, Any]]:
    return ((group["today"], text, expected) for group in TABLE for text, expected in group["days"].items())


@pytest.mark.parametrize(("today", "text", "expected"), dated())
def test_the_days_that_are_asked_for(today: date, text: str, expected: Any) -> None:
    found = asked_day(text, today)
    assert found is not None and found.kind is Kind.DAYS
    assert list(found.days) == (expected if isinstance(expected, list) else span(expected))
    if isinstance(expected, dict):
        assert found.name == expected.get("name", "")


def span(expected: dict[str, Any]) -> list[date]:
    length = (expected["until"] - expected["from"]).days
    return [expected["from"] + timedelta(days=ahead) for ahead in range(length + 1)]


@pytest.mark.parametrize(
    ("today", "kind", "text"),
    [
        (group["today"], kind, text)
        for group in TABLE
        for kind, texts in group.get("kinds", {}).items()
        for text in texts
    ],
)
def test_what_is_asked_of_no_certain_day(today: date, kind: str, text: str) -> None:
    found = asked_day(text, today)
    assert (found.kind.value if found else "none") == kind


def test_the_break_of_a_certain_day() -> None:
    found = asked_day("明日のお昼は休みですか", date(2026, 11, 26))
    assert found is not None
    assert (found.kind, found.days) == (Kind.PAUSE, (date(2026, 11, 27),))
