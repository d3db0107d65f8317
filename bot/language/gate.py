"""The gate: one calibrated probability that the top article truly answers, from a few scores that any encoder gives."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from bot.language.index import Index
from bot.language.selector import Query, Ranking

THRESHOLDS = Path(__file__).with_name("thresholds.yml")


@dataclass(frozen=True)
class Thresholds:
    """bot/language/thresholds.yml, where each value stands beside its reason."""

    models: dict[str, dict[str, float]]
    answer: float
    clarify: float
    rephrase: float
    talk: float

    @classmethod
    def load(cls, path: Path = THRESHOLDS) -> Thresholds:
        found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        models = {name: model for name, model in found.pop("gate").items() if model}
        return cls(models, **found)


def features(index: Index, query: Query, ranking: Ranking, row: int, rival: int | None) -> dict[str, float]:
    """What tells a true answer from a lucky neighbour."""
    views = ranking.views
    found = {
        "covered": _covered(index, query, row),
        "gap": float(ranking.total[row] - ranking.total[rival]) if rival is not None else 1.0,
        "agree": float(np.mean([scores[row] >= scores.max() - 1e-6 for scores in views.values()])),
        "short": 1.0 if len(query.words) <= 1 else 0.0,
    }
    for name in ("use", "e5"):
        if f"{name}_question" in views:
            found[f"{name}_top"] = float(views[f"{name}_question"][row])
            found[f"{name}_sentence"] = float(views[f"{name}_sentence"][row])
    return found


def probability(model: dict[str, float], found: dict[str, float]) -> float:
    total = sum(weight * found.get(name, 0.0) for name, weight in model.items() if name != "bias") + model["bias"]
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def _covered(index: Index, query: Query, row: int) -> float:
    """The share of the question's weight (idf) that the article's words hold."""
    bm25 = index.words
    weights = {word: bm25.idf.get(word, bm25.unseen_idf) for word in query.words}
    held = sum(weight for word, weight in weights.items() if bm25.has(row, word))
    return held / sum(weights.values()) if weights else 0.0
