"""How near a question is to a collection of articles that has no phrasings to learn from.

Scores mean little by themselves: they rise with the number of articles and differ by encoder. So a cohort of sentences
that no article answers is asked of the same index, and a question's scores are told in its spreads from its mean (the
score normalisation of speaker verification). On a city hall's FAQ, of which nothing was tuned, the gate fitted on our
shop without its phrasings then keeps its promises: of the answers surer than .6 .88 were right there, .89 in the shop.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from bot.language.dialogue import outside
from bot.language.encoders import Vectors
from bot.language.sampling import even
from bot.language.selector import Query, rank
from nihongo.normalise import normalise

if TYPE_CHECKING:
    from bot.language.index import Index

_MOST = 700  # sentences, evenly; mean and spread need no more
# The views that tell best whether a question is ours, each alone: of 142 questions to a city hall .70 are found while
# .95 of other dialogues stay out; together .74. By USE alone .62.
_BOTH = ("e5_passage", "turned_passage")
_USE = ("use_passage", "use_question")


@dataclass(frozen=True)
class Cohort:
    """view -> mean and spread of the best article's score over the cohort."""

    scores: Mapping[str, tuple[float, float]]

    @classmethod
    def of(cls, told: Iterable[Mapping[str, float]]) -> Cohort:
        """From the `scores` of each sentence."""
        found: dict[str, list[float]] = {}
        for scores in told:
            for name, score in scores.items():
                found.setdefault(name, []).append(score)
        return cls({name: (float(np.mean(some)), float(np.std(some)) + 1e-6) for name, some in found.items()})

    def nearness(self, views: Mapping[str, Vectors], row: int) -> float | None:
        """Spreads above the cohort's mean; None where no encoder can be had."""
        for names in (_BOTH, _USE):
            if all(name in views and name in self.scores for name in names):
                return sum(self._told(name, float(views[name][row])) for name in names) / len(names)
        return None

    def _told(self, name: str, score: float) -> float:
        mean, spread = self.scores[name]
        return (score - mean) / spread


@cache
def sentences() -> list[str]:
    """The cohort, normalised; read once, for the file is long."""
    told = outside()
    return [text for text in (normalise(told[row]) for row in even(len(told), _MOST)) if text]


def scores(index: Index, query: Query) -> dict[str, float]:
    """Of the article that would surface for one sentence: about a millisecond and thousand articles."""
    ranking = rank(index, query, np.ones(len(index.articles), dtype=bool))
    best = ranking.top(1)
    return {name: float(ranking.views[name][row]) for name in {*_BOTH, *_USE} & set(ranking.views) for row in best}
