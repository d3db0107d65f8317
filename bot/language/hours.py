"""Whose hours a question is about: ours, or another matter's (お盆は配達してますか), by the words of bot/hours.yml."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from nihongo.normalise import normalise

_WHEN = re.compile("何時|いつ|何日|何曜|なんじ")
_SOMEBODY = re.compile("担当|業者|スタッフ|係の|作業員|(?<!何)人(は|が)|方(は|が)")
WORDS = Path(__file__).parents[1] / "hours.yml"


@dataclass(frozen=True)
class Hours:
    """`articles`: ids of those that the calendar stands in for."""

    articles: frozenset[str]
    _others: re.Pattern[str]
    _ours: re.Pattern[str]
    _visits: re.Pattern[str]

    def of_another_matter(self, text: str) -> bool:
        """Whether the days of something else are asked for; who wants to talk about it asks for ours."""
        return bool(self._others.search(text)) and not (self._ours.search(text) and not self.of_a_visit(text))

    def of_ours(self, text: str) -> bool:
        """Whether it speaks of talking to us, and of nothing else's days."""
        return bool(self._ours.search(text)) and not self.of_another_matter(text)

    def of_a_visit(self, text: str) -> bool:
        """Whether it is asked when somebody comes to the customer."""
        return bool(_WHEN.search(text) and _SOMEBODY.search(text) and self._visits.search(text))


@cache
def hours() -> Hours:
    table = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return Hours(
        frozenset(table["articles"]), _any(table["other_matters"]), _any(table["contact"]), _any(table["visits"])
    )


def _any(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(normalise(word)) for word in words))
