"""The gate: calibrated probabilities from a few scores that any encoder gives.

That an article truly answers; and, of a message that none answers, that it is none of our business.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.language.dialogue import ELSEWHERE, QUESTION, VAGUE
from bot.language.index import Index
from bot.language.selector import Query, Ranking

THRESHOLDS = Path(__file__).with_name("thresholds.yml")
LONG = 12  # words beyond which a message tells a story; more make no difference


@dataclass(frozen=True)
class Thresholds:
    """bot/language/thresholds.yml, where each value stands beside its reason."""

    models: dict[str, dict[str, float]]
    elsewhere: dict[str, dict[str, float]]
    answer: float
    answer_cold: float
    rival: float
    alone: float
    none_beside: float
    second: float
    clarify: float
    decline: float
    unclear: float
    talk: float
    complaint: float
    complaint_answered: float
    abusive: float
    near: float
    worth_e5: float

    @classmethod
    def load(cls, path: Path = THRESHOLDS) -> Thresholds:
        found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        models, elsewhere = found.pop("gate"), found.pop("elsewhere")
        return cls(models, elsewhere, **{name: entry["value"] for name, entry in found.items()})

    def model(self, index: Index, ranking: Ranking) -> dict[str, float]:
        """By what could be had: all of it, without E5, words alone; another where no phrasings teach."""
        if index.cohort and "use_question" in ranking.views:
            return self.models["cold" if "turned_question" in ranking.views else "cold_light"]
        if "turned_question" in ranking.views:
            return self.models["full"]
        return self.models["light" if "use_question" in ranking.views else "words"]


def features(index: Index, query: Query, ranking: Ranking, row: int) -> dict[str, float]:
    """What tells a true answer from a lucky neighbour."""
    views, highest = ranking.views, ranking.highest
    rival = next((other for other in ranking.top(2) if other != row), row)
    found = {
        "gap": max(-3.0, min(3.0, float(ranking.total[row] - ranking.total[rival]))),
        "agree": sum(bool(scores[row] >= highest[name] - 1e-6) for name, scores in views.items()) / len(views),
        "one_word": float(len(query.words) <= 1),
        "length": min(len(query.words), LONG) / LONG,
    }
    found |= _cover(index, query, row) | about(query)
    if (near := nearness(index, ranking, row)) is not None:
        found["near"] = near
    for name, scores in views.items():
        if name.startswith(("use_", "e5_", "turned_", "learned")):
            found[name] = float(scores[row])
            found[f"{name}_gap"] = float(scores[row] - scores[rival])
    return found


def nearness(index: Index, ranking: Ranking, row: int) -> float | None:
    """How near the question is to what the articles are about; None where that need not or cannot be told."""
    return index.cohort.nearness(ranking.views, row) if index.cohort else None


def elsewhere(limits: Thresholds, index: Index, query: Query, best: float) -> float:
    """How probable it is that a message which no article answers is none of ours, rather than unclear."""
    model = limits.elsewhere["words" if query.kinds is None else "heard"]
    return probability(model, elsewhere_features(index, query, best))


def elsewhere_features(index: Index, query: Query, best: float) -> dict[str, float]:
    """`best` is the best article's probability."""
    strange = [word not in index.words for word in query.words]
    return about(query) | {
        "strange": sum(strange) / max(1, len(strange)),
        "length": min(len(query.words), LONG) / LONG,
        "best": best,
    }


def about(query: Query) -> dict[str, float]:
    """What the message is about, whatever the articles: another firm's name, and the dialogue classifier's view."""
    kinds = query.kinds or {}
    return {
        "firm": float(query.firm),
        "ours": kinds.get(QUESTION, 0.0),
        "outside": kinds.get(ELSEWHERE, 0.0),
        "unclear": kinds.get(VAGUE, 0.0),
    }


def probability(model: dict[str, float], found: dict[str, float]) -> float:
    total = sum(weight * found.get(name, 0.0) for name, weight in model.items() if name != "bias") + model["bias"]
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def _cover(index: Index, query: Query, row: int) -> dict[str, float]:
    """Shares of the question's weight (idf): what the article holds, what its questions hold, what no article holds."""
    words, asked = index.words, index.asked
    weights = {word: words.weight(word) for word in query.words}
    total = sum(weights.values()) or 1.0
    return {
        "covered": sum(weight for word, weight in weights.items() if words.has(row, word)) / total,
        "asked": sum(weight for word, weight in weights.items() if asked.has(row, word)) / total,
        "strange": sum(weight for word, weight in weights.items() if word not in words) / total,
    }
