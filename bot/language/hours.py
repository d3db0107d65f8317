"""Whose hours a question is about: ours, or another matter's (お盆は配達してますか), by the words of bot/hours.yml."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from nihongo.normalise import normalise

WORDS = Path(__file__).parents[1] / "hours.yml"


@dataclass(frozen=True)
class Hours:
    """`articles`: ids of those that the calendar stands in for."""

    articles: frozenset[str]
    _others: re.Pattern[str]
    _ours: re.Pattern[str]

    def of_another_matter(self, text: str) -> bool:
        """Whether the days of something else are asked for; who wants to talk about it asks for ours."""
        return bool(self._others.search(text)) and not self._ours.search(text)


@cache
def hours() -> Hours:
    table = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return Hours(frozenset(table["articles"]), _any(table["other_matters"]), _any(table["contact"]))


def _any(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(normalise(word)) for word in words))
